// The recursive-descent parser, by the grammar of
// https://docs.python.org/3.11/reference/grammar.html. Its files: Parser.cpp (tokens, errors,
// recovery), ParseStatements.cpp, ParseBlocks.cpp (compound statements), ParseDefinitions.cpp,
// ParseParameters.cpp, ParsePatterns.cpp, ParseExpressions.cpp, ParseAtoms.cpp, ParseCalls.cpp,
// ParseTargets.cpp, ParseStrings.cpp, ParseFormatted.cpp.
//
// An error is reported where it is found. Where the parser can go on as if the text were right it
// does; otherwise it throws SyntaxError, which is caught at the next element of the brackets
// around, at the head of a compound statement, or at the line's end, whichever is nearest.

#ifndef INGOT_COMPILER_IMPORT_PYTHON_PARSERSTATE_H
#define INGOT_COMPILER_IMPORT_PYTHON_PARSERSTATE_H

#include "compiler/Import/Python/Lexer.h"
#include "compiler/Import/Python/Parser.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::import::python {

/// Thrown after an error was reported, to leave what cannot be read.
struct SyntaxError {};
/// Thrown when so many errors were reported that more would not help.
struct TooManyErrors {};

class Parser {
public:
  Parser(const Source &source, Tree &tree, DiagnosticSink &sink, Tokens tokens, unsigned level = 0);

  Module *parseModule();
  /// The expression of an f-string's replacement field.
  Expression *parseField();

private:
  // Parser.cpp.
  const Token &token(size_t ahead = 0) const {
    return tokens[std::min(position + ahead, tokens.size() - 1)];
  }
  TokenKind kind(size_t ahead = 0) const { return token(ahead).kind; }
  bool at(TokenKind wanted) const { return kind() == wanted; }
  bool atWord(std::string_view word, size_t ahead = 0) const;
  bool accept(TokenKind wanted);
  uint32_t begin() const { return token().range.begin; }
  uint32_t previousEnd() const;
  SourceRange since(uint32_t start) const { return {start, std::max(start, previousEnd())}; }
  std::string describe(const Token &token) const;
  std::string identifierText(const Token &token) const;
  template <typename T> T *make(SourceRange range) { return tree.make<T>(range); }
  Diagnostic &report(SourceRange range, std::string message);
  [[noreturn]] void fail(SourceRange range, std::string message);
  [[noreturn]] void unexpected(std::string_view wanted);
  void expect(TokenKind wanted, std::string_view where);
  std::string expectName(std::string_view what);
  bool startsExpression(const Token &token) const;
  void matchBrackets();
  bool hasLexicalError() const;
  size_t lineEnd(size_t from) const;
  void skipLine();
  void skipHead();
  void skipElement(size_t first, size_t open);
  ErrorExpr *errorExpression(uint32_t start) { return make<ErrorExpr>(since(start)); }

  // ParseStatements.cpp.
  void parseStatementInto(Statements &body);
  void recoverLine(uint32_t start, Statements &body);
  void parseSimpleStatements(Statements &body);
  void rejectMisspelt(Statements &body);
  Statement *parseSimpleStatement();
  Statement *parseExpressionStatement();
  Statement *parseAssignment(uint32_t start, Expression *first);
  Statement *parseAnnotation(uint32_t start, Expression *target, bool parenthesized);
  Statement *parseAugmented(uint32_t start, Expression *target, Operator op);
  Statement *parseOldPrint();
  Statement *parseReturn();
  Statement *parseRaise();
  Statement *parseAssert();
  Statement *parseDelete();
  Statement *parseImport();
  Statement *parseImportFrom();
  void parseImportedNames(std::vector<Alias *> &names);
  Statement *parseScope();
  std::string parseDottedName();
  Expression *parseYieldOrStarExpressions();

  // ParseBlocks.cpp and ParseDefinitions.cpp.
  Statement *parseCompoundStatement();
  Statement *parseIf();
  Statement *parseWhile();
  Statement *parseFor(uint32_t start, bool isAsync);
  void parseForHead(ForLoop *loop);
  Statement *parseWith(uint32_t start, bool isAsync);
  void parseWithItems(std::vector<WithItem *> &items);
  bool hasParenthesizedItems() const;
  WithItem *parseWithItem();
  Statement *parseTry();
  ExceptHandler *parseHandler(bool &star);
  Statement *parseDecorated();
  Statement *parseFunction(uint32_t start, bool isAsync, Expressions decorators);
  Statement *parseClass(Expressions decorators);
  Statement *parseAsync(Expressions decorators);
  Statements parseElse();
  Statements parseBlock(std::string_view after, uint32_t start);
  void expectColon(std::string_view after);
  Expression *parseCondition(std::string_view statement);
  template <typename Head> void head(Head parse) {
    try {
      parse();
    } catch (const SyntaxError &) {
      skipHead();
    }
  }
  Statement *strayClause();

