// Calls and subscripts.

#include "compiler/Import/Python/ParserState.h"

#include <fmt/format.h>

namespace ingot::import::python {

Expression *Parser::parseCall(uint32_t start, Expression *function) {
  Deeper deeper(*this);
  Expressions args;
  std::vector<Keyword *> keywords;
  parseArguments(args, keywords, true);
  auto *call = make<Call>(since(start));
  call->func = function;
  call->args = std::move(args);
  call->keywords = std::move(keywords);
  return call;
}

/// Arguments with their parentheses.
void Parser::parseArguments(Expressions &args, std::vector<Keyword *> &keywords, bool inCall) {
  size_t open = position++;
  while (position < matches[open]) {
    size_t first = position;
    uint32_t start = begin();
    try {
      parseArgument(open, args, keywords);
    } catch (const SyntaxError &) {
      skipElement(first, open);
      args.push_back(errorExpression(start));
    }
    if (!inCall && !args.empty() && args.back()->kind == Kind::GeneratorExp &&
        args.back()->range.begin == tokens[open].range.begin)
      report(args.back()->range, "a generator expression cannot be a base class");
    separate(open, "arguments");
  }
  ++position;
}

void Parser::parseArgument(size_t open, Expressions &args, std::vector<Keyword *> &keywords) {
  uint32_t start = begin();
  bool unpacked = !keywords.empty() && !keywords.back()->arg;
  for (Keyword *keyword : keywords)
    unpacked = unpacked || !keyword->arg;
  if (at(TokenKind::Star)) {
    if (unpacked)
      report(token().range, "'*' cannot follow '**' in a call; move it before");
    args.push_back(parseStarred(true));
    return;
  }
  if (at(TokenKind::DoubleStar)) {
    ++position;
    Expression *value = parseExpression();
    auto *keyword = make<Keyword>(since(start));
    keyword->value = value;
    keywords.push_back(keyword);
    return;
  }
  if (kind(1) == TokenKind::Equal && (at(TokenKind::Identifier) || isKeyword(kind()))) {
    keywords.push_back(parseKeyword());
    return;
  }
  Expression *value = parseNamedExpression();
  if (at(TokenKind::Equal))
    fail({start, token().range.end},
         "the name of an argument must be a plain name; write '==' to compare");
  if (atComprehension()) {
    auto generators = parseComprehensions();
    bool alone = args.empty() && keywords.empty() && position == matches[open];
    if (!alone)
      report(since(start), "a generator expression beside other arguments needs parentheses");
    SourceRange whole{tokens[open].range.begin, tokens[matches[open]].range.end};
    auto *generator = make<GeneratorExp>(alone ? whole : since(start));
    generator->elt = value;
    generator->generators = std::move(generators);
    value = generator;
  } else if (!keywords.empty()) {
    report(since(start), unpacked ? "a positional argument cannot follow '**'; move it before"
                                  : "a positional argument cannot follow a named one; move it "
                                    "before, or name it");
  }
  args.push_back(value);
}

/// NAME=VALUE.
Keyword *Parser::parseKeyword() {
  SourceRange name = token().range;
  std::string arg = identifierText(token());
  if (isKeyword(kind()))
    report(name, fmt::format("'{}' is a keyword and cannot name an argument", spelling(kind())));
  position += 2;
  if (at(TokenKind::Comma) || at(TokenKind::RightParenthesis))
    fail({previousEnd(), previousEnd()}, fmt::format("expected a value after '{}='", arg));
  Expression *value = parseExpression();
  if (atComprehension())
    fail(token().range, fmt::format("a generator expression as the value of '{}' needs "
                                    "parentheses",
                                    arg));
  auto *keyword = make<Keyword>(since(name.begin));
  keyword->arg = std::move(arg);
  keyword->argRange = name;
  keyword->value = value;
  return keyword;
}

Expression *Parser::parseSubscript(uint32_t start, Expression *value) {
  Deeper deeper(*this);
  size_t open = position++;
  if (at(TokenKind::RightBracket))
    fail({tokens[open].range.begin, token().range.end}, "expected an index or a slice in '[]'");
  uint32_t first = begin();
  bool starred = at(TokenKind::Star);
  auto item = [&] {
    return element(open, [&] { return at(TokenKind::Star) ? parseStarred(true) : parseSlice(); });
  };
  Expression *slice = item();
  if (starred || at(TokenKind::Comma)) {
    Expressions elements{slice};
    if (position != matches[open])
      separate(open, "indices");
    while (position < matches[open]) {
      elements.push_back(item());
      separate(open, "indices");
    }
    auto *tuple = make<Tuple>(since(first));
    tuple->elts = std::move(elements);
    slice = tuple;
  }
  if (position != matches[open]) {
    try {
      unexpected("']'");
    } catch (const SyntaxError &) {
      position = matches[open];
    }
  }
  ++position;
  auto *subscript = make<Subscript>(since(start));
  subscript->value = value;
  subscript->slice = slice;
  return subscript;
}

/// slice: an expression, or LOWER:UPPER:STEP with any of them left out.
Expression *Parser::parseSlice() {
  uint32_t start = begin();
  auto ended = [&] {
    return at(TokenKind::Colon) || at(TokenKind::Comma) || at(TokenKind::RightBracket);
  };
  Expression *lower = nullptr;
  if (!at(TokenKind::Colon)) {
    lower = parseNamedExpression();
    if (!at(TokenKind::Colon))
      return lower;
    if (lower->kind == Kind::NamedExpr && lower->range.begin == start)
      fail(lower->range, "':=' in a slice needs parentheses");
  }
  ++position;
  Expression *upper = ended() ? nullptr : parseExpression();
  Expression *step = nullptr;
  if (accept(TokenKind::Colon) && !ended())
    step = parseExpression();
  auto *slice = make<Slice>(since(start));
  slice->lower = lower;
  slice->upper = upper;
  slice->step = step;
  return slice;
}

} // namespace ingot::import::python
