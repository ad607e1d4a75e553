// str() and repr().

#include "runtime/Python/Text.h"

#include "runtime/Python/NdArray.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace ingot::runtime {

/// The shortest digits that give the same T.
template <typename T> static std::string shortest(T value) {
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value < 0 ? "-inf" : "inf";
  char buffer[40];
  auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string text(buffer, end), sign;
  if (text[0] == '-') {
    sign = "-";
    text.erase(0, 1);
  }
  size_t e = text.find('e');
  int exponent = std::atoi(text.c_str() + e + 1);
  std::string digits = text.substr(0, e);
  if (exponent < -4 || exponent >= 16)
    return fmt::format("{}{}e{}{:02}", sign, digits, exponent < 0 ? '-' : '+', std::abs(exponent));
  std::erase(digits, '.');
  if (exponent < 0)
    return sign + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole)
    return sign + digits + std::string(whole - digits.size(), '0') + ".0";
  return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

std::string floatText(double value) { return shortest(value); }
std::string float32Text(float value) { return shortest(value); }

/// repr of a str. Characters beyond ASCII stay as they are (`ascii`: become escapes).
static std::string quoted(const std::string &text, bool ascii) {
  bool single = text.find('\'') != std::string::npos, twice = text.find('"') != std::string::npos;
  char quote = single && !twice ? '"' : '\'';
  std::string result(1, quote);
  for (size_t at = 0; at < text.size(); ++at) {
    unsigned char c = static_cast<unsigned char>(text[at]);
    if (c == static_cast<unsigned char>(quote) || c == '\\')
      result += fmt::format("\\{}", static_cast<char>(c));
    else if (c == '\n' || c == '\r' || c == '\t')
      result += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    else if (c < 0x20 || c == 0x7f)
      result += fmt::format("\\x{:02x}", c);
    else if (c < 0x80 || !ascii)
      result += static_cast<char>(c);
    else {
      int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
      uint32_t point = c & (0x3f >> more);
      while (more-- > 0 && at + 1 < text.size())
        point = point << 6 | (static_cast<unsigned char>(text[++at]) & 0x3f);
      result += point < 0x100     ? fmt::format("\\x{:02x}", point)
                : point < 0x10000 ? fmt::format("\\u{:04x}", point)
                                  : fmt::format("\\U{:08x}", point);
    }
  }
  return result + quote;
}

static std::string text(const Value &value, bool ascii);

static std::string sequenceText(const PythonSequence &sequence, bool ascii) {
  if (sequence.kind == PythonSequence::Range)
    return sequence.step == 1
               ? fmt::format("range({}, {})", sequence.start, sequence.stop)
               : fmt::format("range({}, {}, {})", sequence.start, sequence.stop, sequence.step);
  if (sequence.kind == PythonSequence::Ellipsis)
    return "Ellipsis";
  if (sequence.kind == PythonSequence::Set && sequence.items.empty())
    return "set()";
  bool tuple = sequence.kind == PythonSequence::Tuple;
  std::string result = tuple                                    ? "("
                       : sequence.kind == PythonSequence::Slice ? "slice("
                       : sequence.kind == PythonSequence::Set   ? "{"
                                                                : "[";
  for (size_t i = 0; i < sequence.items.size(); ++i)
    result += (i ? ", " : "") + text(sequence.items[i], ascii);
  if (sequence.kind == PythonSequence::Set)
    return result + "}";
  if (sequence.kind == PythonSequence::List)
    return result + "]";
  return result + (tuple && sequence.items.size() == 1 ? ",)" : ")");
}

static std::string text(const Value &value, bool ascii) {
  if (value.isNone())
    return "None";
  if (auto *truth = std::get_if<bool>(&value))
    return *truth ? "True" : "False";
  if (value.isInteger())
    return fmt::format("{}", value.integer());
  if (value.isFloat())
    return floatText(value.number());
  if (const std::string *string = value.string())
    return quoted(*string, ascii);
  if (const PythonSequence *sequence = value.sequence())
    return sequenceText(*sequence, ascii);
  if (const PythonDict *dict = value.dict()) {
    std::string result = "{";
    for (size_t i = 0; i < dict->items.size(); ++i)
      result += fmt::format("{}{}: {}", i ? ", " : "", text(dict->items[i].first, ascii),
                            text(dict->items[i].second, ascii));
    return result + "}";
  }
  if (const NdArray *array = value.array())
    return arrayRepr(*array);
  // Python shows an address here, which means nothing.
  return "<keras.src.callbacks.history.History object>";
}

std::string repr(const Value &value) { return text(value, false); }

std::string str(const Value &value) {
  if (value.array())
    return arrayText(*value.array());
  return value.string() ? *value.string() : text(value, false);
}

std::string formatField(const Value &value, const std::string &conversionAndSpec) {
  size_t colon = conversionAndSpec.find(':');
  std::string conversion = conversionAndSpec.substr(0, colon);
  std::string spec = colon == std::string::npos ? "" : conversionAndSpec.substr(colon + 1);
  if (conversion == "r")
    return formatValue(repr(value), spec);
  if (conversion == "a")
    return formatValue(text(value, true), spec);
  if (conversion == "s")
    return formatValue(str(value), spec);
  return formatValue(value, spec);
}

} // namespace ingot::runtime
