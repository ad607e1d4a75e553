// Decoding of source files, and the table of lines.

#include "compiler/Import/Python/Source.h"

#include "compiler/Import/Python/Diagnostics.h"
#include "compiler/Import/Python/Encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace ingot::import::python {

/// "\r\n" and "\r" become "\n", as Python's universal newlines do.
static std::string withUnixNewlines(std::string text) {
  if (text.find('\r') == std::string::npos)
    return text;
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result += text[i];
      continue;
    }
    result += '\n';
    if (i + 1 < text.size() && text[i + 1] == '\n')
      ++i;
  }
  return result;
}

Source::Source(std::string path, std::string_view bytes, DiagnosticSink &sink)
    : filePath(std::move(path)) {
  if (bytes.size() > maximumSize) {
    sink.error({0, 0}, fmt::format("the file is too large ({} bytes; the limit is {})",
                                   bytes.size(), maximumSize));
    bytes = {};
  }
  binary = bytes.find('\0') != bytes.npos;
  DecodedText decoded = decodeSource(bytes);
  contents = withUnixNewlines(std::move(decoded.text));
  lineBegins.push_back(0);
  for (uint32_t i = 0; i < contents.size(); ++i)
    if (contents[i] == '\n')
      lineBegins.push_back(i + 1);
  if (decoded.error) {
    uint32_t begin = lineBegin(decoded.errorLine) + decoded.errorColumn;
    sink.error({begin, begin + decoded.errorLength}, *decoded.error);
  }
}

std::optional<Source> Source::read(const std::string &path, DiagnosticSink &sink,
                                   std::string &error) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    error = fmt::format("cannot read '{}': it is a folder, not a script", path);
    return std::nullopt;
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    error = fmt::format("cannot read '{}': {}", path, std::generic_category().message(errno));
    return std::nullopt;
  }
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad() || (bytes.empty() && errno != 0)) {
    error = fmt::format("cannot read '{}': {}", path, std::generic_category().message(errno));
    return std::nullopt;
  }
  return Source(path, bytes, sink);
}

Position Source::position(uint32_t offset) const {
  offset = std::min<uint32_t>(offset, static_cast<uint32_t>(contents.size()));
  auto next = std::upper_bound(lineBegins.begin(), lineBegins.end(), offset);
  auto line = static_cast<uint32_t>(next - lineBegins.begin());
  return {line, offset - lineBegins[line - 1] + 1};
}

uint32_t Source::lineBegin(uint32_t number) const {
  return number <= lineCount() ? lineBegins[number - 1] : static_cast<uint32_t>(contents.size());
}

std::string_view Source::line(uint32_t number) const {
  if (number == 0 || number > lineCount())
    return {};
  uint32_t begin = lineBegin(number);
  uint32_t end = lineBegin(number + 1);
  if (end > begin && contents[end - 1] == '\n')
    --end;
  return text({begin, end});
}

} // namespace ingot::import::python
