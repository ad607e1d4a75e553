// Numbers and strings as Python writes them.

#include "compiler/Import/Evaluate/Text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

#include <fmt/format.h>

namespace ingot::import {

namespace {
/// Decimal digits d1 d2 ... and the exponent of ten of 0.d1d2... times ten.
struct Digits {
  std::string digits;
  int exponent = 0;
};

template <typename T> Digits shortestDigits(T value) {
  char buffer[64];
  auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  std::string_view text(buffer, end - buffer);
  size_t mark = text.find('e');
  Digits result;
  for (char c : text.substr(0, mark))
    if (c != '.')
      result.digits += c;
  std::string_view exponent = text.substr(mark + 1);
  if (exponent[0] == '+')
    exponent.remove_prefix(1);
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), result.exponent);
  return result;
}

/// Python's 'r' format: an exponent below 1e-4 and from 1e16 on.
template <typename T> std::string shortestRepr(T value, int firstExponent) {
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value < 0 ? "-inf" : "inf";
  std::string sign = std::signbit(value) ? "-" : "";
  auto [digits, exponent] = shortestDigits(std::fabs(value));
  if (exponent < -4 || exponent >= firstExponent) {
    std::string mantissa =
        digits.size() > 1 ? digits.substr(0, 1) + "." + digits.substr(1) : digits;
    return sign + fmt::format("{}e{}{:02}", mantissa, exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  if (exponent < 0)
    return sign + "0." + std::string(-exponent - 1, '0') + digits;
  size_t whole = exponent + 1;
  if (digits.size() <= whole)
    return sign + digits + std::string(whole - digits.size(), '0') + ".0";
  return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}
} // namespace

std::string floatRepr(double value) { return shortestRepr(value, 16); }
std::string float32Repr(float value) { return shortestRepr(value, 16); }

std::string strRepr(std::string_view text) {
  bool useDouble = text.find('\'') != text.npos && text.find('"') == text.npos;
  char quote = useDouble ? '"' : '\'';
  std::string result(1, quote);
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\')
      result += {'\\', c};
    else if (c == '\n')
      result += "\\n";
    else if (c == '\t')
      result += "\\t";
    else if (c == '\r')
      result += "\\r";
    else if (byte < 0x20 || byte == 0x7f)
      result += fmt::format("\\x{:02x}", byte);
    else
      result += c;
  }
  return result + quote;
}

std::vector<std::string> splitCodePoints(std::string_view text) {
  std::vector<std::string> points;
  for (size_t i = 0; i < text.size();) {
    auto byte = static_cast<unsigned char>(text[i]);
    size_t length = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    length = std::min(length, text.size() - i);
    points.emplace_back(text.substr(i, length));
    i += length;
  }
  return points;
}

int64_t codePoints(std::string_view text) {
  return static_cast<int64_t>(splitCodePoints(text).size());
}

//===- Formatting -----------------------------------------------------------------------------===//

namespace {
/// [[fill]align][sign][z][#][0][width][grouping][.precision][type]
struct FormatSpec {
  std::string fill = " ";
  char align = 0, sign = '-', grouping = 0, type = 0;
  bool alternate = false;
  int64_t width = 0, precision = -1;
};

constexpr int64_t kMaxWidth = 10000;

bool isAlign(char c) { return c && std::strchr("<>=^", c); }

bool readNumber(std::string_view text, size_t &at, int64_t &number) {
  number = 0;
  bool any = false;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, any = true)
    number = std::min<int64_t>(number * 10 + (text[at] - '0'), kMaxWidth + 1);
  return any;
}

