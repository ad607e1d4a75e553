// Compound statements but for definitions and 'match'.

#include "compiler/Import/Python/ParserState.h"

#include <fmt/format.h>

namespace ingot::import::python {

/// The compound statement that starts here, or nullptr.
Statement *Parser::parseCompoundStatement() {
  switch (kind()) {
  case TokenKind::KwIf:
    return parseIf();
  case TokenKind::KwWhile:
    return parseWhile();
  case TokenKind::KwFor:
    return parseFor(begin(), false);
  case TokenKind::KwWith:
    return parseWith(begin(), false);
  case TokenKind::KwTry:
    return parseTry();
  case TokenKind::At:
    return parseDecorated();
  case TokenKind::KwDef:
    return parseFunction(begin(), false, {});
  case TokenKind::KwClass:
    return parseClass({});
  case TokenKind::KwAsync:
    return parseAsync({});
  case TokenKind::KwElif:
  case TokenKind::KwElse:
  case TokenKind::KwExcept:
  case TokenKind::KwFinally:
    return strayClause();
  default:
    return startsMatch() ? parseMatch() : nullptr;
  }
}

/// 'else' and the like without what they belong to; their block is read for its errors.
Statement *Parser::strayClause() {
  uint32_t start = begin();
  bool handler = at(TokenKind::KwExcept) || at(TokenKind::KwFinally);
  std::string word(spelling(kind()));
  report(token().range, fmt::format("'{}' has no '{}' before it with the same indentation", word,
                                    handler ? "try" : "if"));
  skipHead();
  parseBlock(fmt::format("'{}'", word), start);
  return make<ErrorStmt>(since(start));
}

void Parser::expectColon(std::string_view after) {
  if (accept(TokenKind::Colon))
    return;
  size_t last = lineEnd(position);
  bool joined = last > position && tokens[last - 1].kind == TokenKind::Colon;
  if (joined) { // something between the head and its ':'
    report(token().range, fmt::format("expected ':' after {}, found {}", after, describe(token())));
    position = last;
    return;
  }
  uint32_t place = previousEnd();
  report({place, place}, fmt::format("expected ':' after {}", after)).fix(":");
}

/// ':' and what follows it: statements on the line, or an indented block.
Statements Parser::parseBlock(std::string_view after, uint32_t start) {
  Deeper deeper(*this);
  Statements body;
  expectColon(after);
  if (!accept(TokenKind::Newline)) {
    uint32_t first = begin();
    try {
      if (isKeyword(kind())) {
        size_t before = position;
        for (TokenKind k :
             {TokenKind::KwIf, TokenKind::KwFor, TokenKind::KwWhile, TokenKind::KwWith,
              TokenKind::KwTry, TokenKind::KwDef, TokenKind::KwClass, TokenKind::KwAsync})
          if (at(k))
            fail(tokens[before].range,
                 fmt::format("'{}' cannot stand behind ':'; begin a new line", spelling(k)));
      }
      parseSimpleStatements(body);
    } catch (const SyntaxError &) {
      recoverLine(first, body);
    }
    return body;
  }
  if (!accept(TokenKind::Indent)) {
    uint32_t line = source.position(start).line;
    report(token().range,
           fmt::format("expected an indented block below {} on line {}; write 'pass' for an empty "
                       "one",
                       after, line));
    return body;
  }
  while (!at(TokenKind::Dedent) && !at(TokenKind::EndOfFile))
    parseStatementInto(body);
  accept(TokenKind::Dedent);
  return body;
}

/// The condition of 'if', 'elif' or 'while'; '=' in it is taken for '=='.
Expression *Parser::parseCondition(std::string_view statement) {
  uint32_t start = begin();
  if (at(TokenKind::Colon))
    fail({previousEnd(), previousEnd()}, fmt::format("expected a condition after '{}'", statement));
  Expression *test = parseNamedExpression();
  if (!at(TokenKind::Equal))
    return test;
  report(token().range, "'=' assigns; write '==' to compare").fix("==");
  ++position;
  Expression *right = parseNamedExpression();
  auto *compare = make<Compare>(since(start));
  compare->left = test;
  compare->ops = {CompareOperator::Eq};
  compare->comparators = {right};
  return compare;
}

/// 'if', or 'elif' with what follows; a chain of 'elif' is read in a loop, however long.
Statement *Parser::parseIf() {
  std::vector<If *> chain;
  while (chain.empty() || at(TokenKind::KwElif)) {
    uint32_t start = begin();
    std::string word(spelling(kind()));
    ++position;
    auto *statement = make<If>({start, start});
    statement->test = errorExpression(start);
    head([&] { statement->test = parseCondition(word); });
    statement->body = parseBlock(fmt::format("the condition of '{}'", word), start);
    chain.push_back(statement);
    if (at(TokenKind::KwElse) && kind(1) == TokenKind::KwIf) {
      report({begin(), token(1).range.end}, "'else if' is written 'elif'").fix("elif");
      ++position;
      tokens[position].kind = TokenKind::KwElif;
    }
  }
  Statements last = parseElse();
  for (size_t i = chain.size(); i-- > 0;) {
    chain[i]->orelse = i + 1 < chain.size() ? Statements{chain[i + 1]} : std::move(last);
    chain[i]->range = since(chain[i]->range.begin);
  }
  return chain[0];
}

Statements Parser::parseElse() {
  if (!at(TokenKind::KwElse))
    return {};
  uint32_t start = begin();
  ++position;
  return parseBlock("'else'", start);
}

Statement *Parser::parseWhile() {
  uint32_t start = begin();
  ++position;
  auto *statement = make<While>({start, start});
  statement->test = errorExpression(start);
  head([&] { statement->test = parseCondition("while"); });
  statement->body = parseBlock("the condition of 'while'", start);
  statement->orelse = parseElse();
  statement->range = since(start);
  return statement;
}

void Parser::parseForHead(ForLoop *loop) {
  head([&] {
    loop->target = parseTargets();
    if (!accept(TokenKind::KwIn))
      unexpected("'in' after the variable of 'for'");
    loop->iter = parseStarExpressions();
  });
}

Statement *Parser::parseFor(uint32_t start, bool isAsync) {
  ++position;
  ForLoop *loop =
      isAsync ? static_cast<ForLoop *>(make<AsyncFor>({start, start})) : make<For>({start, start});
  loop->target = loop->iter = errorExpression(start);
  parseForHead(loop);
  loop->body = parseBlock("the head of 'for'", start);
  loop->orelse = parseElse();
  loop->range = since(start);
  return loop;
}

Statement *Parser::parseWith(uint32_t start, bool isAsync) {
  ++position;
  WithBlock *block = isAsync ? static_cast<WithBlock *>(make<AsyncWith>({start, start}))
                             : make<With>({start, start});
  head([&] { parseWithItems(block->items); });
  block->body = parseBlock("the head of 'with'", start);
  block->range = since(start);
  return block;
}

/// Whether the parentheses behind 'with' hold items, and not one expression: they end the head, and
/// hold 'as', or nothing that an item cannot be (an unpacking, an assignment, 'yield', a
/// comprehension).
bool Parser::hasParenthesizedItems() const {
  if (!at(TokenKind::LeftParenthesis))
    return false;
  size_t close = matches[position];
  if (tokens[close + 1].kind != TokenKind::Colon || close == position + 1)
    return false;
  bool expression = false, lambda = false;
  for (size_t i = position + 1; i < close; ++i) {
    TokenKind k = tokens[i].kind, before = tokens[i - 1].kind;
    if (k == TokenKind::KwAs)
      return true;
    lambda = k == TokenKind::KwLambda || (lambda && k != TokenKind::Colon);
    bool first = before == TokenKind::Comma || i == position + 1;
    expression = expression || k == TokenKind::ColonEqual || k == TokenKind::KwYield ||
                 k == TokenKind::KwFor || (k == TokenKind::Star && first && !lambda);
    if (matches[i] > i)
      i = matches[i];
  }
  return !expression;
}

void Parser::parseWithItems(std::vector<WithItem *> &items) {
  if (!hasParenthesizedItems()) {
    do
      items.push_back(parseWithItem());
    while (accept(TokenKind::Comma));
    return;
  }
  size_t open = position++;
  while (position < matches[open]) {
    items.push_back(parseWithItem());
    separate(open, "items of 'with'");
  }
  ++position;
}

WithItem *Parser::parseWithItem() {
  uint32_t start = begin();
  Expression *context = parseExpression();
  Expression *variables = nullptr;
  if (accept(TokenKind::KwAs)) {
    variables = at(TokenKind::Star) ? parseStarred(false) : parseBinary();
    setTarget(variables, ExprContext::Store, "with 'as'");
  }
  auto *item = make<WithItem>(since(start));
  item->context_expr = context;
  item->optional_vars = variables;
  return item;
}

Statement *Parser::parseTry() {
  uint32_t start = begin();
  ++position;
  Statements body = parseBlock("'try'", start);
  std::vector<ExceptHandler *> handlers;
  bool star = false;
  while (at(TokenKind::KwExcept)) {
    bool own = false;
    SourceRange place = token().range;
    handlers.push_back(parseHandler(own));
    if (handlers.size() > 1 && own != star)
      report(place, "'except' and 'except*' cannot be mixed in one 'try'");
    star = own;
  }
  Statements orelse, finalbody;
  if (!handlers.empty())
    orelse = parseElse();
  if (at(TokenKind::KwFinally)) {
    uint32_t finallyStart = begin();
    ++position;
    finalbody = parseBlock("'finally'", finallyStart);
  } else if (handlers.empty()) {
    report({start, start + 3}, "'try' needs an 'except' or 'finally' block");
  }
  TryBlock *block =
      star ? static_cast<TryBlock *>(make<TryStar>(since(start))) : make<Try>(since(start));
  block->body = std::move(body);
  block->handlers = std::move(handlers);
  block->orelse = std::move(orelse);
  block->finalbody = std::move(finalbody);
  return block;
}

ExceptHandler *Parser::parseHandler(bool &star) {
  uint32_t start = begin();
  ++position;
  star = accept(TokenKind::Star);
  auto *handler = make<ExceptHandler>({start, start});
  head([&] {
    if (at(TokenKind::Colon) || at(TokenKind::Newline)) {
      if (star)
        fail(token().range, "expected one or more exception types after 'except*'");
      return;
    }
    handler->type = parseExpression();
    if (at(TokenKind::Comma))
      fail(token().range, "several exception types need parentheses, and a variable needs 'as'");
    if (accept(TokenKind::KwAs))
      handler->name = expectName("a name after 'as'");
  });
  handler->body = parseBlock(star ? "'except*'" : "'except'", start);
  handler->range = since(start);
  return handler;
}

} // namespace ingot::import::python
