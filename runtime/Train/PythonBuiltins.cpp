// Python's builtin functions that scripts call.

#include "runtime/Train/PythonText.h"
#include "runtime/Train/PythonValue.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace ingot::runtime {

using Arguments = std::span<const Value>;

static std::vector<Value> itemsOf(const Value &value) {
  if (value.sequence())
    return value.sequence()->items;
  std::vector<Value> items;
  if (value.dict()) {
    for (const auto &[key, item] : value.dict()->items)
      items.push_back(key);
  } else if (value.string()) {
    int64_t size = callBuiltin("len", Arguments(&value, 1)).integer();
    for (int64_t i = 0; i < size; ++i)
      items.push_back(subscript(value, i));
  } else {
    throw PythonError{fmt::format("TypeError: '{}' object is not iterable", typeName(value))};
  }
  return items;
}

static Value length(Arguments arguments) {
  const Value &value = arguments[0];
  if (value.sequence())
    return static_cast<int64_t>(value.sequence()->items.size());
  if (value.dict())
    return static_cast<int64_t>(value.dict()->items.size());
  if (const std::string *text = value.string())
    return static_cast<int64_t>(std::count_if(text->begin(), text->end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
  throw PythonError{fmt::format("TypeError: object of type '{}' has no len()", typeName(value))};
}

static Value extreme(const char *name, const char *operation, int wanted, Arguments arguments) {
  std::vector<Value> items = arguments.size() == 1
                                 ? itemsOf(arguments[0])
                                 : std::vector<Value>(arguments.begin(), arguments.end());
  if (items.empty())
    throw PythonError{fmt::format("ValueError: {}() arg is an empty sequence", name)};
  size_t best = 0;
  for (size_t i = 1; i < items.size(); ++i)
    if (compare(operation, items[i], items[best]) == wanted)
      best = i;
  return items[best];
}

static Value sum(Arguments arguments) {
  Value total = arguments.size() > 1 ? arguments[1] : Value(int64_t(0));
  if (total.string())
    throw PythonError{"TypeError: sum() can't sum strings [use ''.join(seq) instead]"};
  for (const Value &item : itemsOf(arguments[0]))
    total = binary("+", total, item);
  return total;
}

static Value absolute(Arguments arguments) {
  if (arguments[0].isFloat())
    return std::abs(arguments[0].number());
  if (!arguments[0].isInteger())
    throw PythonError{
        fmt::format("TypeError: bad operand type for abs(): '{}'", typeName(arguments[0]))};
  return arguments[0].integer() < 0 ? unary("-", arguments[0]) : unary("+", arguments[0]);
}

static Value integerFrom(double value) {
  if (std::isnan(value))
    throw PythonError{"ValueError: cannot convert float NaN to integer"};
  if (!(std::abs(value) < 0x1p63))
    throw PythonError{"OverflowError: cannot convert float to a 64-bit integer"};
  return static_cast<int64_t>(value);
}

/// Half to even of the exact decimal value, as Python rounds floats.
static Value roundNumber(Arguments arguments) {
  const Value &value = arguments[0];
  if (!value.isNumber())
    throw PythonError{
        fmt::format("TypeError: type {} doesn't define __round__ method", typeName(value))};
  bool toInteger = arguments.size() < 2 || arguments[1].isNone();
  if (value.isInteger() && (toInteger || arguments[1].number() >= 0))
    return value.integer();
  if (toInteger)
    return integerFrom(std::nearbyint(value.number()));
  if (!arguments[1].isInteger())
    throw PythonError{fmt::format("TypeError: '{}' object cannot be interpreted as an integer",
                                  typeName(arguments[1]))};
  int64_t digits = arguments[1].integer();
  double number = value.number();
  if (!std::isfinite(number) || digits > 330)
    return value;
  if (digits < 0) {
    double unit = digits < -308 ? INFINITY : std::pow(10.0, static_cast<double>(-digits));
    double rounded = std::isinf(unit) ? 0 : std::nearbyint(number / unit) * unit;
    return value.isInteger() ? integerFrom(rounded) : Value(rounded);
  }
  std::string text = fmt::format("{:.{}f}", number, digits);
  double rounded = 0;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

static std::string stripped(const std::string &text) {
  const char *space = " \t\n\r\f\v";
  size_t begin = text.find_first_not_of(space);
  return begin == std::string::npos ? ""
                                    : text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

static Value toInteger(Arguments arguments) {
  if (arguments.empty())
    return int64_t(0);
  const Value &value = arguments[0];
  if (value.isInteger())
    return value.integer();
  if (value.isFloat())
    return integerFrom(value.number());
  if (!value.string())
    throw PythonError{fmt::format("TypeError: int() argument must be a string, a bytes-like object "
                                  "or a real number, not '{}'",
                                  typeName(value))};
  std::string text = stripped(*value.string());
  const char *begin = text.data() + (text.starts_with("+") ? 1 : 0);
  int64_t result = 0;
  auto [end, error] = std::from_chars(begin, text.data() + text.size(), result);
  if (error != std::errc() || end != text.data() + text.size())
    throw PythonError{"ValueError: invalid literal for int() with base 10: " + repr(value)};
  return result;
}

static Value toFloat(Arguments arguments) {
  if (arguments.empty())
    return 0.0;
  const Value &value = arguments[0];
  if (value.isNumber())
    return value.number();
  if (!value.string())
    throw PythonError{
        fmt::format("TypeError: float() argument must be a string or a real number, not '{}'",
                    typeName(value))};
  std::string text = stripped(*value.string());
  const char *begin = text.data() + (text.starts_with("+") ? 1 : 0);
  double result = 0;
  auto [end, error] = std::from_chars(begin, text.data() + text.size(), result);
  if (error != std::errc() || end != text.data() + text.size())
    throw PythonError{"ValueError: could not convert string to float: " + repr(value)};
  return result;
}

static Value sorted(Arguments arguments) {
  std::vector<Value> items = itemsOf(arguments[0]);
  std::stable_sort(items.begin(), items.end(),
                   [](const Value &a, const Value &b) { return compare("<", a, b) == -1; });
  return makeSequence(PythonSequence::List, std::move(items));
}

static Value range(Arguments arguments) {
  for (const Value &argument : arguments)
    if (!argument.isInteger())
      throw PythonError{fmt::format("TypeError: '{}' object cannot be interpreted as an integer",
                                    typeName(argument))};
  PythonSequence result{PythonSequence::Range, {}};
  result.start = arguments.size() > 1 ? arguments[0].integer() : 0;
  result.stop = arguments[arguments.size() > 1 ? 1 : 0].integer();
  result.step = arguments.size() > 2 ? arguments[2].integer() : 1;
  if (result.step == 0)
    throw PythonError{"ValueError: range() arg 3 must not be zero"};
  for (__int128 at = result.start; result.step < 0 ? at > result.stop : at < result.stop;
       at += result.step) {
    if (result.items.size() >= 10'000'000)
      throw PythonError{"MemoryError: the range is too long"};
    result.items.push_back(static_cast<int64_t>(at));
  }
  return std::make_shared<const PythonSequence>(std::move(result));
}

static Value convertSequence(PythonSequence::Kind kind, Arguments arguments) {
  return makeSequence(kind, arguments.empty() ? std::vector<Value>() : itemsOf(arguments[0]));
}

namespace {

struct Builtin {
  const char *name;
  size_t least, most; // arguments
  Value (*call)(Arguments);
};

} // namespace

static const Builtin builtins[] = {
    {"len", 1, 1, length},
    {"max", 1, SIZE_MAX, [](Arguments a) { return extreme("max", ">", 1, a); }},
    {"min", 1, SIZE_MAX, [](Arguments a) { return extreme("min", "<", -1, a); }},
    {"sum", 1, 2, sum},
    {"abs", 1, 1, absolute},
    {"round", 1, 2, roundNumber},
    {"int", 0, 1, toInteger},
    {"float", 0, 1, toFloat},
    {"str", 0, 1, [](Arguments a) { return Value(a.empty() ? std::string() : str(a[0])); }},
    {"repr", 1, 1, [](Arguments a) { return Value(repr(a[0])); }},
    {"bool", 0, 1, [](Arguments a) { return Value(!a.empty() && truth(a[0])); }},
    {"sorted", 1, 1, sorted},
    {"list", 0, 1, [](Arguments a) { return convertSequence(PythonSequence::List, a); }},
    {"tuple", 0, 1, [](Arguments a) { return convertSequence(PythonSequence::Tuple, a); }},
    {"range", 1, 3, range},
};

Value callBuiltin(const std::string &name, Arguments arguments) {
  for (const Builtin &builtin : builtins) {
    if (name != builtin.name)
      continue;
    if (arguments.size() < builtin.least || arguments.size() > builtin.most)
      throw PythonError{
          fmt::format("TypeError: {}() does not take {} arguments", name, arguments.size())};
    return builtin.call(arguments);
  }
  throw PythonError{fmt::format("NameError: name '{}' is not defined", name)};
}

} // namespace ingot::runtime
