// 'match' and its patterns
// (https://docs.python.org/3.11/reference/compound_stmts.html#the-match-statement).

#include "compiler/Import/Python/ParserState.h"

#include <fmt/format.h>

namespace ingot::import::python {

/// 'match' is a keyword only where it heads a block: its line ends in ':' with an indented line
/// below, or (without the ':') with 'case' below.
bool Parser::startsMatch() const {
  if (!atWord("match") || kind(1) == TokenKind::Newline || kind(1) == TokenKind::Colon)
    return false;
  size_t last = lineEnd(position);
  if (last + 2 >= tokens.size() || tokens[last + 1].kind != TokenKind::Indent)
    return false;
  bool colon = tokens[last - 1].kind == TokenKind::Colon;
  const Token &below = tokens[last + 2];
  return colon || (below.kind == TokenKind::Identifier && source.text(below.range) == "case");
}

Statement *Parser::parseMatch() {
  Deeper deeper(*this);
  uint32_t start = begin();
  ++position;
  auto *statement = make<Match>({start, start});
  statement->subject = errorExpression(start);
  head([&] { statement->subject = parseSubject(); });
  expectColon("the subject of 'match'");
  accept(TokenKind::Newline);
  if (!accept(TokenKind::Indent))
    fail(token().range, "expected an indented 'case' below 'match'");
  while (!at(TokenKind::Dedent) && !at(TokenKind::EndOfFile)) {
    uint32_t line = begin();
    if (atWord("case")) {
      statement->cases.push_back(parseCase());
      continue;
    }
    Statements dropped;
    report(token().range, fmt::format("expected 'case' in 'match', found {}", describe(token())));
    recoverLine(line, dropped);
  }
  accept(TokenKind::Dedent);
  statement->range = since(start);
  return statement;
}

Expression *Parser::parseSubject() {
  uint32_t start = begin();
  bool starred = at(TokenKind::Star);
  Expression *first = parseStarNamedExpression();
  if (!at(TokenKind::Comma)) {
    if (starred)
      fail(first->range, "'*' cannot unpack alone after 'match'; add ',' behind to make a tuple");
    return first;
  }
  Expressions elements{first};
  while (accept(TokenKind::Comma)) {
    if (!startsExpression(token()) && !at(TokenKind::Star))
      break;
    elements.push_back(parseStarNamedExpression());
  }
  auto *tuple = make<Tuple>(since(start));
  tuple->elts = std::move(elements);
  return tuple;
}

MatchCase *Parser::parseCase() {
  uint32_t start = begin();
  ++position;
  auto *result = make<MatchCase>({start, start});
  result->pattern = make<MatchAs>({start, start});
  head([&] {
    result->pattern = parsePatterns();
    if (accept(TokenKind::KwIf))
      result->guard = parseNamedExpression();
  });
  result->body = parseBlock("the pattern of 'case'", start);
  result->range = since(start);
  return result;
}

/// A pattern, or a sequence of them without brackets.
Pattern *Parser::parsePatterns() {
  uint32_t start = begin();
  bool starred = at(TokenKind::Star);
  Pattern *first = parseStarOrPattern();
  if (!at(TokenKind::Comma)) {
    if (starred)
      fail(first->range, "'*' must stand in a sequence; add ',' behind to make one");
    return first;
  }
  Patterns patterns{first};
  while (accept(TokenKind::Comma)) {
    if (at(TokenKind::Colon) || at(TokenKind::KwIf))
      break;
    patterns.push_back(parseStarOrPattern());
  }
  auto *sequence = make<MatchSequence>(since(start));
  sequence->patterns = std::move(patterns);
  return sequence;
}

Pattern *Parser::parseStarOrPattern() {
  uint32_t start = begin();
  if (!accept(TokenKind::Star))
    return parsePattern();
  std::string name = expectName("a name after '*'");
  auto *star = make<MatchStar>(since(start));
  if (name != "_")
    star->name = std::move(name);
  return star;
}

Pattern *Parser::parsePattern() {
  Deeper deeper(*this);
  uint32_t start = begin();
  Pattern *pattern = parseOrPattern();
  if (!accept(TokenKind::KwAs))
    return pattern;
  SourceRange place = token().range;
  std::string name = expectName("a name after 'as'");
  if (name == "_")
    report(place, "'_' cannot be a name after 'as' in a pattern");
  if (at(TokenKind::Dot) || at(TokenKind::LeftParenthesis) || at(TokenKind::Equal))
    fail(token().range, "a plain name must follow 'as' in a pattern");
  auto *result = make<MatchAs>(since(start));
  result->pattern = pattern;
  result->name = std::move(name);
  return result;
}

Pattern *Parser::parseOrPattern() {
  uint32_t start = begin();
  Pattern *first = parseClosedPattern();
  if (!at(TokenKind::Bar))
    return first;
  Patterns patterns{first};
  while (accept(TokenKind::Bar))
    patterns.push_back(parseClosedPattern());
  auto *result = make<MatchOr>(since(start));
  result->patterns = std::move(patterns);
  return result;
}

Pattern *Parser::parseClosedPattern() {
  SourceRange range = token().range;
  auto singleton = [&](std::optional<bool> value) {
    ++position;
    auto *result = make<MatchSingleton>(range);
    result->value = value;
    return result;
  };
  switch (kind()) {
  case TokenKind::KwNone:
    return singleton(std::nullopt);
  case TokenKind::KwTrue:
    return singleton(true);
  case TokenKind::KwFalse:
    return singleton(false);
  case TokenKind::Identifier:
    return parseNamePattern();
  case TokenKind::LeftParenthesis:
    return parseGroupPattern();
  case TokenKind::LeftBracket:
    return parseSequencePattern();
  case TokenKind::LeftBrace:
    return parseMappingPattern();
  case TokenKind::Number:
  case TokenKind::Minus:
  case TokenKind::String:
    return parseLiteralPattern();
  default:
    unexpected("a pattern");
  }
}

Pattern *Parser::parseLiteralPattern() {
  uint32_t start = begin();
  Expression *value = at(TokenKind::String) ? parseStrings() : parseSignedNumber();
  auto *result = make<MatchValue>(since(start));
  result->value = value;
  return result;
}

/// A number with its sign, or a complex one as REAL+IMAGINARY.
Expression *Parser::parseSignedNumber() {
  uint32_t start = begin();
  auto number = [&](bool imaginary) -> Expression * {
    if (!at(TokenKind::Number))
      unexpected("a number in a pattern");
    Expression *value = parseNumber();
    bool isImaginary =
        std::holds_alternative<ImaginaryValue>(static_cast<Constant *>(value)->value);
    if (imaginary && !isImaginary)
      fail(value->range, "an imaginary number must follow '+' or '-' in a pattern");
    return value;
  };
  bool negative = accept(TokenKind::Minus);
  Expression *left = number(false);
  bool real = !std::holds_alternative<ImaginaryValue>(static_cast<Constant *>(left)->value);
  if (negative) {
    auto *minus = make<UnaryOp>(since(start));
    minus->op = UnaryOperator::USub;
    minus->operand = left;
    left = minus;
  }
  if (!at(TokenKind::Plus) && !at(TokenKind::Minus))
    return left;
  if (!real)
    fail(token().range, "a real number must stand before '+' or '-' in a pattern");
  Operator op = at(TokenKind::Plus) ? Operator::Add : Operator::Sub;
  SourceRange opRange = token().range;
  ++position;
  Expression *right = number(true);
  auto *sum = make<BinOp>(since(start));
  sum->left = left;
  sum->op = op;
  sum->opRange = opRange;
  sum->right = right;
  return sum;
}

/// A name with its attributes, as a value.
Expression *Parser::parseDottedValue() {
  uint32_t start = begin();
  auto *name = make<Name>(token().range);
  name->id = expectName("a name");
  Expression *value = name;
  while (accept(TokenKind::Dot)) {
    SourceRange place = token().range;
    std::string attr = expectName("a name after '.'");
    auto *attribute = make<Attribute>(since(start));
    attribute->value = value;
    attribute->attr = std::move(attr);
    attribute->attrRange = place;
    value = attribute;
  }
  return value;
}

/// A name to bind, '_', a dotted value, or a class with its arguments.
Pattern *Parser::parseNamePattern() {
  uint32_t start = begin();
  Expression *value = parseDottedValue();
  if (at(TokenKind::LeftParenthesis))
    return parseClassPattern(start, value);
  if (auto *name = as<Name>(value)) {
    auto *capture = make<MatchAs>(since(start));
    if (name->id != "_")
      capture->name = name->id;
    return capture;
  }
  auto *result = make<MatchValue>(since(start));
  result->value = value;
  return result;
}

Pattern *Parser::parseClassPattern(uint32_t start, Expression *cls) {
  size_t open = position++;
  auto *result = make<MatchClass>({start, start});
  result->cls = cls;
  while (position < matches[open]) {
    if (at(TokenKind::Identifier) && kind(1) == TokenKind::Equal) {
      result->kwd_attrs.push_back(identifierText(token()));
      position += 2;
      result->kwd_patterns.push_back(parsePattern());
    } else {
      SourceRange place = token().range;
      result->patterns.push_back(parsePattern());
      if (!result->kwd_attrs.empty())
        report(place, "a positional pattern cannot follow a named one");
    }
    separate(open, "patterns");
  }
  ++position;
  result->range = since(start);
  return result;
}

/// A pattern in parentheses, or a sequence.
Pattern *Parser::parseGroupPattern() {
  size_t open = position;
  uint32_t start = begin();
  ++position;
  Patterns patterns;
  bool sequence = position == matches[open] || at(TokenKind::Star);
  while (position < matches[open]) {
    patterns.push_back(parseStarOrPattern());
    sequence = sequence || at(TokenKind::Comma);
    if (position == matches[open] && patterns.size() == 1 && patterns[0]->kind == Kind::MatchStar)
      fail(patterns[0]->range, "'*' must stand in a sequence; add ',' behind to make one");
    separate(open, "patterns");
  }
  ++position;
  if (!sequence && patterns.size() == 1)
    return patterns[0];
  auto *result = make<MatchSequence>(since(start));
  result->patterns = std::move(patterns);
  return result;
}

Pattern *Parser::parseSequencePattern() {
  size_t open = position;
  uint32_t start = begin();
  ++position;
  Patterns patterns;
  while (position < matches[open]) {
    patterns.push_back(parseStarOrPattern());
    separate(open, "patterns");
  }
  ++position;
  auto *result = make<MatchSequence>(since(start));
  result->patterns = std::move(patterns);
  return result;
}

Pattern *Parser::parseMappingPattern() {
  size_t open = position;
  uint32_t start = begin();
  ++position;
  auto *result = make<MatchMapping>({start, start});
  auto key = [&]() -> Expression * {
    if (at(TokenKind::Identifier)) {
      Expression *value = parseDottedValue();
      if (value->kind == Kind::Name)
        fail(value->range, "a key in a pattern must be a literal or have a dot");
      return value;
    }
    if (at(TokenKind::KwNone) || at(TokenKind::KwTrue) || at(TokenKind::KwFalse))
      return parseAtom();
    return at(TokenKind::String) ? parseStrings() : parseSignedNumber();
  };
  while (position < matches[open]) {
    SourceRange place = token().range;
    if (result->rest)
      fail(place, "nothing can follow '**' in a pattern");
    if (accept(TokenKind::DoubleStar)) {
      result->rest = expectName("a name after '**'");
      if (*result->rest == "_")
        report(place, "'**_' is no pattern; leave it out");
    } else {
      result->keys.push_back(key());
      expect(TokenKind::Colon, "after a key in a pattern");
      result->patterns.push_back(parsePattern());
    }
    separate(open, "entries of a pattern");
  }
  ++position;
  result->range = since(start);
  return result;
}

} // namespace ingot::import::python
