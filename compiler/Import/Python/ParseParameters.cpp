// Parameters of functions and lambdas.

#include "compiler/Import/Python/ParserState.h"

#include <fmt/format.h>

namespace ingot::import::python {

/// A name, and with `annotation` what may follow it; after '*' that may be a '*' expression.
Arg *Parser::parseParameter(bool annotation, bool starAnnotation) {
  uint32_t start = begin();
  if (at(TokenKind::LeftParenthesis))
    fail(token().range, "a parameter is a plain name; unpack a tuple in the body");
  std::string name = expectName("the name of a parameter");
  Expression *type = nullptr;
  if (annotation && accept(TokenKind::Colon))
    type = starAnnotation ? parseStarExpression() : parseExpression();
  auto *arg = make<Arg>(since(start));
  arg->arg = std::move(name);
  arg->annotation = type;
  return arg;
}

/// Parameters up to the closer (')' or ':'), which is left.
Arguments *Parser::parseParameters(TokenKind closer, bool annotations) {
  uint32_t start = begin();
  auto *result = make<Arguments>({start, start});
  bool slash = false, star = false, bareStar = false;
  SourceRange starRange;
  while (!at(closer)) {
    SourceRange mark = token().range;
    if (result->kwarg)
      fail(mark, "no parameter can follow '**'");
    if (accept(TokenKind::Slash)) {
      if (slash || star)
        fail(mark, slash ? "'/' can stand once only among parameters"
                         : "'/' must stand before '*' among parameters");
      if (result->args.empty())
        fail(mark, "at least one parameter must stand before '/'");
      slash = true;
      result->posonlyargs.swap(result->args);
    } else if (accept(TokenKind::Star)) {
      if (star)
        fail(mark, "'*' can stand once only among parameters");
      star = true;
      starRange = mark;
      bareStar = at(TokenKind::Comma);
      if (at(closer))
        fail(mark, "a named parameter must follow a bare '*'");
      if (!bareStar)
        result->vararg = parseParameter(annotations, true);
      if (at(TokenKind::Equal))
        fail(token().range, "a parameter with '*' cannot have a default");
    } else if (accept(TokenKind::DoubleStar)) {
      result->kwarg = parseParameter(annotations, false);
      if (at(TokenKind::Equal))
        fail(token().range, "a parameter with '**' cannot have a default");
    } else {
      Arg *arg = parseParameter(annotations, false);
      Expression *value = nullptr;
      if (accept(TokenKind::Equal)) {
        if (at(closer) || at(TokenKind::Comma))
          fail(mark, "expected a default after '='");
        value = parseExpression();
      }
      if (star) {
        result->kwonlyargs.push_back(arg);
        result->kw_defaults.push_back(value);
      } else {
        if (!value && !result->defaults.empty())
          report(arg->range,
                 fmt::format("parameter '{}' needs a default, since one before it has", arg->arg));
        result->args.push_back(arg);
        if (value)
          result->defaults.push_back(value);
      }
    }
    if (!at(closer) && !accept(TokenKind::Comma))
      unexpected(fmt::format("',' or '{}' after a parameter", spelling(closer)));
  }
  if (bareStar && result->kwonlyargs.empty())
    fail(starRange, "a named parameter must follow a bare '*'");
  result->range = since(start);
  return result;
}

} // namespace ingot::import::python
