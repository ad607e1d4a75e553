// A Python source file: its text as Python's tokenizer sees it, and where its lines are.

#ifndef INGOT_COMPILER_IMPORT_PYTHON_SOURCE_H
#define INGOT_COMPILER_IMPORT_PYTHON_SOURCE_H

#include "compiler/Import/Model.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::import::python {

class DiagnosticSink;

/// Byte offsets into Source::text(): [begin, end).
struct SourceRange {
  uint32_t begin = 0;
  uint32_t end = 0;

  bool operator==(const SourceRange &) const = default;
};

/// The smallest range that holds both.
inline SourceRange join(SourceRange first, SourceRange last) { return {first.begin, last.end}; }

/// A file's text in UTF-8, without a byte order mark, every line ended by '\n' alone.
class Source {
public:
  /// Files above this are refused: no script comes near it, and offsets must fit 32 bits.
  static constexpr size_t maximumSize = size_t{1} << 28;

  /// Decodes the bytes by their encoding declaration (PEP 263). What cannot be decoded is an error
  /// in the sink; the source then holds U+FFFD in its place, so that later errors are still found.
  Source(std::string path, std::string_view bytes, DiagnosticSink &sink);

  /// Reads a file. Nothing if it cannot be read: `error` then says why, with the file's name.
  static std::optional<Source> read(const std::string &path, DiagnosticSink &sink,
                                    std::string &error);

  const std::string &path() const { return filePath; }
  std::string_view text() const { return contents; }
  /// Whether it has null bytes; there is an error about the first byte that is wrong.
  bool isBinary() const { return binary; }
  std::string_view text(SourceRange range) const {
    return text().substr(range.begin, range.end - range.begin);
  }

  /// 1-based line and column, in bytes of UTF-8. An offset past the end is the end's.
  Position position(uint32_t offset) const;

  /// Line 1 and on, without its '\n'. Lines past the last are empty.
  std::string_view line(uint32_t number) const;
  uint32_t lineBegin(uint32_t number) const;
  uint32_t lineCount() const { return static_cast<uint32_t>(lineBegins.size()); }

private:
  std::string filePath;
  std::string contents;
  bool binary = false;
  std::vector<uint32_t> lineBegins; // offset of each line's first byte
};

} // namespace ingot::import::python

#endif
