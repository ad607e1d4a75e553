// F-strings, by the rules of
// https://docs.python.org/3.11/reference/lexical_analysis.html#f-strings.

#include "compiler/Import/Python/StringReader.h"

#include <fmt/format.h>

namespace ingot::import::python {

/// Reads text and replacement fields up to the end, or in a format's specification (depth 1 and on)
/// up to its
/// '}', and gives back where it stopped.
uint32_t StringReader::readFormatted(uint32_t at, uint32_t end, bool raw, unsigned depth,
                                     Parts &to) {
  for (;;) {
    uint32_t begin = at;
    while (at < end && byte(at) != '{' && byte(at) != '}') {
      if (!raw && byte(at) == '\\' && at + 1 < end) {
        bool named = byte(at + 1) == 'N' && at + 2 < end && byte(at + 2) == '{';
        if (byte(at + 1) == '{' || byte(at + 1) == '}') {
          ++at; // the backslash stands for itself, the brace for what a brace means
          break;
        }
        at += 2;
        if (named)
          while (at < end && byte(at++) != '}') {
          }
        continue;
      }
      ++at;
    }
    if (at >= end || depth > 0 || at + 1 >= end || byte(at + 1) != byte(at)) {
      readText({begin, at}, raw, to);
      if (at >= end || (depth > 0 && byte(at) == '}'))
        return at;
      if (byte(at) == '}')
        fail(at, at + 1, "a single '}' in an f-string; write '}}' for the character");
      at = readField(at, end, raw, depth, to);
    } else {
      readText({begin, at}, raw, to);
      to.text += byte(at); // a doubled brace stands for one
      at += 2;
    }
  }
}

/// Where the expression that starts at `at` ends: at '!', ':', '=' or '}' outside of brackets and
/// strings.
uint32_t StringReader::fieldEnd(uint32_t at, uint32_t end) {
  std::string open;
  char quote = 0;
  bool triple = false;
  uint32_t quoteAt = at;
  for (; at < end; ++at) {
    char c = byte(at);
    auto threeOf = [&] { return at + 2 < end && byte(at + 1) == c && byte(at + 2) == c; };
    if (c == '\\')
      fail(at, at + 1,
           "a backslash cannot stand in the braces of an f-string; assign to a variable first");
    if (quote) {
      if (c == quote && (!triple || threeOf())) {
        at += triple ? 2 : 0;
        quote = 0;
      }
      continue;
    }
    if (c == '\'' || c == '"') {
      triple = threeOf();
      quote = c;
      quoteAt = at;
      at += triple ? 2 : 0;
    } else if (c == '(' || c == '[' || c == '{') {
      if (open.size() + 1 >= maximumBrackets)
        fail(at, at + 1, "too many nested brackets in an f-string");
      open += c;
    } else if (c == '#') {
      fail(at, at + 1, "'#' cannot stand in the braces of an f-string");
    } else if (open.empty() &&
               (c == '!' || c == ':' || c == '}' || c == '=' || c == '<' || c == '>')) {
      if (at + 1 < end && byte(at + 1) == '=' && c != ':' && c != '}')
        ++at; // one of != == <= >=
      else if (c != '<' && c != '>')
        return at;
    } else if (c == ')' || c == ']' || c == '}') {
      if (open.empty())
        fail(at, at + 1, fmt::format("unmatched '{}' in an f-string", c));
      if (c != (open.back() == '(' ? ')' : open.back() == '[' ? ']' : '}'))
        fail(at, at + 1, fmt::format("'{}' does not match '{}' in an f-string", c, open.back()));
      open.pop_back();
    }
  }
  if (quote)
    fail(quoteAt, quoteAt + 1, "unterminated string in an f-string");
  return end;
}

/// Reads '{' EXPRESSION ['='] ['!' CONVERSION] [':' SPECIFICATION] '}'.
uint32_t StringReader::readField(uint32_t at, uint32_t end, bool raw, unsigned depth, Parts &to) {
  uint32_t brace = at;
  if (depth >= 2)
    fail(at, at + 1, "the fields of an f-string are nested too deeply");
  at = fieldEnd(++at, end);
  auto closed = [&](bool good) {
    if (!good)
      fail(brace, brace + 1, "'{' in an f-string was never closed; write '{{' for the character");
  };
  closed(at < end);
  auto *value = parser.make<FormattedValue>(range);
  value->value = parseField({brace + 1, at});
  bool debug = byte(at) == '=';
  if (debug) {
    ++at;
    while (at < end && std::string_view(" \t\n\f\r\v").find(byte(at)) != std::string_view::npos)
      ++at;
    to.text += parser.source.text({brace + 1, at});
  }
  closed(at < end);
  if (byte(at) == '!') {
    closed(++at < end);
    value->conversion = byte(at);
    if (byte(at) != 's' && byte(at) != 'r' && byte(at) != 'a')
      fail(at, at + 1, "a conversion in an f-string is '!s', '!r' or '!a'");
    closed(++at < end);
  }
  if (byte(at) == ':') {
    closed(++at < end);
    Parts specification;
    at = readFormatted(at, end, raw, depth + 1, specification);
    // CPython gives a specification the place of its own literal, not of all that are joined.
    flush(specification, literal, byte(literal.begin) == 'u');
    auto *joined = parser.make<JoinedStr>(literal);
    joined->values = std::move(specification.values);
    value->format_spec = joined;
  }
  closed(at < end);
  if (byte(at) != '}')
    fail(at, at + 1, "expected '}' in an f-string");
  if (debug && !value->format_spec && !value->conversion)
    value->conversion = 'r';
  flush(to);
  to.values.push_back(value);
  return at + 1;
}

Expression *StringReader::parseField(SourceRange field) {
  if (parser.source.text(field).find_first_not_of(" \t\n\f\r") == std::string_view::npos)
    fail(field.begin - 1, field.end + 1, "an f-string's braces need an expression between them");
  Parser inner(parser.source, parser.tree, parser.sink,
               tokenizeReplacementField(parser.source, field), parser.level + 1);
  return inner.parseField();
}

} // namespace ingot::import::python
