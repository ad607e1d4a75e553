// Python's format specification mini-language:
// [[fill]align][sign]["z"]["#"]["0"][width][grouping]["." precision][type]

#include "runtime/Python/Text.h"

#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {

constexpr int longest = 10000; // columns and digits; more is a mistake

struct Spec {
  std::string fill = " ";
  char align = 0, sign = '-', grouping = 0, type = 0;
  bool noMinusZero = false, alternate = false, zero = false, signGiven = false;
  int width = 0, precision = -1;
};

size_t characterBytes(unsigned char first) {
  return first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

size_t characters(const std::string &text) {
  size_t count = 0;
  for (char c : text)
    count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

bool isAlign(char c) { return c && std::strchr("<>=^", c); }

class SpecReader {
public:
  SpecReader(const std::string &text, const Value &value) : itsText(text), itsValue(value) {}

  Spec read() {
    readAlign();
    if (at('+') || at('-') || at(' ')) {
      spec.sign = itsText[itsAt++];
      spec.signGiven = true;
    }
    spec.noMinusZero = accept('z');
    spec.alternate = accept('#');
    if (accept('0')) {
      spec.zero = true;
      if (!spec.align) {
        spec.fill = "0";
        spec.align = itsValue.isNumber() ? '=' : '<';
      }
    }
    spec.width = std::max(0, number("width"));
    if (at(',') || at('_'))
      spec.grouping = itsText[itsAt++];
    if (accept('.')) {
      spec.precision = number("precision");
      if (spec.precision < 0)
        throw PythonError{"ValueError: Format specifier missing precision"};
    }
    if (itsAt < itsText.size())
      spec.type = itsText[itsAt++];
    if (itsAt < itsText.size())
      throw PythonError{
          fmt::format("ValueError: Invalid format specifier '{}' for object of type '{}'", itsText,
                      typeName(itsValue))};
    return spec;
  }

private:
  bool at(char c) const { return itsAt < itsText.size() && itsText[itsAt] == c; }
  bool accept(char c) { return at(c) ? (++itsAt, true) : false; }
  void readAlign() {
    if (itsText.empty())
      return;
    size_t bytes = characterBytes(static_cast<unsigned char>(itsText[0]));
    if (bytes < itsText.size() && isAlign(itsText[bytes])) {
      spec.fill = itsText.substr(0, bytes);
      spec.align = itsText[bytes];
      itsAt = bytes + 1;
    } else if (isAlign(itsText[0])) {
      spec.align = itsText[itsAt++];
    }
  }
  int number(const char *what) {
    int value = -1;
    while (itsAt < itsText.size() && itsText[itsAt] >= '0' && itsText[itsAt] <= '9') {
      value = std::max(value, 0) * 10 + (itsText[itsAt++] - '0');
      if (value > longest)
        throw PythonError{fmt::format("ValueError: {} of a format is too large", what)};
    }
    return value;
  }

  const std::string &itsText;
  const Value &itsValue;
  size_t itsAt = 0;
  Spec spec;
};

std::string pad(const std::string &prefix, const std::string &body, const Spec &spec,
                char defaultAlign) {
  size_t has = characters(prefix) + characters(body);
  size_t missing =
      has < static_cast<size_t>(spec.width) ? static_cast<size_t>(spec.width) - has : 0;
  char align = spec.align ? spec.align : defaultAlign;
  size_t left = align == '^' ? missing / 2 : align == '<' ? 0 : missing;
  auto fill = [&](size_t count) {
    std::string text;
    while (count-- > 0)
      text += spec.fill;
    return text;
  };
  if (align == '=')
    return prefix + fill(missing) + body;
  return fill(left) + prefix + body + fill(missing - left);
}

std::string grouped(const std::string &digits, char separator, size_t group) {
  std::string text = digits;
  for (size_t at = digits.size(); at > group; at -= group)
    text.insert(at - group, 1, separator);
  return text;
}

/// `digits` before the point and `rest` from it on, with sign or base prefix, grouped and padded.
std::string layOut(const std::string &prefix, std::string digits, const std::string &rest,
                   const Spec &spec) {
  if (!spec.grouping)
    return pad(prefix, digits + rest, spec, '>');
  size_t group = spec.type && std::strchr("boxX", spec.type) ? 4 : 3;
  std::string text = grouped(digits, spec.grouping, group);
  // Zeros in front are grouped as well.
  if (spec.fill == "0" && spec.align == '=')
    while (prefix.size() + text.size() + rest.size() < static_cast<size_t>(spec.width))
      text = grouped(digits.insert(0, 1, '0'), spec.grouping, group);
  return pad(prefix, text + rest, spec, '>');
}

std::string signText(bool negative, const Spec &spec) {
  return negative ? "-" : spec.sign == '-' ? "" : std::string(1, spec.sign);
}

[[noreturn]] void unknownType(char type, const Value &value) {
  throw PythonError{fmt::format("ValueError: Unknown format code '{}' for object of type '{}'",
                                type, typeName(value))};
}

void stripZeros(std::string &text) {
  size_t e = text.find('e');
  std::string exponent = e == std::string::npos ? "" : text.substr(e);
  text.resize(std::min(e, text.size()));
  if (text.find('.') != std::string::npos) {
    text.resize(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
      text.pop_back();
  }
  text += exponent;
}

/// 'g', and the type that is left out (`withPoint`), which keeps ".0".
std::string general(double value, int precision, bool keepZeros, bool withPoint) {
  precision = std::max(precision, 1);
  std::string scientific = fmt::format("{:.{}e}", value, precision - 1);
  int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
  bool fixed = exponent >= -4 && exponent < precision - (withPoint ? 1 : 0);
  // With the point kept, one digit behind it needs one of the precision; zero has it anyway.
  if (withPoint && precision == 1 && value == 0)
    fixed = true;
  std::string text =
      fixed ? fmt::format("{:.{}f}", value, std::max(precision - 1 - exponent, 0)) : scientific;
  if (!keepZeros)
    stripZeros(text);
  if (withPoint && fixed && text.find('.') == std::string::npos)
    text += ".0";
  return text;
}

/// Digits of a number that is not negative and finite.
std::string magnitude(double value, const Spec &spec, const Value &given) {
  int precision = spec.precision < 0 ? 6 : spec.precision;
  std::string text;
  switch (spec.type) {
  case 'e':
  case 'E':
    text = fmt::format("{:.{}e}", value, precision);
    break;
  case 'f':
  case 'F':
    text = fmt::format("{:.{}f}", value, precision);
    break;
  case '%':
    text = fmt::format("{:.{}f}", value * 100, precision);
    break;
  case 'g':
  case 'G':
  case 'n':
    return general(value, precision, spec.alternate, false);
  case 0:
    return spec.precision < 0 ? floatText(value) : general(value, precision, spec.alternate, true);
  default:
    unknownType(spec.type, given);
  }
  if (spec.alternate && precision == 0)
    text.insert(std::min(text.find('e'), text.size()), ".");
  return text;
}

std::string formatFloat(double value, const Spec &spec, const Value &given) {
  bool negative = std::signbit(value) && !std::isnan(value);
  std::string text;
  if (std::isfinite(value))
    text = magnitude(std::abs(value), spec, given);
  else
    text = std::isnan(value) ? "nan" : "inf";
  if (spec.type == '%')
    text += '%';
  if (negative && spec.noMinusZero && text.find_first_of("123456789") == std::string::npos)
    negative = false;
  if (spec.type && std::strchr("EFG", spec.type))
    for (char &c : text)
      c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  size_t whole = text.find_first_not_of("0123456789");
  whole = std::min(whole, text.size());
  return layOut(signText(negative, spec), text.substr(0, whole), text.substr(whole), spec);
}

std::string formatInteger(int64_t value, const Spec &spec, const Value &given) {
  if (spec.type && std::strchr("eEfFgG%", spec.type))
    return formatFloat(static_cast<double>(value), spec, given);
  if (spec.precision >= 0)
    throw PythonError{"ValueError: Precision not allowed in integer format specifier"};
  uint64_t size = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  std::string prefix = signText(value < 0, spec), digits;
  switch (spec.type) {
  case 0:
  case 'd':
  case 'n':
    return layOut(prefix, fmt::format("{}", size), "", spec);
  case 'b':
    digits = fmt::format("{:b}", size);
    break;
  case 'o':
    digits = fmt::format("{:o}", size);
    break;
  case 'x':
    digits = fmt::format("{:x}", size);
    break;
  case 'X':
    digits = fmt::format("{:X}", size);
    break;
  case 'c':
    if (value < 0 || value > 0x7f)
      throw PythonError{"OverflowError: %c arg not in range(0x80)"};
    return pad("", std::string(1, static_cast<char>(value)), spec, '<');
  default:
    unknownType(spec.type, given);
  }
  if (spec.grouping == ',')
    throw PythonError{fmt::format("ValueError: Cannot specify ',' with '{}'.", spec.type)};
  if (spec.alternate)
    prefix += fmt::format("0{}", spec.type);
  return layOut(prefix, digits, "", spec);
}

std::string formatString(const std::string &text, const Spec &spec, const Value &given) {
  if (spec.type && spec.type != 's')
    unknownType(spec.type, given);
  if (spec.signGiven)
    throw PythonError{"ValueError: Sign not allowed in string format specifier"};
  if (spec.align == '=')
    throw PythonError{"ValueError: '=' alignment not allowed in string format specifier"};
  if (spec.alternate)
    throw PythonError{"ValueError: Alternate form (#) not allowed in string format specifier"};
  if (spec.grouping)
    throw PythonError{fmt::format("ValueError: Cannot specify '{}' with 's'.", spec.grouping)};
  size_t end = 0;
  for (int count = 0; end < text.size() && count != spec.precision; ++count)
    end = std::min(text.size(), end + characterBytes(static_cast<unsigned char>(text[end])));
  return pad("", text.substr(0, end), spec, '<');
}

} // namespace

std::string formatValue(const Value &given, const std::string &spec) {
  const Value value = plain(given);
  if (spec.empty())
    return str(value); // a NumPy scalar as Python's number: a float32 shows what it is as a double
  if (!value.isNumber() && !value.string())
    throw PythonError{fmt::format("TypeError: unsupported format string passed to {}.__format__",
                                  typeName(value))};
  Spec parsed = SpecReader(spec, value).read();
  if (const std::string *text = value.string())
    return formatString(*text, parsed, value);
  if (value.isFloat())
    return formatFloat(value.number(), parsed, value);
  return formatInteger(value.integer(), parsed, value);
}

} // namespace ingot::runtime
