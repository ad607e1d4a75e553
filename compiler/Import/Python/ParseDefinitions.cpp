// Functions, classes and their decorators.

#include "compiler/Import/Python/ParserState.h"

namespace ingot::import::python {

Statement *Parser::parseDecorated() {
  Expressions decorators;
  while (accept(TokenKind::At)) {
    uint32_t start = begin();
    try {
      decorators.push_back(parseNamedExpression());
      if (!at(TokenKind::Newline))
        unexpected("the end of the line after a decorator");
    } catch (const SyntaxError &) {
      skipLine();
      decorators.push_back(errorExpression(start));
    }
    accept(TokenKind::Newline);
  }
  switch (kind()) {
  case TokenKind::KwDef:
    return parseFunction(begin(), false, std::move(decorators));
  case TokenKind::KwClass:
    return parseClass(std::move(decorators));
  case TokenKind::KwAsync:
    return parseAsync(std::move(decorators));
  default:
    unexpected("'def' or 'class' below a decorator");
  }
}

/// 'async' and what follows it. Only a definition can have decorators.
Statement *Parser::parseAsync(Expressions decorators) {
  uint32_t start = begin();
  bool decorated = !decorators.empty();
  ++position;
  if (at(TokenKind::KwDef))
    return parseFunction(start, true, std::move(decorators));
  if (at(TokenKind::KwFor) && !decorated)
    return parseFor(start, true);
  if (at(TokenKind::KwWith) && !decorated)
    return parseWith(start, true);
  unexpected(decorated ? "'def' after 'async'" : "'def', 'for' or 'with' after 'async'");
}

Statement *Parser::parseFunction(uint32_t start, bool isAsync, Expressions decorators) {
  ++position;
  FunctionDefinition *function =
      isAsync ? static_cast<FunctionDefinition *>(make<AsyncFunctionDef>({start, start}))
              : make<FunctionDef>({start, start});
  function->decorator_list = std::move(decorators);
  function->args = make<Arguments>({start, start});
  head([&] {
    function->nameRange = token().range;
    function->name = expectName("the name of a function");
    expect(TokenKind::LeftParenthesis, "and parameters after the function's name");
    function->args = parseParameters(TokenKind::RightParenthesis, true);
    ++position;
    if (accept(TokenKind::Arrow))
      function->returns = parseExpression();
  });
  function->body = parseBlock("the head of 'def'", start);
  function->range = since(start);
  return function;
}

Statement *Parser::parseClass(Expressions decorators) {
  uint32_t start = begin();
  ++position;
  auto *definition = make<ClassDef>({start, start});
  definition->decorator_list = std::move(decorators);
  head([&] {
    definition->nameRange = token().range;
    definition->name = expectName("the name of a class");
    if (at(TokenKind::LeftParenthesis))
      parseArguments(definition->bases, definition->keywords, false);
  });
  definition->body = parseBlock("the head of 'class'", start);
  definition->range = since(start);
  return definition;
}

} // namespace ingot::import::python