bool parseSpec(std::string_view text, FormatSpec &spec, std::string &error) {
  auto points = splitCodePoints(text);
  size_t at = 0;
  if (points.size() > 1 && points[1].size() == 1 && isAlign(points[1][0])) {
    spec.fill = points[0];
    spec.align = points[1][0];
    at = points[0].size() + 1;
  } else if (!text.empty() && isAlign(text[0])) {
    spec.align = text[at++];
  }
  if (at < text.size() && std::strchr("+- ", text[at]))
    spec.sign = text[at++];
  if (at < text.size() && text[at] == '#')
    spec.alternate = true, ++at;
  if (at < text.size() && text[at] == '0') {
    if (!spec.align)
      spec.fill = "0", spec.align = '=';
    ++at;
  }
  readNumber(text, at, spec.width);
  if (at < text.size() && (text[at] == ',' || text[at] == '_'))
    spec.grouping = text[at++];
  if (at < text.size() && text[at] == '.' && !readNumber(text, ++at, spec.precision)) {
    error = "Format specifier missing precision";
    return false;
  }
  if (at < text.size())
    spec.type = text[at++];
  if (at < text.size() || spec.width > kMaxWidth || spec.precision > kMaxWidth) {
    error = fmt::format("Invalid format specifier '{}'", text);
    return false;
  }
  return true;
}

std::string group(std::string digits, char separator, size_t size) {
  for (auto at = static_cast<int64_t>(digits.size()) - static_cast<int64_t>(size); at > 0;
       at -= static_cast<int64_t>(size))
    digits.insert(at, 1, separator);
  return digits;
}

std::string pad(const FormatSpec &spec, const std::string &sign, const std::string &body,
                char align) {
  int64_t missing = spec.width - codePoints(sign) - codePoints(body);
  if (missing <= 0)
    return sign + body;
  auto fill = [&](int64_t count) {
    std::string text;
    for (int64_t i = 0; i < count; ++i)
      text += spec.fill;
    return text;
  };
  switch (spec.align ? spec.align : align) {
  case '<':
    return sign + body + fill(missing);
  case '^':
    return fill(missing / 2) + sign + body + fill(missing - missing / 2);
  case '=':
    return sign + fill(missing) + body;
  default:
    return fill(missing) + sign + body;
  }
}

std::string signText(const FormatSpec &spec, bool negative) {
  return negative ? "-" : spec.sign == '-' ? "" : std::string(1, spec.sign);
}

/// Groups the digits before the point and, for fill 0, widens them with zeros so that they stay
/// grouped.
std::string padNumber(const FormatSpec &spec, const std::string &sign, std::string body,
                      size_t groupSize) {
  if (!spec.grouping)
    return pad(spec, sign, body, '>');
  size_t whole = body.find_first_of(".e%");
  std::string rest = whole == body.npos ? "" : body.substr(whole);
  std::string digits = body.substr(0, whole);
  std::string grouped = group(digits, spec.grouping, groupSize);
  if (spec.fill == "0" && spec.align == '=')
    while (static_cast<int64_t>(sign.size() + grouped.size() + rest.size()) < spec.width) {
      digits.insert(digits.begin(), '0');
      grouped = group(digits, spec.grouping, groupSize);
    }
  return pad(spec, sign, grouped + rest, '>');
}

