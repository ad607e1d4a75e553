// Simple statements, and recovery at the end of lines.

#include "compiler/Import/Python/ParserState.h"

#include <fmt/format.h>
#include <optional>

namespace ingot::import::python {

void Parser::parseStatementInto(Statements &body) {
  uint32_t start = begin();
  if (at(TokenKind::Indent)) {
    report({begin(), token().range.end}, "unexpected indent; align this line with the line above");
    ++position;
    while (!at(TokenKind::Dedent) && !at(TokenKind::EndOfFile))
      parseStatementInto(body);
    accept(TokenKind::Dedent);
    return;
  }
  try {
    bool constant = at(TokenKind::KwNone) || at(TokenKind::KwTrue) || at(TokenKind::KwFalse);
    if (isKeyword(kind()) && !constant && kind(1) == TokenKind::Equal)
      fail(token().range, fmt::format("'{}' is a keyword and cannot be the name of a variable; "
                                      "choose another name",
                                      spelling(kind())));
    if (Statement *compound = parseCompoundStatement())
      body.push_back(compound);
    else
      parseSimpleStatements(body);
  } catch (const SyntaxError &) {
    recoverLine(start, body);
  }
}

/// Goes on at the next line after an error; a block below is read for its own errors.
void Parser::recoverLine(uint32_t start, Statements &body) {
  skipLine();
  body.push_back(make<ErrorStmt>(since(start)));
  accept(TokenKind::Newline);
  if (!accept(TokenKind::Indent))
    return;
  while (!at(TokenKind::Dedent) && !at(TokenKind::EndOfFile))
    parseStatementInto(body);
  accept(TokenKind::Dedent);
}

/// The keyword that begins a statement and of which a name has the letters in another order, or
/// nearly the letters.
static std::optional<std::string> misspeltKeyword(const std::string &name) {
  static const std::vector<std::string> keywords = {
      "if",     "elif",   "else",  "for",    "while",  "try",   "except", "finally",
      "with",   "def",    "class", "async",  "return", "raise", "from",   "import",
      "assert", "global", "await", "lambda", "yield",  "del",   "pass",   "break"};
  auto sorted = [](std::string text) {
    std::sort(text.begin(), text.end());
    return text;
  };
  for (const std::string &keyword : keywords)
    if (name != keyword && sorted(name) == sorted(keyword))
      return keyword;
  return name.size() > 3 ? nearestName(name, keywords) : std::nullopt;
}

/// Where a statement ends in the middle of a line and is a name alone: the name may have been meant
/// for a keyword. Fails then, with the statement, which would be an unknown name, taken away.
void Parser::rejectMisspelt(Statements &body) {
  auto *statement = as<Expr>(body.back());
  auto *name = statement ? as<Name>(statement->value) : nullptr;
  std::optional<std::string> keyword = name ? misspeltKeyword(name->id) : std::nullopt;
  if (!keyword)
    return;
  SourceRange range = name->range;
  std::string message =
      fmt::format("'{}' is not a keyword; did you mean '{}'?", name->id, *keyword);
  body.pop_back();
  report(range, std::move(message)).fix(*keyword);
  throw SyntaxError();
}

void Parser::parseSimpleStatements(Statements &body) {
  for (;;) {
    body.push_back(parseSimpleStatement());
    if (!accept(TokenKind::Semicolon))
      break;
    if (at(TokenKind::Newline))
      break;
  }
  if (accept(TokenKind::Newline))
    return;
  rejectMisspelt(body);
  if (at(TokenKind::Equal))
    fail(token().range, "unexpected '='; write '==' to compare");
  if (at(TokenKind::Colon))
    fail(token().range, "unexpected ':' after a statement");
  fail(token().range, fmt::format("expected the end of the line, found {}", describe(token())));
}

Statement *Parser::parseSimpleStatement() {
  SourceRange range = token().range;
  switch (kind()) {
  case TokenKind::KwPass:
    ++position;
    return make<Pass>(range);
  case TokenKind::KwBreak:
    ++position;
    return make<Break>(range);
  case TokenKind::KwContinue:
    ++position;
    return make<Continue>(range);
  case TokenKind::KwReturn:
    return parseReturn();
  case TokenKind::KwRaise:
    return parseRaise();
  case TokenKind::KwAssert:
    return parseAssert();
  case TokenKind::KwDel:
    return parseDelete();
  case TokenKind::KwImport:
    return parseImport();
  case TokenKind::KwFrom:
    return parseImportFrom();
  case TokenKind::KwGlobal:
  case TokenKind::KwNonlocal:
    return parseScope();
  default:
    return parseExpressionStatement();
  }
}

Expression *Parser::parseYieldOrStarExpressions() {
  return at(TokenKind::KwYield) ? parseYield() : parseStarExpressions();
}

static std::optional<Operator> augmentedOperator(TokenKind kind) {
  switch (kind) {
  case TokenKind::PlusEqual:
    return Operator::Add;
  case TokenKind::MinusEqual:
    return Operator::Sub;
  case TokenKind::StarEqual:
    return Operator::Mult;
  case TokenKind::AtEqual:
    return Operator::MatMult;
  case TokenKind::SlashEqual:
    return Operator::Div;
  case TokenKind::PercentEqual:
    return Operator::Mod;
  case TokenKind::AmpersandEqual:
    return Operator::BitAnd;
  case TokenKind::BarEqual:
    return Operator::BitOr;
  case TokenKind::CaretEqual:
    return Operator::BitXor;
  case TokenKind::LeftShiftEqual:
    return Operator::LShift;
  case TokenKind::RightShiftEqual:
    return Operator::RShift;
  case TokenKind::DoubleStarEqual:
    return Operator::Pow;
  case TokenKind::DoubleSlashEqual:
    return Operator::FloorDiv;
  default:
    return std::nullopt;
  }
}

/// An expression, or an assignment to it.
Statement *Parser::parseExpressionStatement() {
  uint32_t start = begin();
  bool call = (atWord("print") || atWord("exec")) && startsExpression(token(1)) &&
              kind(1) != TokenKind::LeftParenthesis && kind(1) != TokenKind::LeftBracket &&
              kind(1) != TokenKind::Minus && kind(1) != TokenKind::Plus &&
              kind(1) != TokenKind::KwNot;
  if (call)
    return parseOldPrint();
  bool parenthesized = at(TokenKind::LeftParenthesis);
  Expression *first = parseYieldOrStarExpressions();
  if (at(TokenKind::Equal))
    return parseAssignment(start, first);
  if (at(TokenKind::Colon) && kind(1) != TokenKind::Newline)
    return parseAnnotation(start, first, parenthesized);
  if (auto op = augmentedOperator(kind()))
    return parseAugmented(start, first, *op);
  if (at(TokenKind::ColonEqual))
    fail(token().range, "':=' cannot assign in a statement of its own; write '='");
  auto *statement = make<Expr>(since(start));
  statement->value = first;
  return statement;
}

Statement *Parser::parseOldPrint() {
  uint32_t start = begin();
  auto *function = make<Name>(token().range);
  function->id = identifierText(token());
  ++position;
  Expression *value = parseStarExpressions();
  std::string text(source.text(value->range));
  Diagnostic &error =
      report(since(start), fmt::format("missing parentheses in the call of '{}'", function->id));
  if (text.find('\n') == std::string::npos)
    error.fix(fmt::format("{}({})", function->id, text));
  auto *call = make<Call>(since(start));
  call->func = function;
  if (auto *tuple = as<Tuple>(value))
    call->args = tuple->elts;
  else
    call->args = {value};
  auto *statement = make<Expr>(since(start));
  statement->value = call;
  return statement;
}

Statement *Parser::parseAssignment(uint32_t start, Expression *first) {
  Expressions targets;
  Expression *value = first;
  while (at(TokenKind::Equal)) {
    setTarget(value, ExprContext::Store, "by '='; write '==' to compare");
    targets.push_back(value);
    ++position;
    if (at(TokenKind::Newline) || at(TokenKind::Semicolon)) {
      report({previousEnd(), previousEnd()}, "expected a value after '='");
      value = errorExpression(previousEnd());
      break;
    }
    value = parseYieldOrStarExpressions();
  }
  auto *statement = make<Assign>(since(start));
  statement->targets = std::move(targets);
  statement->value = value;
  return statement;
}

Statement *Parser::parseAnnotation(uint32_t start, Expression *target, bool parenthesized) {
  bool single = target->kind == Kind::Name || target->kind == Kind::Attribute ||
                target->kind == Kind::Subscript;
  if (!single && target->kind != Kind::ErrorExpr)
    fail(token().range, "unexpected ':' after an expression; only a name, an attribute or a "
                        "subscript can have an annotation");
  ++position;
  setTarget(target, ExprContext::Store, "");
  Expression *annotation = parseExpression();
  Expression *value = accept(TokenKind::Equal) ? parseYieldOrStarExpressions() : nullptr;
  auto *statement = make<AnnAssign>(since(start));
  statement->target = target;
  statement->annotation = annotation;
  statement->value = value;
  statement->simple = target->kind == Kind::Name && !parenthesized;
  return statement;
}

Statement *Parser::parseAugmented(uint32_t start, Expression *target, Operator op) {
  std::string where = fmt::format("by '{}'", spelling(kind()));
  if (target->kind == Kind::Tuple || target->kind == Kind::List || target->kind == Kind::Starred)
    report(target->range, fmt::format("cannot assign to several targets {}", where));
  else
    setTarget(target, ExprContext::Store, where);
  ++position;
  Expression *value = parseYieldOrStarExpressions();
  auto *statement = make<AugAssign>(since(start));
  statement->target = target;
  statement->op = op;
  statement->value = value;
  return statement;
}

Statement *Parser::parseReturn() {
  uint32_t start = begin();
  ++position;
  bool ended = at(TokenKind::Newline) || at(TokenKind::Semicolon);
  Expression *value = ended ? nullptr : parseStarExpressions();
  auto *statement = make<Return>(since(start));
  statement->value = value;
  return statement;
}

Statement *Parser::parseRaise() {
  uint32_t start = begin();
  ++position;
  Expression *exception = nullptr, *cause = nullptr;
  if (!at(TokenKind::Newline) && !at(TokenKind::Semicolon)) {
    exception = parseExpression();
    if (at(TokenKind::Comma))
      fail(token().range, "an exception's arguments belong in parentheses behind its name");
    if (accept(TokenKind::KwFrom))
      cause = parseExpression();
  }
  auto *statement = make<Raise>(since(start));
  statement->exc = exception;
  statement->cause = cause;
  return statement;
}

Statement *Parser::parseAssert() {
  uint32_t start = begin();
  ++position;
  Expression *test = parseExpression();
  if (at(TokenKind::Equal))
    fail(token().range, "'=' assigns; write '==' to compare");
  Expression *message = accept(TokenKind::Comma) ? parseExpression() : nullptr;
  auto *statement = make<Assert>(since(start));
  statement->test = test;
  statement->msg = message;
  return statement;
}

Statement *Parser::parseDelete() {
  uint32_t start = begin();
  ++position;
  Expressions targets;
  do {
    if (at(TokenKind::Newline) || at(TokenKind::Semicolon))
      break;
    targets.push_back(parseBinary());
    setTarget(targets.back(), ExprContext::Del, "");
  } while (accept(TokenKind::Comma));
  if (targets.empty())
    unexpected("what to delete after 'del'");
  auto *statement = make<Delete>(since(start));
  statement->targets = std::move(targets);
  return statement;
}

std::string Parser::parseDottedName() {
  std::string name = expectName("the name of a module");
  while (accept(TokenKind::Dot))
    name += "." + expectName("a name after '.'");
  return name;
}

Statement *Parser::parseImport() {
  uint32_t start = begin();
  ++position;
  std::vector<Alias *> names;
  do {
    uint32_t first = begin();
    std::string name = parseDottedName();
    std::optional<std::string> asname;
    if (accept(TokenKind::KwAs))
      asname = expectName("a name after 'as'");
    auto *alias = make<Alias>(since(first));
    alias->name = std::move(name);
    alias->asname = std::move(asname);
    names.push_back(alias);
  } while (accept(TokenKind::Comma));
  if (at(TokenKind::KwFrom))
    fail(token().range, "write 'from MODULE import NAME'");
  auto *statement = make<Import>(since(start));
  statement->names = std::move(names);
  return statement;
}

Statement *Parser::parseImportFrom() {
  uint32_t start = begin();
  ++position;
  unsigned dots = 0;
  for (;; ++position) {
    if (at(TokenKind::Dot))
      dots += 1;
    else if (at(TokenKind::EllipsisMark))
      dots += 3;
    else
      break;
  }
  std::optional<std::string> module;
  if (dots == 0 || !at(TokenKind::KwImport))
    module = parseDottedName();
  if (!accept(TokenKind::KwImport))
    unexpected("'import' and names after the module");
  std::vector<Alias *> names;
  if (at(TokenKind::Star)) {
    auto *alias = make<Alias>(token().range);
    alias->name = "*";
    names.push_back(alias);
    ++position;
  } else {
    parseImportedNames(names);
  }
  auto *statement = make<ImportFrom>(since(start));
  statement->module = std::move(module);
  statement->names = std::move(names);
  statement->level = dots;
  return statement;
}

void Parser::parseImportedNames(std::vector<Alias *> &names) {
  bool parenthesized = accept(TokenKind::LeftParenthesis);
  do {
    if (parenthesized && at(TokenKind::RightParenthesis) && !names.empty())
      break;
    if (!parenthesized && at(TokenKind::Newline) && !names.empty())
      fail(tokens[position - 1].range, "a ',' at the end needs parentheses around the names; "
                                       "remove it");
    uint32_t start = begin();
    std::string name = expectName("the name of what to import");
    if (at(TokenKind::Dot))
      fail(token().range, "a name to import has no dots; put what is before the last dot behind "
                          "'from'");
    std::optional<std::string> asname;
    if (accept(TokenKind::KwAs))
      asname = expectName("a name after 'as'");
    auto *alias = make<Alias>(since(start));
    alias->name = std::move(name);
    alias->asname = std::move(asname);
    names.push_back(alias);
    if (parenthesized && at(TokenKind::Identifier))
      report({previousEnd(), previousEnd()}, "missing ',' between names").fix(",");
  } while (accept(TokenKind::Comma) || (parenthesized && at(TokenKind::Identifier)));
  if (parenthesized)
    expect(TokenKind::RightParenthesis, "after the names to import");
}

Statement *Parser::parseScope() {
  uint32_t start = begin();
  bool global = at(TokenKind::KwGlobal);
  ++position;
  std::vector<std::string> names;
  do
    names.push_back(expectName("the name of a variable"));
  while (accept(TokenKind::Comma));
  if (global) {
    auto *statement = make<Global>(since(start));
    statement->names = std::move(names);
    return statement;
  }
  auto *statement = make<Nonlocal>(since(start));
  statement->names = std::move(names);
  return statement;
}

} // namespace ingot::import::python
