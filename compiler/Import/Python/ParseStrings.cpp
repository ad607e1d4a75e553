// Literals of str and bytes, and their escapes.

#include "compiler/Import/Python/Encoding.h"
#include "compiler/Import/Python/StringReader.h"

#include <fmt/format.h>

namespace ingot::import::python {

/// strings: one or more literals side by side.
Expression *Parser::parseStrings() {
  size_t first = position;
  while (at(TokenKind::String))
    ++position;
  size_t last = position;
  StringReader reader(*this, since(tokens[first].range.begin));
  try {
    for (size_t i = first; i < last; ++i)
      reader.add(tokens[i].range);
  } catch (const SyntaxError &) {
    return errorExpression(tokens[first].range.begin);
  }
  bool unfinished = at(TokenKind::Bad) && source.text(token().range).find_first_of("'\"") < 3;
  if (unfinished)
    ++position;
  return reader.finish();
}

void StringReader::fail(uint32_t begin, uint32_t end, std::string message) {
  parser.fail({begin, end}, std::move(message));
}

void StringReader::add(SourceRange next) {
  literal = next;
  bool raw = false, isBytes = false, isFormatted = false;
  uint32_t at = literal.begin;
  for (; byte(at) != '"' && byte(at) != '\''; ++at) {
    char c = static_cast<char>(byte(at) | 0x20);
    raw = raw || c == 'r';
    isBytes = isBytes || c == 'b';
    isFormatted = isFormatted || c == 'f';
  }
  if (first) {
    bytes = isBytes;
    unicodePrefix = byte(literal.begin) == 'u'; // `ast` records this prefix in lower case only
  } else if (bytes != isBytes) {
    fail(literal.begin, literal.end,
         "str and bytes cannot be joined; give all parts the prefix b, or none");
  }
  first = false;
  bool triple = literal.end - at >= 6 && byte(at + 1) == byte(at) && byte(at + 2) == byte(at);
  uint32_t quotes = triple ? 3 : 1;
  SourceRange body{at + quotes, literal.end - quotes};
  if (isBytes)
    for (uint32_t i = body.begin; i < body.end; ++i)
      if (byte(i) & 0x80)
        fail(i, i + 1, "bytes can hold ASCII characters only; write others as \\x escapes");
  if (!isFormatted)
    return readText(body, raw, parts);
  formatted = true;
  uint32_t end = readFormatted(body.begin, body.end, raw, 0, parts);
  if (end < body.end)
    fail(end, end + 1, "unexpected end of the f-string's text");
}

Expression *StringReader::finish() {
  if (bytes) {
    auto *result = parser.make<Constant>(range);
    result->value = BytesValue{std::move(parts.text)};
    return result;
  }
  if (!formatted) {
    auto *result = parser.make<Constant>(range);
    result->value = std::move(parts.text);
    result->kind_u = unicodePrefix;
    result->namedCharacters = parts.named;
    return result;
  }
  flush(parts);
  auto *result = parser.make<JoinedStr>(range);
  result->values = std::move(parts.values);
  return result;
}

/// Makes a Constant of the text so far, if there is any.
void StringReader::flush(Parts &to, SourceRange place, bool prefixed) {
  if (to.text.empty())
    return;
  auto *constant = parser.make<Constant>(place);
  constant->value = std::exchange(to.text, {});
  constant->kind_u = prefixed;
  constant->namedCharacters = std::exchange(to.named, false);
  to.values.push_back(constant);
}

/// Appends a literal's text with its escapes replaced.
void StringReader::readText(SourceRange body, bool raw, Parts &to) {
  for (uint32_t at = body.begin; at < body.end;) {
    if (raw || byte(at) != '\\' || at + 1 == body.end)
      to.text += byte(at++);
    else
      at = readEscape(at, body.end, to);
  }
}

static bool isOctal(char c) { return c >= '0' && c <= '7'; }

/// Reads the escape at `at` and gives back the place after it.
uint32_t StringReader::readEscape(uint32_t at, uint32_t end, Parts &to) {
  char c = byte(at + 1);
  constexpr std::string_view plain = "\\'\"abfnrtv", meaning = "\\'\"\a\b\f\n\r\t\v";
  if (size_t index = plain.find(c); index != std::string_view::npos) {
    to.text += meaning[index];
    return at + 2;
  }
  if (c == '\n')
    return at + 2;
  if (isOctal(c)) {
    unsigned value = 0;
    uint32_t i = at + 1;
    for (; i < end && i < at + 4 && isOctal(byte(i)); ++i)
      value = value * 8 + static_cast<unsigned>(byte(i) - '0');
    if (bytes)
      to.text += static_cast<char>(value);
    else
      appendUtf8(to.text, value);
    return i;
  }
  if (c == 'x')
    return readHex(at, end, 2, to);
  if (!bytes && (c == 'u' || c == 'U'))
    return readHex(at, end, c == 'u' ? 4 : 8, to);
  if (!bytes && c == 'N')
    return readNamed(at, end, to);
  to.text += '\\'; // an unknown escape stands for itself
  return at + 1;
}

uint32_t StringReader::readHex(uint32_t at, uint32_t end, unsigned digits, Parts &to) {
  uint64_t value = 0;
  uint32_t i = at + 2;
  for (; i < end && i < at + 2 + digits; ++i) {
    char c = byte(i), letter = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9')
      value = value * 16 + static_cast<unsigned>(c - '0');
    else if (letter >= 'a' && letter <= 'f')
      value = value * 16 + static_cast<unsigned>(letter - 'a') + 10;
    else
      break;
  }
  if (i != at + 2 + digits)
    fail(at, i,
         fmt::format("'\\{}' needs {} hexadecimal digits; write '\\\\' for a backslash",
                     byte(at + 1), digits));
  if (value > 0x10ffff)
    fail(at, i, "there is no character beyond \\U0010ffff");
  if (bytes)
    to.text += static_cast<char>(value);
  else
    appendUtf8(to.text, static_cast<char32_t>(value));
  return i;
}

/// \N{NAME} is kept as it is written: the table of names is larger than all else here.
uint32_t StringReader::readNamed(uint32_t at, uint32_t end, Parts &to) {
  uint32_t close = at + 3;
  while (close < end && byte(close) != '}')
    ++close;
  if (at + 2 >= end || byte(at + 2) != '{' || close >= end || close == at + 3)
    fail(at, std::min(close + 1, end),
         "'\\N' needs the name of a character in braces; write '\\\\' for a backslash");
  to.text += parser.source.text({at, close + 1});
  to.named = true;
  return close + 1;
}

} // namespace ingot::import::python
