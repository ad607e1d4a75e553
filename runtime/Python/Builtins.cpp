// Python's builtin functions that scripts call.

#include "runtime/Python/Functions.h"
#include "runtime/Python/NdArray.h"
#include "runtime/Python/Splits.h"
#include "runtime/Python/Text.h"
#include "runtime/Python/Value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace ingot::runtime {

std::vector<Value> itemsOf(const Value &value) {
  if (value.sequence())
    return value.sequence()->items;
  if (value.array())
    return rowsOf(*value.array());
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
  if (const NdArray *array = value.array(); array && !array->shape.empty())
    return array->shape[0];
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
  if (arguments[0].array() && !arguments[0].array()->shape.empty())
    return callBuiltin("numpy.abs", arguments);
  if (arguments[0].array())
    return truth(binary("<", plain(arguments[0]), int64_t(0))) ? unary("-", arguments[0])
                                                               : arguments[0];
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
  if (arguments[0].array() && (arguments.size() > 1 || !arguments[0].array()->shape.empty()))
    return callBuiltin(
        "numpy.round",
        std::vector<Value>{arguments[0], arguments.size() > 1 ? arguments[1] : Value(int64_t(0))});
  const Value value = plain(arguments[0]);
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

/// What int() and float() take of an array: its only element.
static Value scalarOf(const Value &value) {
  const NdArray *array = value.array();
  if (array && array->size() != 1)
    throw PythonError{"TypeError: only 0-dimensional arrays can be converted to Python scalars"};
  return array ? array->item(0) : value;
}

static Value toInteger(Arguments arguments) {
  if (arguments.empty())
    return int64_t(0);
  const Value value = scalarOf(arguments[0]);
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
  const Value value = scalarOf(arguments[0]);
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

static Value range(Arguments given) {
  std::vector<Value> arguments;
  for (const Value &argument : given)
    arguments.push_back(plain(argument));
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

static Value enumerate(Arguments arguments) {
  std::vector<Value> pairs;
  int64_t index = arguments.size() > 1 ? plain(arguments[1]).integer() : 0;
  for (Value &item : itemsOf(arguments[0]))
    pairs.push_back(makeSequence(PythonSequence::Tuple, {index++, std::move(item)}));
  return makeSequence(PythonSequence::List, std::move(pairs));
}

static Value zip(Arguments arguments) {
  std::vector<std::vector<Value>> columns;
  size_t rows = arguments.empty() ? 0 : SIZE_MAX;
  for (const Value &argument : arguments) {
    columns.push_back(itemsOf(argument));
    rows = std::min(rows, columns.back().size());
  }
  std::vector<Value> tuples;
  for (size_t row = 0; row < rows; ++row) {
    std::vector<Value> items;
    for (const std::vector<Value> &column : columns)
      items.push_back(column[row]);
    tuples.push_back(makeSequence(PythonSequence::Tuple, std::move(items)));
  }
  return makeSequence(PythonSequence::List, std::move(tuples));
}

static Value product(Arguments arguments) {
  std::vector<std::vector<Value>> rows(1);
  for (const Value &argument : arguments) {
    std::vector<std::vector<Value>> longer;
    for (const std::vector<Value> &row : rows)
      for (const Value &item : itemsOf(argument)) {
        longer.push_back(row);
        longer.back().push_back(item);
      }
    rows = std::move(longer);
  }
  std::vector<Value> tuples;
  for (std::vector<Value> &row : rows)
    tuples.push_back(makeSequence(PythonSequence::Tuple, std::move(row)));
  return makeSequence(PythonSequence::List, std::move(tuples));
}

static Value reversed(Arguments arguments) {
  std::vector<Value> items = itemsOf(arguments[0]);
  std::reverse(items.begin(), items.end());
  return makeSequence(PythonSequence::List, std::move(items));
}

/// Python's order of a set of small ints is theirs; of others it has none that a script may rely
/// on.
static Value makeSet(Arguments arguments) {
  std::vector<Value> items, all = arguments.empty() ? std::vector<Value>() : itemsOf(arguments[0]);
  for (const Value &item : all)
    if (std::none_of(items.begin(), items.end(),
                     [&](const Value &other) { return equal(item, other); }))
      items.push_back(item);
  bool ordered = std::all_of(items.begin(), items.end(),
                             [](const Value &item) { return plain(item).isNumber(); });
  if (ordered)
    std::stable_sort(items.begin(), items.end(),
                     [](const Value &a, const Value &b) { return compare("<", a, b) == -1; });
  return makeSequence(PythonSequence::Set, std::move(items));
}

/// dict(key, value, key, value, ...), or of pairs.
static Value makeDict(Arguments arguments) {
  PythonDict dict;
  auto set = [&](const Value &key, const Value &value) {
    for (auto &[known, item] : dict.items)
      if (equal(known, key)) {
        item = value;
        return;
      }
    dict.items.emplace_back(key, value);
  };
  if (arguments.size() == 1 && arguments[0].dict())
    return arguments[0];
  if (arguments.size() == 1)
    for (const Value &pair : itemsOf(arguments[0])) {
      std::vector<Value> items = itemsOf(pair);
      if (items.size() != 2)
        throw PythonError{"ValueError: dictionary update sequence needs pairs"};
      set(items[0], items[1]);
    }
  for (size_t i = 0; i + 1 < arguments.size(); i += 2)
    set(arguments[i], arguments[i + 1]);
  return std::make_shared<const PythonDict>(std::move(dict));
}

template <bool all> static Value quantifier(Arguments arguments) {
  for (const Value &item : itemsOf(arguments[0]))
    if (truth(item) != all)
      return !all;
  return all;
}

static Value assertTrue(Arguments arguments) {
  if (truth(arguments[0]))
    return PythonNone{};
  std::string message = arguments[1].isNone() ? "" : ": " + str(arguments[1]);
  throw PythonError{"AssertionError" + message};
}

static const Function builtins[] = {
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
    {"enumerate", 1, 2, enumerate},
    {"zip", 0, SIZE_MAX, zip},
    {"itertools.product", 0, SIZE_MAX, product},
    {"reversed", 1, 1, reversed},
    {"set", 0, 1, makeSet},
    {"dict", 0, SIZE_MAX, makeDict},
    {"all", 1, 1, quantifier<true>},
    {"any", 1, 1, quantifier<false>},
    {"assert", 2, 2, assertTrue},
    {"raise", 1, 1, [](Arguments a) -> Value { throw PythonError{str(a[0])}; }},
    {"slice", 3, 3,
     [](Arguments a) { return makeSequence(PythonSequence::Slice, {a[0], a[1], a[2]}); }},
    {"Ellipsis", 0, 0, [](Arguments) { return makeSequence(PythonSequence::Ellipsis, {}); }},
};

const Function *findFunction(std::span<const Function> functions, const std::string &name) {
  for (const Function &function : functions)
    if (name == function.name)
      return &function;
  return nullptr;
}

Value callFunction(const Function &function, Arguments arguments) {
  if (arguments.size() < function.least || arguments.size() > function.most)
    throw PythonError{
        fmt::format("TypeError: {}() does not take {} arguments", function.name, arguments.size())};
  return function.call(arguments);
}

Value callBuiltin(const std::string &name, Arguments arguments) {
  if (name.starts_with('.'))
    return callMethod(name.substr(1), arguments);
  for (std::span<const Function> table :
       {std::span<const Function>(builtins), arrayFunctions(), reductionFunctions(),
        elementwiseFunctions(), metricFunctions(), splitFunctions(), randomFunctions(),
        tensorFunctions(), pathFunctions(), fileFunctions()})
    if (const Function *function = findFunction(table, name))
      return callFunction(*function, arguments);
  throw PythonError{fmt::format("NameError: name '{}' is not defined", name)};
}

} // namespace ingot::runtime
