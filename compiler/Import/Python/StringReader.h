// The value of string literals: escapes, and the parts of f-strings.

#ifndef INGOT_COMPILER_IMPORT_PYTHON_STRINGREADER_H
#define INGOT_COMPILER_IMPORT_PYTHON_STRINGREADER_H

#include "compiler/Import/Python/ParserState.h"

namespace ingot::import::python {

/// Reads adjacent string literals, which are one value. F-strings are read as CPython 3.11 does
/// (before PEP 701): the text between braces is found by its brackets and quotes first, and parsed
/// as in parentheses.
class StringReader {
public:
  /// `range` is that of all the literals.
  StringReader(Parser &parser, SourceRange range) : parser(parser), range(range) {}

  void add(SourceRange next);
  Expression *finish();

private:
  /// The values of a JoinedStr, with neighbouring text joined.
  struct Parts {
    Expressions values;
    std::string text;
    bool named = false; // the text holds a \N{NAME}
  };

  void flush(Parts &parts, SourceRange place, bool prefixed);
  void flush(Parts &parts) { flush(parts, range, unicodePrefix); }
  void readText(SourceRange body, bool raw, Parts &parts);
  uint32_t readEscape(uint32_t at, uint32_t end, Parts &parts);
  uint32_t readHex(uint32_t at, uint32_t end, unsigned digits, Parts &parts);
  uint32_t readNamed(uint32_t at, uint32_t end, Parts &parts);
  uint32_t readFormatted(uint32_t at, uint32_t end, bool raw, unsigned depth, Parts &parts);
  uint32_t readField(uint32_t at, uint32_t end, bool raw, unsigned depth, Parts &parts);
  uint32_t fieldEnd(uint32_t at, uint32_t end);
  Expression *parseField(SourceRange field);
  char byte(uint32_t at) const { return parser.source.text()[at]; }
  [[noreturn]] void fail(uint32_t begin, uint32_t end, std::string message);

  Parser &parser;
  SourceRange range;
  SourceRange literal; // the one that is read
  Parts parts;
  bool first = true, bytes = false, formatted = false, unicodePrefix = false;
};

} // namespace ingot::import::python

#endif
