// The lexer's state, shared by its two files: Lexer.cpp (lines, indentation, brackets) and
// LexToken.cpp (names, numbers, strings).

#ifndef INGOT_COMPILER_IMPORT_PYTHON_LEXERSTATE_H
#define INGOT_COMPILER_IMPORT_PYTHON_LEXERSTATE_H

#include "compiler/Import/Python/Lexer.h"

#include <optional>
#include <string>

namespace ingot::import::python {

class Lexer {
public:
  explicit Lexer(const Source &source);
  Lexer(const Source &source, SourceRange field);
  Tokens run();

private:
  struct OpenBracket {
    char mark;
    uint32_t offset;
  };
  struct Indentation {
    uint32_t column;    // tabs go to the next multiple of 8
    uint32_t altColumn; // tabs count 1; both must agree on which line is deeper
  };
  /// Where to start again once it is known that a bracket is never closed.
  struct Restart {
    uint32_t offset = 0;
    size_t tokens = 0, errors = 0, lineStart = 0;
  };

  // Lines and brackets.
  void run(bool atLineStart);
  void beginLine();
  Indentation readIndentation();
  void setIndentation(Indentation indentation);
  bool skipBlanks();
  void endLine();
  void endOfText();
  bool restartAtBracket();
  bool newlineInBrackets();
  bool startsStatement(uint32_t offset) const;
  void openBracket(TokenKind kind);
  void closeBracket(TokenKind kind);
  void closeAll(bool report);
  void continueLine();
  void giveUp(SourceRange range, std::string message);

  // Tokens.
  void lexToken();
  void lexPunctuation();
  void lexBadCharacter();
  void skipCommand();
  void lexIdentifier();
  bool startsString() const;
  void lexString();
  void unterminatedString(uint32_t begin, uint32_t quote, bool triple);
  void lexNumber();
  bool lexDigits(std::string_view digits);
  void lexDecimal();
  bool endNumber(uint32_t begin, const char *kind);
  void badNumber(uint32_t begin, std::string message);

  char at(uint32_t offset) const { return offset < end ? text[offset] : '\0'; }
  char current() const { return at(offset); }
  void add(TokenKind kind, uint32_t begin) { result.tokens.push_back({kind, {begin, offset}}); }
  Diagnostic &error(SourceRange range, std::string message);

  const Source &source;
  std::string_view text;
  uint32_t offset = 0, end = 0;
  bool inField = false;
  bool stopped = false; // nothing more is read: a limit was passed, or the text ends in a string
  bool gaveUp = false;  // a limit was passed

  Tokens result;
  std::vector<OpenBracket> brackets;
  std::vector<Indentation> indents{{0, 0}};
  size_t lineStart = 0; // index of the logical line's first token

  Restart restart;                  // of the outermost open bracket
  std::optional<uint32_t> unclosed; // the outermost bracket that is known to be never closed
  unsigned restarts = 0;
};

} // namespace ingot::import::python

#endif
