// PEP 263's declaration of a file's encoding, and decoders of the encodings that scripts are
// written in.

#include "compiler/Import/Python/Encoding.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::import::python {

#include "compiler/Import/Python/SingleByteEncodings.inc"

void appendUtf8(std::string &text, char32_t c) {
  auto byte = [&](char32_t value) { text += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xc0 | c >> 6);
    byte(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    byte(0xe0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3f));
    byte(0x80 | (c & 0x3f));
  } else {
    byte(0xf0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3f));
    byte(0x80 | (c >> 6 & 0x3f));
    byte(0x80 | (c & 0x3f));
  }
}

/// Length of the UTF-8 sequence at `offset`, 0 if there is none; its value in `result`.
static unsigned readUtf8(std::string_view text, size_t offset, char32_t &result) {
  auto byte = [&](size_t i) -> unsigned {
    return offset + i < text.size() ? static_cast<unsigned char>(text[offset + i]) : 0u;
  };
  unsigned first = byte(0);
  if (first < 0x80) {
    result = first;
    return 1;
  }
  unsigned length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4)
    return 0;
  char32_t value = first & (0xff >> (length + 1));
  for (unsigned i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80)
      return 0;
    value = value << 6 | (byte(i) & 0x3f);
  }
  static constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < least[length] || value > 0x10ffff)
    return 0;
  result = value;
  return length;
}

char32_t nextCodePoint(std::string_view text, size_t &offset) {
  char32_t result = 0xfffd;
  unsigned length = readUtf8(text, offset, result);
  offset += std::max(length, 1u);
  return length ? result : U'\uFFFD';
}

static bool isWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

/// The encoding that a line declares: `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`.
static std::optional<std::string_view> declaredIn(std::string_view line) {
  size_t start = line.find_first_not_of(" \t\f");
  if (start == std::string_view::npos || line[start] != '#')
    return std::nullopt;
  for (size_t at = line.find("coding", start); at != std::string_view::npos;
       at = line.find("coding", at + 1)) {
    size_t i = at + 6;
    if (i >= line.size() || (line[i] != ':' && line[i] != '='))
      continue;
    i = line.find_first_not_of(" \t", i + 1);
    if (i == std::string_view::npos)
      continue;
    size_t end = i;
    while (end < line.size() && isWord(line[end]))
      ++end;
    if (end > i)
      return line.substr(i, end - i);
  }
  return std::nullopt;
}

/// The declaration in the first two lines, if any; the second counts only below a blank or comment.
static std::optional<std::string_view> declaredEncoding(std::string_view bytes, uint32_t &line) {
  for (line = 1; line <= 2; ++line) {
    std::string_view text = bytes.substr(0, bytes.find_first_of("\r\n"));
    if (auto name = declaredIn(text))
      return name;
    size_t first = text.find_first_not_of(" \t\f");
    if (first != std::string_view::npos && text[first] != '#')
      return std::nullopt;
    bool pair = text.size() + 1 < bytes.size() && bytes[text.size()] == '\r' &&
                bytes[text.size() + 1] == '\n';
    bytes.remove_prefix(std::min(bytes.size(), text.size() + (pair ? 2 : 1)));
  }
  return std::nullopt;
}

namespace {
/// Decodes byte by byte, and keeps the place of the first error.
class Decoder {
public:
  explicit Decoder(std::string_view bytes) : bytes(bytes) {}

  DecodedText run(const char16_t *table, bool utf8) {
    result.text.reserve(bytes.size());
    for (size_t i = 0; i < bytes.size();) {
      unsigned char byte = bytes[i];
      if (byte < 0x80)
        ascii(bytes[i++]);
      else if (utf8)
        multibyte(i);
      else
        single(byte, table), ++i;
    }
    return std::move(result);
  }

private:
  void ascii(char c) {
    if (c == 0)
      return fail("the file contains a null byte; a script is text");
    result.text += c;
    if (c == '\r' || (c == '\n' && !afterReturn))
      ++line, lineBegin = result.text.size();
    else if (c == '\n')
      lineBegin = result.text.size();
    afterReturn = c == '\r';
  }

