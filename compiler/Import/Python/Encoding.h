// Encodings of source files: PEP 263's declaration, and the conversion to UTF-8.

#ifndef INGOT_COMPILER_IMPORT_PYTHON_ENCODING_H
#define INGOT_COMPILER_IMPORT_PYTHON_ENCODING_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ingot::import::python {

/// A file's text in UTF-8 without a byte order mark, and the first error about its bytes.
struct DecodedText {
  std::string text; // U+FFFD in the place of each byte that has no meaning
  std::optional<std::string> error;
  uint32_t errorLine = 1;   // 1-based, lines as universal newlines count them
  uint32_t errorColumn = 0; // 0-based, in bytes of `text`
  uint32_t errorLength = 1; // in bytes of `text`
};

/// Knows UTF-8, ASCII, ISO 8859-1 and -15, Windows-1252 and KOI8-R.
DecodedText decodeSource(std::string_view bytes);

/// Appends a code point in UTF-8; surrogates too, in three bytes.
void appendUtf8(std::string &text, char32_t codePoint);

/// Reads the code point at `offset` and moves past it. Text must be UTF-8 (surrogates are let
/// through); a byte that starts none is given back as U+FFFD.
char32_t nextCodePoint(std::string_view text, size_t &offset);

} // namespace ingot::import::python

#endif
