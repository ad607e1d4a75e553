// Expressions by precedence, down to what follows an atom.

#include "compiler/Import/Python/ParserState.h"

#include <fmt/format.h>

namespace ingot::import::python {

/// star_expressions: an expression, or a tuple without parentheses.
Expression *Parser::parseStarExpressions() {
  uint32_t start = begin();
  Expression *first = parseStarExpression();
  if (!at(TokenKind::Comma))
    return first;
  Expressions elements{first};
  while (accept(TokenKind::Comma)) {
    if (!startsExpression(token()) && !at(TokenKind::Star))
      break;
    elements.push_back(parseStarExpression());
  }
  auto *tuple = make<Tuple>(since(start));
  tuple->elts = std::move(elements);
  return tuple;
}

Expression *Parser::parseStarExpression() {
  return at(TokenKind::Star) ? parseStarred(false) : parseExpression();
}

/// '*' and an operand: of bitwise operators, or in calls and subscripts a whole expression.
Expression *Parser::parseStarred(bool wholeExpression) {
  uint32_t start = begin();
  ++position;
  Expression *value = wholeExpression ? parseExpression() : parseBinary();
  auto *starred = make<Starred>(since(start));
  starred->value = value;
  return starred;
}

Expression *Parser::parseStarNamedExpression() {
  return at(TokenKind::Star) ? parseStarred(false) : parseNamedExpression();
}

Expression *Parser::parseNamedExpression() {
  uint32_t start = begin();
  bool name = at(TokenKind::Identifier) && kind(1) == TokenKind::ColonEqual;
  Expression *target = parseExpression();
  if (!at(TokenKind::ColonEqual))
    return target;
  if (!name)
    fail(token().range, "':=' assigns to a plain name only");
  ++position;
  setTarget(target, ExprContext::Store, "by ':='");
  Expression *value = parseExpression();
  auto *named = make<NamedExpr>(since(start));
  named->target = target;
  named->value = value;
  return named;
}

Expression *Parser::parseExpression() {
  Deeper deeper(*this);
  if (at(TokenKind::KwLambda))
    return parseLambda();
  uint32_t start = begin();
  Expression *body = parseDisjunction();
  if (!at(TokenKind::KwIf))
    return body;
  ++position;
  Expression *test = parseDisjunction();
  if (!at(TokenKind::KwElse))
    unexpected("'else' after the condition of 'if' in an expression");
  ++position;
  Expression *orelse = parseExpression();
  auto *result = make<IfExp>(since(start));
  result->test = test;
  result->body = body;
  result->orelse = orelse;
  return result;
}

Expression *Parser::parseLambda() {
  uint32_t start = begin();
  ++position;
  Arguments *args = parseParameters(TokenKind::Colon, false);
  expect(TokenKind::Colon, "after the parameters of 'lambda'");
  Expression *body = parseExpression();
  auto *lambda = make<Lambda>(since(start));
  lambda->args = args;
  lambda->body = body;
  return lambda;
}

Expression *Parser::parseYield() {
  uint32_t start = begin();
  ++position;
  if (accept(TokenKind::KwFrom)) {
    Expression *value = parseExpression();
    auto *result = make<YieldFrom>(since(start));
    result->value = value;
    return result;
  }
  Expression *value = nullptr;
  if (startsExpression(token()) || at(TokenKind::Star))
    value = parseStarExpressions();
  auto *result = make<Yield>(since(start));
  result->value = value;
  return result;
}

Expression *Parser::parseDisjunction() {
  uint32_t start = begin();
  Expression *first = parseConjunction();
  if (!at(TokenKind::KwOr))
    return first;
  Expressions values{first};
  while (accept(TokenKind::KwOr))
    values.push_back(parseConjunction());
  auto *result = make<BoolOp>(since(start));
  result->op = BoolOperator::Or;
  result->values = std::move(values);
  return result;
}

Expression *Parser::parseConjunction() {
  uint32_t start = begin();
  Expression *first = parseInversion();
  if (!at(TokenKind::KwAnd))
    return first;
  Expressions values{first};
  while (accept(TokenKind::KwAnd))
    values.push_back(parseInversion());
  auto *result = make<BoolOp>(since(start));
  result->op = BoolOperator::And;
  result->values = std::move(values);
  return result;
}

Expression *Parser::parseInversion() {
  if (!at(TokenKind::KwNot))
    return parseComparison();
  Deeper deeper(*this);
  uint32_t start = begin();
  ++position;
  Expression *operand = parseInversion();
  auto *result = make<UnaryOp>(since(start));
  result->op = UnaryOperator::Not;
  result->operand = operand;
  return result;
}

bool Parser::acceptComparison(CompareOperator &op) {
  size_t length = 1;
  switch (kind()) {
  case TokenKind::EqualEqual:
    op = CompareOperator::Eq;
    break;
  case TokenKind::NotEqual:
    op = CompareOperator::NotEq;
    break;
  case TokenKind::Less:
    op = CompareOperator::Lt;
    break;
  case TokenKind::LessEqual:
    op = CompareOperator::LtE;
    break;
  case TokenKind::Greater:
    op = CompareOperator::Gt;
    break;
  case TokenKind::GreaterEqual:
    op = CompareOperator::GtE;
    break;
  case TokenKind::KwIn:
    op = CompareOperator::In;
    break;
  case TokenKind::KwIs:
    length = kind(1) == TokenKind::KwNot ? 2 : 1;
    op = length == 2 ? CompareOperator::IsNot : CompareOperator::Is;
    break;
  case TokenKind::KwNot:
    if (kind(1) != TokenKind::KwIn)
      return false;
    length = 2;
    op = CompareOperator::NotIn;
    break;
  default:
    return false;
  }
  position += length;
  return true;
}

Expression *Parser::parseComparison() {
  uint32_t start = begin();
  Expression *left = parseBinary();
  CompareOperator op;
  if (!acceptComparison(op))
    return left;
  std::vector<CompareOperator> ops;
  Expressions comparators;
  do {
    ops.push_back(op);
    comparators.push_back(parseBinary());
  } while (acceptComparison(op));
  auto *result = make<Compare>(since(start));
  result->left = left;
  result->ops = std::move(ops);
  result->comparators = std::move(comparators);
  return result;
}

/// The precedence of a binary operator, from 1 up; 0 of other tokens.
static unsigned precedenceOf(TokenKind kind, Operator &op) {
  switch (kind) {
#define INGOT_OPERATOR(TOKEN, OPERATOR, PRECEDENCE)                                                \
  case TokenKind::TOKEN:                                                                           \
    op = Operator::OPERATOR;                                                                       \
    return PRECEDENCE;
    INGOT_OPERATOR(Bar, BitOr, 1)
    INGOT_OPERATOR(Caret, BitXor, 2)
    INGOT_OPERATOR(Ampersand, BitAnd, 3)
    INGOT_OPERATOR(LeftShift, LShift, 4)
    INGOT_OPERATOR(RightShift, RShift, 4)
    INGOT_OPERATOR(Plus, Add, 5)
    INGOT_OPERATOR(Minus, Sub, 5)
    INGOT_OPERATOR(Star, Mult, 6)
    INGOT_OPERATOR(Slash, Div, 6)
    INGOT_OPERATOR(DoubleSlash, FloorDiv, 6)
    INGOT_OPERATOR(Percent, Mod, 6)
    INGOT_OPERATOR(At, MatMult, 6)
#undef INGOT_OPERATOR
  default:
    return 0;
  }
}

/// Operators that bind tighter than `precedence`, all of which group from the left.
Expression *Parser::parseBinary(unsigned precedence) {
  uint32_t start = begin();
  Expression *left = parseFactor();
  Operator op = Operator::Add;
  for (;;) {
    unsigned own = precedenceOf(kind(), op);
    if (own == 0 || own <= precedence)
      return left;
    const Token &mark = token();
    bool doubled = (mark.kind == TokenKind::Ampersand || mark.kind == TokenKind::Bar) &&
                   kind(1) == mark.kind && token(1).range.begin == mark.range.end;
    if (doubled)
      fail({mark.range.begin, token(1).range.end},
           mark.kind == TokenKind::Bar ? "'||' is not an operator of Python; write 'or'"
                                       : "'&&' is not an operator of Python; write 'and'");
    bool increment = (mark.kind == TokenKind::Plus || mark.kind == TokenKind::Minus) &&
                     kind(1) == mark.kind && token(1).range.begin == mark.range.end &&
                     !startsExpression(token(2));
    if (increment)
      fail({mark.range.begin, token(1).range.end},
           fmt::format("'{0}{0}' is not an operator of Python; write '{0}= 1'",
                       spelling(mark.kind)));
    SourceRange opRange = mark.range;
    ++position;
    Expression *right = parseBinary(own);
    auto *result = make<BinOp>(since(start));
    result->left = left;
    result->op = op;
    result->opRange = opRange;
    result->right = right;
    left = result;
  }
}

Expression *Parser::parseFactor() {
  UnaryOperator op = at(TokenKind::Plus)    ? UnaryOperator::UAdd
                     : at(TokenKind::Minus) ? UnaryOperator::USub
                                            : UnaryOperator::Invert;
  if (op == UnaryOperator::Invert && !at(TokenKind::Tilde))
    return parsePower();
  Deeper deeper(*this);
  uint32_t start = begin();
  ++position;
  Expression *operand = parseFactor();
  auto *result = make<UnaryOp>(since(start));
  result->op = op;
  result->operand = operand;
  return result;
}

Expression *Parser::parsePower() {
  uint32_t start = begin();
  bool await = accept(TokenKind::KwAwait);
  Expression *left = parsePrimary();
  if (await) {
    auto *awaited = make<Await>(since(start));
    awaited->value = left;
    left = awaited;
  }
  if (!at(TokenKind::DoubleStar))
    return left;
  Deeper deeper(*this);
  SourceRange opRange = token().range;
  ++position;
  Expression *right = parseFactor();
  auto *result = make<BinOp>(since(start));
  result->left = left;
  result->op = Operator::Pow;
  result->opRange = opRange;
  result->right = right;
  return result;
}

/// An atom with its attributes, calls and subscripts.
Expression *Parser::parsePrimary() {
  uint32_t start = begin();
  Expression *value = parseAtom();
  for (;;) {
    if (accept(TokenKind::Dot)) {
      SourceRange name = token().range;
      std::string attr = expectName("the name of an attribute after '.'");
      auto *attribute = make<Attribute>(since(start));
      attribute->value = value;
      attribute->attr = std::move(attr);
      attribute->attrRange = name;
      value = attribute;
    } else if (at(TokenKind::LeftParenthesis)) {
      value = parseCall(start, value);
    } else if (at(TokenKind::LeftBracket)) {
      value = parseSubscript(start, value);
    } else {
      return value;
    }
  }
}

} // namespace ingot::import::python
