// Tokens, errors and recovery.

#include "compiler/Import/Python/Parser.h"

#include "compiler/Import/Python/Depth.h"
#include "compiler/Import/Python/Identifier.h"
#include "compiler/Import/Python/ParserState.h"
#include "compiler/Import/Python/Placement.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::import::python {

/// Whether it is no script at all, which one message says.
static bool isNoScript(const Source &source, DiagnosticSink &sink) {
  if (source.isBinary()) // which was said when it was read
    return true;
  const std::string_view text = source.text();
  size_t first = text.find_first_not_of(" \t\n");
  if (first == text.npos || text[first] != '{' || text.find("\"nbformat\"") == text.npos)
    return false;
  auto begin = static_cast<uint32_t>(first);
  sink.error({begin, begin + 1}, "this is a notebook, not a script; 'jupyter nbconvert --to "
                                 "script' makes a script of it");
  return true;
}

Tree parse(const Source &source, DiagnosticSink &sink) {
  Tree tree;
  if (isNoScript(source, sink)) {
    tree.module = tree.make<Module>({0, 0});
    return tree;
  }
  Parser parser(source, tree, sink, tokenize(source));
  tree.module = parser.parseModule();
  boundDepth(tree, sink);
  checkPlacement(tree, sink);
  return tree;
}

Parser::Parser(const Source &source, Tree &tree, DiagnosticSink &sink, Tokens lexed, unsigned level)
    : source(source), tree(tree), sink(sink), tokens(std::move(lexed.tokens)), level(level) {
  for (Diagnostic &error : lexed.errors) {
    lexicalErrors.push_back(error.range.begin);
    Diagnostic &reported = sink.error(error.range, std::move(error.message));
    reported.notes = std::move(error.notes);
    reported.fixIt = std::move(error.fixIt);
  }
  std::sort(lexicalErrors.begin(), lexicalErrors.end());
  matchBrackets();
}

void Parser::matchBrackets() {
  matches.assign(tokens.size(), 0);
  std::vector<size_t> open;
  for (size_t i = 0; i < tokens.size(); ++i) {
    TokenKind k = tokens[i].kind;
    if (k == TokenKind::LeftParenthesis || k == TokenKind::LeftBracket ||
        k == TokenKind::LeftBrace) {
      open.push_back(i);
    } else if ((k == TokenKind::RightParenthesis || k == TokenKind::RightBracket ||
                k == TokenKind::RightBrace) &&
               !open.empty()) {
      matches[open.back()] = static_cast<uint32_t>(i);
      open.pop_back();
    }
  }
}

Module *Parser::parseModule() {
  auto *module = make<Module>({0, static_cast<uint32_t>(source.text().size())});
  try {
    while (!at(TokenKind::EndOfFile))
      parseStatementInto(module->body);
  } catch (const TooManyErrors &) {
    sink.error(token().range, "too many errors; the rest of the file was not read");
  }
  return module;
}

Expression *Parser::parseField() {
  uint32_t start = begin();
  try {
    Expression *result = parseStarExpressions();
    if (!at(TokenKind::EndOfFile))
      unexpected("the end of the expression");
    return result;
  } catch (const SyntaxError &) {
    return errorExpression(start);
  }
}

bool Parser::atWord(std::string_view word, size_t ahead) const {
  return kind(ahead) == TokenKind::Identifier && source.text(token(ahead).range) == word;
}

/// The end of the last token that is more than an end of line or a change of indentation.
uint32_t Parser::previousEnd() const {
  for (size_t i = position; i > 0; --i) {
    TokenKind k = tokens[i - 1].kind;
    if (k != TokenKind::Newline && k != TokenKind::Indent && k != TokenKind::Dedent)
      return tokens[i - 1].range.end;
  }
  return 0;
}

bool Parser::accept(TokenKind wanted) {
  if (!at(wanted))
    return false;
  ++position;
  return true;
}