/// C's conversion with Python's spelling of inf, nan.
std::string floatDigits(const FormatSpec &spec, double value) {
  char type = spec.type ? spec.type : 'g';
  int precision = spec.precision < 0 ? 6 : static_cast<int>(spec.precision);
  bool upper = type == 'F' || type == 'E' || type == 'G';
  if (!std::isfinite(value))
    return std::string(std::isnan(value) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf")) +
           (type == '%' ? "%" : "");
  std::string pattern = std::string("%") + (spec.alternate ? "#" : "") + ".*";
  pattern += type == '%' ? 'f' : type == 'n' ? 'g' : type;
  double shown = type == '%' ? value * 100 : value;
  std::string text(std::snprintf(nullptr, 0, pattern.c_str(), precision, shown) + 1, 0);
  std::snprintf(text.data(), text.size(), pattern.c_str(), precision, shown);
  text.pop_back();
  return type == '%' ? text + "%" : text;
}

Formatted formatFloat(const FormatSpec &spec, double value) {
  if (spec.type && !std::strchr("eEfFgGn%", spec.type))
    return {"", fmt::format("Unknown format code '{}' for object of type 'float'", spec.type)};
  std::string sign = signText(spec, std::signbit(value) && !std::isnan(value));
  double magnitude = std::fabs(value);
  if (spec.type)
    return {padNumber(spec, sign, floatDigits(spec, magnitude), 3), ""};
  if (spec.precision < 0)
    return {padNumber(spec, sign, floatRepr(magnitude), 3), ""};
  // Without a type, like 'g' but with a digit after the point and an exponent one place earlier.
  FormatSpec general = spec;
  general.type = 'g';
  std::string text = floatDigits(general, magnitude);
  if (text.find_first_of(".enai") == text.npos) {
    if (static_cast<int64_t>(text.size()) >= std::max<int64_t>(spec.precision, 1)) {
      general.type = 'e';
      general.precision = std::max<int64_t>(spec.precision, 1) - 1;
      text = floatDigits(general, magnitude);
    } else {
      text += ".0";
    }
  }
  return {padNumber(spec, sign, text, 3), ""};
}

std::string inBase(uint64_t value, unsigned base, bool upper) {
  std::string digits;
  do {
    digits += (upper ? "0123456789ABCDEF" : "0123456789abcdef")[value % base];
    value /= base;
  } while (value);
  return {digits.rbegin(), digits.rend()};
}

Formatted formatInteger(const FormatSpec &spec, int64_t value) {
  if (spec.type && std::strchr("eEfFgG%", spec.type))
    return formatFloat(spec, static_cast<double>(value));
  if (spec.precision >= 0)
    return {"", "Precision not allowed in integer format specifier"};
  uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : value;
  std::string sign = signText(spec, value < 0);
  switch (spec.type) {
  case 0:
  case 'd':
  case 'n':
    return {padNumber(spec, sign, std::to_string(magnitude), 3), ""};
  case 'b':
    return {padNumber(spec, sign + (spec.alternate ? "0b" : ""), inBase(magnitude, 2, false), 4),
            ""};
  case 'o':
    return {padNumber(spec, sign + (spec.alternate ? "0o" : ""), inBase(magnitude, 8, false), 4),
            ""};
  case 'x':
    return {padNumber(spec, sign + (spec.alternate ? "0x" : ""), inBase(magnitude, 16, false), 4),
            ""};
  case 'X':
    return {padNumber(spec, sign + (spec.alternate ? "0X" : ""), inBase(magnitude, 16, true), 4),
            ""};
  case 'c':
    if (magnitude < 128 && value >= 0)
      return {pad(spec, "", std::string(1, static_cast<char>(value)), '<'), ""};
    [[fallthrough]];
  default:
    return {"", fmt::format("Unknown format code '{}' for object of type 'int'", spec.type)};
  }
}

Formatted formatText(const FormatSpec &spec, std::string_view text) {
  if (spec.type && spec.type != 's')
    return {"", fmt::format("Unknown format code '{}' for object of type 'str'", spec.type)};
  if (spec.align == '=')
    return {"", "'=' alignment not allowed in string format specifier"};
  std::string shown(text);
  if (spec.precision >= 0 && codePoints(text) > spec.precision) {
    auto points = splitCodePoints(text);
    shown.clear();
    for (int64_t i = 0; i < spec.precision; ++i)
      shown += points[i];
  }
  return {pad(spec, "", shown, '<'), ""};
}
} // namespace

Formatted formatValue(const Value &value, std::string_view text) {
  if (text.empty())
    return {toStr(value), ""};
  FormatSpec spec;
  Formatted result;
  if (!parseSpec(text, spec, result.error))
    return result;
  if (const std::string *content = value.str())
    return formatText(spec, *content);
  if (value.isFloat())
    return formatFloat(spec, *value.number());
  if (auto *scalar = value.as<ScalarObject>())
    return scalar->isInteger() ? formatInteger(spec, static_cast<int64_t>(scalar->value))
                               : formatFloat(spec, scalar->value);
  if (const bool *flag = value.boolean(); flag && !spec.type)
    return formatText(spec, *flag ? "True" : "False");
  if (auto integer = value.integer())
    return formatInteger(spec, *integer);
  return {"", fmt::format("unsupported format string passed to {}.__format__", typeName(value))};
}