  void multibyte(size_t &i) {
    char32_t value = 0;
    unsigned length = readUtf8(bytes, i, value);
    afterReturn = false;
    if (length && (value < 0xd800 || value > 0xdfff)) {
      result.text.append(bytes.substr(i, length));
      i += length;
      return;
    }
    fail(fmt::format("byte 0x{:02x} is not valid UTF-8; save the file as UTF-8",
                     static_cast<unsigned char>(bytes[i++])));
  }

  void single(unsigned char byte, const char16_t *table) {
    char32_t value = table ? table[byte - 0x80] : byte;
    afterReturn = false;
    if (value == 0)
      return fail(fmt::format("byte 0x{:02x} has no meaning in the file's encoding; save the "
                              "file as UTF-8",
                              byte));
    appendUtf8(result.text, value);
  }

  void fail(std::string message) {
    if (!result.error) {
      result.error = std::move(message);
      result.errorLine = line;
      result.errorColumn = static_cast<uint32_t>(result.text.size() - lineBegin);
      result.errorLength = 3;
    }
    appendUtf8(result.text, 0xfffd);
  }

  std::string_view bytes;
  DecodedText result;
  uint32_t line = 1;
  size_t lineBegin = 0;
  bool afterReturn = false;
};
} // namespace

/// Lower case, '_' as '-': how Python compares names of encodings.
static std::string normalName(std::string_view name) {
  std::string result(name);
  for (char &c : result)
    c = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return result;
}

DecodedText decodeSource(std::string_view bytes) {
  bool mark = bytes.starts_with("\xef\xbb\xbf");
  if (mark)
    bytes.remove_prefix(3);
  uint32_t line = 1;
  auto declared = declaredEncoding(bytes, line);
  std::string name = declared ? normalName(*declared) : "utf-8";
  auto is = [&](std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  static constexpr char16_t noneOf128[128] = {};
  const char16_t *table = nullptr;
  bool utf8 = name == "utf-8" || name.starts_with("utf-8-"), known = true;
  bool markAllowed = utf8; // Python refuses "utf8" beside a byte order mark, and so must we
  if (is({"utf8", "u8", "utf", "cp65001"}))
    utf8 = true;
  else if (is({"ascii", "us-ascii", "646"}))
    table = noneOf128;
  else if (is({"iso-8859-15", "iso8859-15", "latin-9", "latin9", "l9"}))
    table = iso8859_15;
  else if (is({"cp1252", "windows-1252", "1252"}))
    table = windows1252;
  else if (is({"koi8-r", "cskoi8r"}))
    table = koi8R;
  else if (!utf8 && !is({"latin-1", "latin1", "iso-8859-1", "iso8859-1", "l1", "latin", "8859"}) &&
           !name.starts_with("latin-1-") && !name.starts_with("iso-8859-1-"))
    known = false;

  DecodedText result = Decoder(bytes).run(table, utf8 || !known);
  if (known && (!mark || markAllowed))
    return result;
  result.error =
      known ? fmt::format("the file starts with UTF-8's byte order mark but declares the encoding "
                          "'{}'; declare 'utf-8' or nothing",
                          *declared)
            : fmt::format("unknown encoding '{}'; save the file as UTF-8 and remove this line",
                          *declared);
  result.errorLine = line;
  // The declaration is ASCII, but what stands before it in its line may not be.
  size_t begin = 0;
  for (uint32_t i = 1; i < line; ++i)
    begin = result.text.find_first_of("\r\n", begin) + 1;
  size_t place = result.text.find(*declared, result.text.find("coding", begin) + 6);
  if (line == 2 && begin < result.text.size() && result.text[begin] == '\n')
    ++begin;
  result.errorColumn = static_cast<uint32_t>(place - begin);
  result.errorLength = static_cast<uint32_t>(declared->size());
  return result;
}

} // namespace ingot::import::python