std::string Parser::describe(const Token &token) const {
  switch (token.kind) {
  case TokenKind::EndOfFile:
    return "the end of the file";
  case TokenKind::Newline:
    return "the end of the line";
  case TokenKind::Indent:
    return "an indented line";
  case TokenKind::Dedent:
    return "the end of the block";
  case TokenKind::String:
    return "a string";
  default:
    std::string_view text = source.text(token.range);
    if (text.empty())
      text = spelling(token.kind);
    return fmt::format("'{}'", text.size() <= 40 ? text : "...");
  }
}

std::string Parser::identifierText(const Token &token) const {
  return normalIdentifier(source.text(token.range));
}

/// Whether the lexer gave an error for the logical line of the current token.
bool Parser::hasLexicalError() const {
  size_t first = std::min(position, tokens.size() - 1);
  while (first > 0 && tokens[first - 1].kind != TokenKind::Newline)
    --first;
  uint32_t from = first ? tokens[first - 1].range.end : 0;
  uint32_t to = tokens[lineEnd(position)].range.end;
  auto next = std::lower_bound(lexicalErrors.begin(), lexicalErrors.end(), from);
  return next != lexicalErrors.end() && *next <= to;
}

Diagnostic &Parser::report(SourceRange range, std::string message) {
  if (!lexicalErrors.empty() && hasLexicalError()) {
    suppressed = {};
    return suppressed;
  }
  if (sink.errorCount() >= maximumErrors)
    throw TooManyErrors();
  return sink.error(range, std::move(message));
}

void Parser::fail(SourceRange range, std::string message) {
  report(range, std::move(message));
  throw SyntaxError();
}

void Parser::unexpected(std::string_view wanted) {
  const Token &found = token();
  if (found.kind == TokenKind::Newline || found.kind == TokenKind::EndOfFile)
    fail({previousEnd(), previousEnd()}, fmt::format("expected {}", wanted));
  fail(found.range, fmt::format("expected {}, found {}", wanted, describe(found)));
}

void Parser::expect(TokenKind wanted, std::string_view where) {
  if (!accept(wanted))
    unexpected(fmt::format("'{}' {}", spelling(wanted), where));
}

std::string Parser::expectName(std::string_view what) {
  if (at(TokenKind::Identifier))
    return identifierText(tokens[position++]);
  if (isKeyword(kind()))
    fail(token().range, fmt::format("'{}' is a keyword and cannot be {}; choose another name",
                                    spelling(kind()), what));
  unexpected(what);
}

bool Parser::startsExpression(const Token &token) const {
  switch (token.kind) {
  case TokenKind::Identifier:
  case TokenKind::Number:
  case TokenKind::String:
  case TokenKind::Bad:
  case TokenKind::LeftParenthesis:
  case TokenKind::LeftBracket:
  case TokenKind::LeftBrace:
  case TokenKind::EllipsisMark:
  case TokenKind::Tilde:
  case TokenKind::Minus:
  case TokenKind::Plus:
  case TokenKind::KwNone:
  case TokenKind::KwTrue:
  case TokenKind::KwFalse:
  case TokenKind::KwNot:
  case TokenKind::KwLambda:
  case TokenKind::KwAwait:
    return true;
  default:
    return false;
  }
}

/// The index of the Newline (or of the last token) that ends the logical line.
size_t Parser::lineEnd(size_t from) const {
  from = std::min(from, tokens.size() - 1);
  while (tokens[from].kind != TokenKind::Newline && tokens[from].kind != TokenKind::EndOfFile)
    ++from;
  return from;
}

void Parser::skipLine() { position = lineEnd(position); }

/// Goes to the ':' that ends the head of a compound statement, or to the line's end.
void Parser::skipHead() {
  size_t last = lineEnd(position);
  if (last > position && tokens[last - 1].kind == TokenKind::Colon) {
    position = last - 1;
    return;
  }
  for (; position < last && !at(TokenKind::Colon); ++position)
    if (matches[position] > position)
      position = matches[position];
}

/// Goes to the ',' after the element that starts at `first`, or to the closing bracket.
void Parser::skipElement(size_t first, size_t open) {
  size_t close = matches[open];
  size_t i = first;
  for (; i < close; ++i) {
    if (matches[i] > i)
      i = matches[i];
    else if (tokens[i].kind == TokenKind::Comma && i >= position)
      break;
  }
  position = std::min(i, close);
}

} // namespace ingot::import::python