//===- %-formatting ---------------------------------------------------------------------------===//

std::vector<PercentPart> percentParts(std::string_view pattern, std::string &error) {
  std::vector<PercentPart> parts(1);
  for (size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '%') {
      parts.back().literal += pattern[at];
      continue;
    }
    if (++at < pattern.size() && pattern[at] == '%') {
      parts.back().literal += '%';
      continue;
    }
    PercentPart part;
    part.conversion = true;
    if (at < pattern.size() && pattern[at] == '(') {
      size_t close = std::min(pattern.find(')', at), pattern.size());
      part.named = true;
      part.name = pattern.substr(at + 1, close - at - 1);
      at = close + 1;
    }
    size_t flagsEnd = std::min(pattern.find_first_not_of("-+ #0", at), pattern.size());
    size_t widthEnd = std::min(pattern.find_first_not_of("0123456789.", flagsEnd), pattern.size());
    if (widthEnd >= pattern.size()) {
      error = "incomplete format";
      return {};
    }
    part.flags = pattern.substr(at, flagsEnd - at);
    part.widths = pattern.substr(flagsEnd, widthEnd - flagsEnd);
    part.type = pattern[widthEnd];
    if (!std::strchr("diueEfFgGxXosra", part.type)) {
      error = fmt::format("unsupported format character '{}'", part.type);
      return {};
    }
    parts.push_back(part);
    parts.emplace_back();
    at = widthEnd;
  }
  return parts;
}

std::string percentSpec(const PercentPart &part) {
  auto has = [&](char flag) { return part.flags.find(flag) != part.flags.npos; };
  bool isText = std::strchr("sra", part.type), isInteger = std::strchr("diu", part.type);
  if (isText)
    return (has('-') ? "<" : ">") + part.widths;
  std::string spec = has('-') ? "<" : has('0') ? "0=" : ">";
  spec += has('+') ? "+" : has(' ') ? " " : "";
  spec += has('#') ? "#" : "";
  return spec +
         (isInteger ? part.widths.substr(0, part.widths.find('.')) + "d" : part.widths + part.type);
}

namespace {
Formatted formatConversion(const PercentPart &part, const Value &value) {
  std::string spec = percentSpec(part);
  if (std::strchr("sra", part.type)) {
    StrObject text(part.type == 's' ? toStr(value) : repr(value));
    return formatValue(Value(&text), spec);
  }
  auto number = value.number();
  if (!number)
    return {"", fmt::format("%{} format: a real number is required, not {}", part.type,
                            typeName(value))};
  if (std::strchr("diuxXo", part.type))
    return formatValue(
        value.integer() ? Value(*value.integer()) : Value(static_cast<int64_t>(*number)), spec);
  return formatValue(Value(*number), spec);
}
} // namespace

Formatted formatPercent(std::string_view pattern, const Value &arguments) {
  auto *tuple = arguments.as<TupleObject>();
  auto *dict = arguments.as<DictObject>();
  std::vector<Value> items = tuple ? tuple->items : std::vector<Value>{arguments};
  size_t next = 0;
  bool named = false;
  Formatted result;
  for (const PercentPart &part : percentParts(pattern, result.error)) {
    result.text += part.literal;
    if (!part.conversion)
      continue;
    const Value *value = nullptr;
    if (part.named) {
      if (!dict)
        return {"", "format requires a mapping"};
      StrObject key(part.name);
      value = dict->entries.find(*hashKey(Value(&key)));
      if (!value)
        return {"", fmt::format("the mapping has no key {}", strRepr(key.text))};
      named = true;
    } else {
      if (next >= items.size())
        return {"", "not enough arguments for format string"};
      value = &items[next++];
    }
    Formatted text = formatConversion(part, *value);
    if (!text.error.empty())
      return text;
    result.text += text.text;
  }
  if (result.error.empty() && !named && !dict && next < items.size())
    return {"", "not all arguments converted during string formatting"};
  return result;
}

} // namespace ingot::import
