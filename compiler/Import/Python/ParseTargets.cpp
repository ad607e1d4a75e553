// What can be assigned to, and deleted.

#include "compiler/Import/Python/ParserState.h"

#include <fmt/format.h>

namespace ingot::import::python {

/// star_targets: the variables of 'for'.
Expression *Parser::parseTargets() {
  uint32_t start = begin();
  auto one = [&] { return at(TokenKind::Star) ? parseStarred(false) : parseBinary(); };
  Expression *result = one();
  if (at(TokenKind::Comma)) {
    Expressions elements{result};
    while (accept(TokenKind::Comma)) {
      if (!startsExpression(token()) && !at(TokenKind::Star))
        break;
      elements.push_back(one());
    }
    auto *tuple = make<Tuple>(since(start));
    tuple->elts = std::move(elements);
    result = tuple;
  }
  setTarget(result, ExprContext::Store, "as the variable of 'for'");
  return result;
}

/// Gives an expression and the targets in it the context, with an error for each that is none.
void Parser::setTarget(Expression *target, ExprContext context, std::string_view where) {
  auto all = [&](Expressions &elements) {
    for (Expression *element : elements)
      setTarget(element, context, where);
  };
  switch (target->kind) {
  case Kind::Name:
    static_cast<Name *>(target)->ctx = context;
    return;
  case Kind::Attribute:
    static_cast<Attribute *>(target)->ctx = context;
    return;
  case Kind::Subscript:
    static_cast<Subscript *>(target)->ctx = context;
    return;
  case Kind::Tuple:
    static_cast<Tuple *>(target)->ctx = context;
    return all(static_cast<Tuple *>(target)->elts);
  case Kind::List:
    static_cast<List *>(target)->ctx = context;
    return all(static_cast<List *>(target)->elts);
  case Kind::Starred: {
    auto *starred = static_cast<Starred *>(target);
    if (context == ExprContext::Del || starred->value->kind == Kind::Starred)
      return badTarget(target, context, where);
    starred->ctx = context;
    return setTarget(starred->value, context, where);
  }
  case Kind::ErrorExpr:
    return;
  default:
    badTarget(target, context, where);
  }
}

static const char *describeKind(const Expression *expression) {
  switch (expression->kind) {
  case Kind::Call:
    return "a call";
  case Kind::Constant: {
    const auto &value = static_cast<const Constant *>(expression)->value;
    if (const bool *truth = std::get_if<bool>(&value))
      return *truth ? "'True'" : "'False'";
    return std::holds_alternative<NoneValue>(value)       ? "'None'"
           : std::holds_alternative<EllipsisValue>(value) ? "'...'"
                                                          : "a literal";
  }
  case Kind::JoinedStr:
    return "an f-string";
  case Kind::Compare:
    return "a comparison";
  case Kind::Lambda:
    return "a lambda";
  case Kind::IfExp:
    return "a conditional expression";
  case Kind::Dict:
    return "a dict";
  case Kind::Set:
    return "a set";
  case Kind::ListComp:
  case Kind::SetComp:
  case Kind::DictComp:
    return "a comprehension";
  case Kind::GeneratorExp:
    return "a generator expression";
  case Kind::Await:
    return "an 'await' expression";
  case Kind::Yield:
  case Kind::YieldFrom:
    return "a 'yield' expression";
  case Kind::NamedExpr:
    return "an assignment by ':='";
  case Kind::Starred:
    return "a '*' expression";
  default:
    return "an expression";
  }
}

void Parser::badTarget(const Expression *target, ExprContext context, std::string_view where) {
  std::string message = fmt::format(
      "cannot {} {}", context == ExprContext::Del ? "delete" : "assign to", describeKind(target));
  if (!where.empty())
    message += fmt::format(" {}", where);
  report(target->range, std::move(message));
}

} // namespace ingot::import::python