  // ParseParameters.cpp.
  Arguments *parseParameters(TokenKind closer, bool annotations);
  Arg *parseParameter(bool annotation, bool starAnnotation);

  // ParsePatterns.cpp.
  bool startsMatch() const;
  Statement *parseMatch();
  MatchCase *parseCase();
  Expression *parseSubject();
  Pattern *parsePatterns();
  Pattern *parseStarOrPattern();
  Pattern *parsePattern();
  Pattern *parseOrPattern();
  Pattern *parseClosedPattern();
  Pattern *parseNamePattern();
  Pattern *parseClassPattern(uint32_t start, Expression *cls);
  Pattern *parseGroupPattern();
  Pattern *parseSequencePattern();
  Pattern *parseMappingPattern();
  Pattern *parseLiteralPattern();
  Expression *parseSignedNumber();
  Expression *parseDottedValue();

  // ParseExpressions.cpp.
  Expression *parseStarExpressions();
  Expression *parseStarExpression();
  Expression *parseNamedExpression();
  Expression *parseStarNamedExpression();
  Expression *parseExpression();
  Expression *parseLambda();
  Expression *parseYield();
  Expression *parseDisjunction();
  Expression *parseConjunction();
  Expression *parseInversion();
  Expression *parseComparison();
  bool acceptComparison(CompareOperator &op);
  Expression *parseBinary(unsigned precedence = 0);
  Expression *parseFactor();
  Expression *parsePower();
  Expression *parsePrimary();
  Expression *parseStarred(bool wholeExpression);

  // ParseAtoms.cpp.
  Expression *parseAtom();
  Expression *parseNumber();
  Expression *parseParenthesized();
  Expression *parseList();
  Expression *parseBraces();
  Expression *parseDictionary(uint32_t start, size_t open, Expression *firstKey);
  Expression *parseSet(uint32_t start, size_t open, Expression *first);
  void parseKeyValue(Dict *dict, Expression *key);
  void parseElements(Expressions &elements, size_t open);
  void separate(size_t open, std::string_view what);
  std::vector<Comprehension *> parseComprehensions();
  bool atComprehension() const;
  template <typename Parse> Expression *element(size_t open, Parse parse) {
    size_t first = position;
    uint32_t start = begin();
    try {
      return parse();
    } catch (const SyntaxError &) {
      skipElement(first, open);
      return errorExpression(start);
    }
  }

  // ParseCalls.cpp.
  Expression *parseCall(uint32_t start, Expression *function);
  void parseArguments(Expressions &args, std::vector<Keyword *> &keywords, bool inCall);
  void parseArgument(size_t open, Expressions &args, std::vector<Keyword *> &keywords);
  Keyword *parseKeyword();
  Expression *parseSubscript(uint32_t start, Expression *value);
  Expression *parseSlice();

  // ParseTargets.cpp.
  Expression *parseTargets();
  void setTarget(Expression *target, ExprContext context, std::string_view where);
  void badTarget(const Expression *target, ExprContext context, std::string_view where);

  // ParseStrings.cpp.
  Expression *parseStrings();

  /// Counts what the parser and later readers of the tree recurse by.
  class Deeper {
  public:
    explicit Deeper(Parser &parser) : parser(parser) {
      if (++parser.level > maximumLevel) {
        --parser.level;
        parser.fail(parser.token().range, "this is nested too deeply; split it into several "
                                          "statements");
      }
    }
    ~Deeper() { --parser.level; }
    Deeper(const Deeper &) = delete;
    Deeper &operator=(const Deeper &) = delete;

  private:
    Parser &parser;
  };
  static constexpr unsigned maximumLevel = 700;
  static constexpr size_t maximumErrors = 100;

  const Source &source;
  Tree &tree;
  DiagnosticSink &sink;
  std::vector<Token> tokens;
  std::vector<uint32_t> lexicalErrors; // places, sorted
  std::vector<uint32_t> matches;       // of each opening bracket, the index of its closing one
  size_t position = 0;
  unsigned level = 0;
  Diagnostic suppressed; // takes reports that an earlier error in the same line explains

  friend class StringReader;
};

} // namespace ingot::import::python

#endif
