// Names, numbers, and what stands in brackets.

#include "compiler/Import/Python/ParserState.h"

#include <fmt/format.h>

#include <cstdlib>
#include <limits>
#include <utility>

namespace ingot::import::python {

Expression *Parser::parseAtom() {
  const Token &first = token();
  auto constant = [&](ConstantValue value) {
    ++position;
    auto *result = make<Constant>(first.range);
    result->value = std::move(value);
    return result;
  };
  switch (first.kind) {
  case TokenKind::Identifier: {
    auto *name = make<Name>(first.range);
    name->id = identifierText(first);
    ++position;
    return name;
  }
  case TokenKind::KwNone:
    return constant(NoneValue{});
  case TokenKind::KwTrue:
    return constant(true);
  case TokenKind::KwFalse:
    return constant(false);
  case TokenKind::EllipsisMark:
    return constant(EllipsisValue{});
  case TokenKind::Number:
    return parseNumber();
  case TokenKind::String:
    return parseStrings();
  case TokenKind::LeftParenthesis:
    return parseParenthesized();
  case TokenKind::LeftBracket:
    return parseList();
  case TokenKind::LeftBrace:
    return parseBraces();
  case TokenKind::Bad:
    ++position;
    return make<ErrorExpr>(first.range);
  case TokenKind::Star:
    fail(first.range, "'*' cannot stand here; it unpacks in calls, lists, tuples and sets");
  case TokenKind::Equal:
    fail(first.range, "unexpected '='; write '==' to compare");
  default:
    if (isKeyword(first.kind) && first.kind != TokenKind::KwYield)
      fail(first.range,
           fmt::format("expected an expression, found the keyword '{}'", spelling(first.kind)));
    unexpected("an expression");
  }
}

/// An integer's text in digits without underscores, as an int64 if it fits.
static std::optional<int64_t> integerValue(const std::string &text) {
  unsigned base = 10;
  size_t i = 0;
  if (text.size() > 2 && text[0] == '0') {
    char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    i = base == 10 ? 0 : 2;
  }
  constexpr uint64_t limit = std::numeric_limits<int64_t>::max();
  uint64_t value = 0;
  for (; i < text.size(); ++i) {
    unsigned digit =
        text[i] <= '9' ? unsigned(text[i] - '0') : unsigned((text[i] | 0x20) - 'a') + 10;
    if (value > (limit - digit) / base)
      return std::nullopt;
    value = value * base + digit;
  }
  return static_cast<int64_t>(value);
}

Expression *Parser::parseNumber() {
  SourceRange range = token().range;
  std::string text;
  for (char c : source.text(range))
    if (c != '_')
      text += c;
  ++position;
  auto *result = make<Constant>(range);
  bool hexadecimal = text.size() > 1 && (text[1] | 0x20) == 'x';
  bool imaginary = (text.back() | 0x20) == 'j';
  if (!hexadecimal && (imaginary || text.find_first_of(".eE") != std::string::npos)) {
    double value = std::strtod(text.c_str(), nullptr); // rounds correctly, as Python does
    if (imaginary)
      result->value = ImaginaryValue{value};
    else
      result->value = value;
    return result;
  }
  // CPython's limit on text that is turned into an integer (sys.int_info.default_max_str_digits).
  if (bool radix = text.size() > 1 && text[1] > '9'; !radix && text.size() > 4300)
    report(range, fmt::format("this integer has {} digits, more than 4300; write it in hexadecimal",
                              text.size()));
  std::optional<int64_t> value = integerValue(text);
  result->value = IntegerValue{std::move(text), value};
  return result;
}

bool Parser::atComprehension() const {
  return at(TokenKind::KwFor) || (at(TokenKind::KwAsync) && kind(1) == TokenKind::KwFor);
}

/// After an element in brackets: a ',' is taken, a closing bracket is left. A missing ',' is an
/// error, after which the next element is read.
void Parser::separate(size_t open, std::string_view what) {
  if (accept(TokenKind::Comma) || position == matches[open])
    return;
  if (startsExpression(token()) && !at(TokenKind::LeftParenthesis)) {
    uint32_t place = previousEnd();
    report({place, place}, fmt::format("missing ',' between {}", what)).fix(",");
    return;
  }
  size_t first = position;
  try {
    if (at(TokenKind::Equal))
      fail(token().range, "unexpected '='; write '==' to compare");
    if (at(TokenKind::Colon) && tokens[open].kind != TokenKind::LeftBrace)
      fail(token().range, fmt::format("unexpected ':' between {}", what));
    unexpected(fmt::format("',' or '{}'", spelling(tokens[matches[open]].kind)));
  } catch (const SyntaxError &) {
    skipElement(first, open);
    accept(TokenKind::Comma);
  }
}

/// Elements up to the closing bracket, which is left.
void Parser::parseElements(Expressions &elements, size_t open) {
  while (position < matches[open]) {
    elements.push_back(element(open, [&] { return parseStarNamedExpression(); }));
    separate(open, "elements");
  }
}

Expression *Parser::parseParenthesized() {
  Deeper deeper(*this);
  size_t open = position;
  uint32_t start = begin();
  ++position;
  if (at(TokenKind::RightParenthesis)) {
    ++position;
    return make<Tuple>(since(start));
  }
  if (at(TokenKind::KwYield)) {
    Expression *value = element(open, [&] { return parseYield(); });
    if (position != matches[open])
      unexpected("')' after the value of 'yield'");
    ++position;
    return value;
  }
  size_t starred = position;
  Expression *first = element(open, [&] { return parseStarNamedExpression(); });
  if (atComprehension()) {
    if (first->kind == Kind::Starred)
      fail(first->range, "'*' cannot unpack in a comprehension");
    auto generators = parseComprehensions();
    expect(TokenKind::RightParenthesis, "after a generator expression");
    auto *result = make<GeneratorExp>(since(start));
    result->elt = first;
    result->generators = std::move(generators);
    return result;
  }
  if (position == matches[open]) {
    if (first->kind == Kind::Starred && tokens[starred].kind == TokenKind::Star)
      fail(first->range, "'*' cannot unpack in plain parentheses; add ',' behind to make a tuple");
    ++position;
    return first;
  }
  Expressions elements{first};
  separate(open, "elements");
  parseElements(elements, open);
  ++position;
  auto *tuple = make<Tuple>(since(start));
  tuple->elts = std::move(elements);
  return tuple;
}

Expression *Parser::parseList() {
  Deeper deeper(*this);
  size_t open = position;
  uint32_t start = begin();
  ++position;
  Expressions elements;
  if (!at(TokenKind::RightBracket)) {
    Expression *first = element(open, [&] { return parseStarNamedExpression(); });
    if (atComprehension()) {
      if (first->kind == Kind::Starred)
        fail(first->range, "'*' cannot unpack in a comprehension");
      auto generators = parseComprehensions();
      expect(TokenKind::RightBracket, "after a list comprehension");
      auto *result = make<ListComp>(since(start));
      result->elt = first;
      result->generators = std::move(generators);
      return result;
    }
    elements.push_back(first);
    separate(open, "elements");
    parseElements(elements, open);
  }
  ++position;
  auto *list = make<List>(since(start));
  list->elts = std::move(elements);
  return list;
}

/// A dict, a set, or a comprehension that makes one.
Expression *Parser::parseBraces() {
  Deeper deeper(*this);
  size_t open = position;
  uint32_t start = begin();
  ++position;
  if (at(TokenKind::RightBrace) || at(TokenKind::DoubleStar))
    return parseDictionary(start, open, nullptr);
  size_t before = position;
  Expression *first = element(open, [&] { return parseStarNamedExpression(); });
  if (!at(TokenKind::Colon) || first->kind == Kind::Starred || first->kind == Kind::ErrorExpr)
    return parseSet(start, open, first);
  bool walrus = first->kind == Kind::NamedExpr && first->range.begin == tokens[before].range.begin;
  if (walrus)
    fail(first->range, "':=' in a dict's key needs parentheses");
  return parseDictionary(start, open, first);
}

Expression *Parser::parseSet(uint32_t start, size_t open, Expression *first) {
  if (atComprehension()) {
    if (first->kind == Kind::Starred)
      fail(first->range, "'*' cannot unpack in a comprehension");
    auto generators = parseComprehensions();
    expect(TokenKind::RightBrace, "after a set comprehension");
    auto *result = make<SetComp>(since(start));
    result->elt = first;
    result->generators = std::move(generators);
    return result;
  }
  Expressions elements{first};
  separate(open, "elements");
  parseElements(elements, open);
  ++position;
  auto *set = make<Set>(since(start));
  set->elts = std::move(elements);
  return set;
}

/// KEY: VALUE or **MAPPING. A key that was read already is given.
void Parser::parseKeyValue(Dict *dict, Expression *key) {
  if (!key && accept(TokenKind::DoubleStar)) {
    Expression *value = parseBinary();
    dict->keys.push_back(nullptr);
    dict->values.push_back(value);
    return;
  }
  if (!key)
    key = parseExpression();
  if (!at(TokenKind::Colon)) {
    if (at(TokenKind::Equal))
      fail(token().range, "expected ':' after a dict's key, found '='");
    fail({previousEnd(), previousEnd()}, "expected ':' and a value after a dict's key");
  }
  ++position;
  if (at(TokenKind::Comma) || at(TokenKind::RightBrace))
    fail({previousEnd(), previousEnd()}, "expected a value after ':' in a dict");
  Expression *value = parseExpression();
  dict->keys.push_back(key);
  dict->values.push_back(value);
}

Expression *Parser::parseDictionary(uint32_t start, size_t open, Expression *firstKey) {
  auto *dict = make<Dict>({start, start});
  while (position < matches[open]) {
    size_t first = position;
    try {
      parseKeyValue(dict, std::exchange(firstKey, nullptr));
    } catch (const SyntaxError &) {
      skipElement(first, open);
      dict->keys.push_back(errorExpression(tokens[first].range.begin));
      dict->values.push_back(errorExpression(tokens[first].range.begin));
    }
    if (atComprehension() && dict->values.size() == 1) {
      if (!dict->keys[0])
        fail(dict->values[0]->range, "'**' cannot unpack in a comprehension");
      auto generators = parseComprehensions();
      expect(TokenKind::RightBrace, "after a dict comprehension");
      auto *result = make<DictComp>(since(start));
      result->key = dict->keys[0];
      result->value = dict->values[0];
      result->generators = std::move(generators);
      return result;
    }
    separate(open, "entries of a dict");
  }
  ++position;
  dict->range = since(start);
  return dict;
}

std::vector<Comprehension *> Parser::parseComprehensions() {
  std::vector<Comprehension *> result;
  while (atComprehension()) {
    uint32_t start = begin();
    bool isAsync = accept(TokenKind::KwAsync);
    ++position;
    Expression *target = parseTargets();
    expect(TokenKind::KwIn, "after the variable of 'for'");
    Expression *iter = parseDisjunction();
    Expressions ifs;
    while (accept(TokenKind::KwIf))
      ifs.push_back(parseDisjunction());
    auto *comprehension = make<Comprehension>(since(start));
    comprehension->target = target;
    comprehension->iter = iter;
    comprehension->ifs = std::move(ifs);
    comprehension->is_async = isAsync;
    result.push_back(comprehension);
  }
  return result;
}

} // namespace ingot::import::python
