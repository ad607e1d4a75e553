// Arithmetic and the other operators.

#include "runtime/Python/NdArray.h"
#include "runtime/Python/Text.h"
#include "runtime/Python/Value.h"

#include <cmath>
#include <fmt/format.h>

namespace ingot::runtime {

static constexpr int64_t longestSequence = 10'000'000; // what a script repeats by "*"

[[noreturn]] static void overflow() {
  throw PythonError{"OverflowError: integers of a script are limited to 64 bits here"};
}

[[noreturn]] static void unsupported(const std::string &operation, const Value &a, const Value &b) {
  throw PythonError{fmt::format("TypeError: unsupported operand type(s) for {}: '{}' and '{}'",
                                operation, typeName(a), typeName(b))};
}

/// Quotient rounded down.
static int64_t floorDivide(int64_t a, int64_t b) {
  if (b == 0)
    throw PythonError{"ZeroDivisionError: integer division or modulo by zero"};
  if (a == INT64_MIN && b == -1)
    overflow();
  return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static Value power(int64_t base, int64_t exponent) {
  if (exponent < 0) {
    if (base == 0)
      throw PythonError{"ZeroDivisionError: 0.0 cannot be raised to a negative power"};
    return std::pow(static_cast<double>(base), static_cast<double>(exponent));
  }
  if (base == 0 || base == 1 || base == -1)
    return base == -1 && exponent % 2 == 0 ? int64_t(1) : exponent == 0 ? int64_t(1) : base;
  int64_t result = 1;
  for (; exponent > 0; --exponent)
    if (__builtin_mul_overflow(result, base, &result))
      overflow();
  return result;
}

static Value shift(const std::string &operation, int64_t a, int64_t b) {
  if (b < 0)
    throw PythonError{"ValueError: negative shift count"};
  if (operation == ">>")
    return a >> std::min<int64_t>(b, 63);
  int64_t result = 0;
  if (a != 0 && (b > 62 || __builtin_mul_overflow(a, int64_t(1) << b, &result)))
    overflow();
  return result;
}

static Value integers(const std::string &operation, int64_t a, int64_t b) {
  int64_t result = 0;
  bool overflown = false;
  if (operation == "+")
    overflown = __builtin_add_overflow(a, b, &result);
  else if (operation == "-")
    overflown = __builtin_sub_overflow(a, b, &result);
  else if (operation == "*")
    overflown = __builtin_mul_overflow(a, b, &result);
  else if (operation == "//")
    return floorDivide(a, b);
  else if (operation == "%")
    return b == -1 ? int64_t(0) : a - floorDivide(a, b) * b;
  else if (operation == "**")
    return power(a, b);
  else if (operation == "&")
    return a & b;
  else if (operation == "|")
    return a | b;
  else if (operation == "^")
    return a ^ b;
  else
    return shift(operation, a, b);
  if (overflown)
    overflow();
  return result;
}

/// Python's remainder has the divisor's sign; the quotient is (a - remainder) / b, floored.
static Value floatDivision(const std::string &operation, double a, double b) {
  if (b == 0)
    throw PythonError{operation == "%"   ? "ZeroDivisionError: float modulo"
                      : operation == "/" ? "ZeroDivisionError: float division by zero"
                                         : "ZeroDivisionError: float floor division by zero"};
  if (operation == "/")
    return a / b;
  double remainder = std::fmod(a, b);
  double quotient = (a - remainder) / b;
  if (remainder != 0) {
    if ((b < 0) != (remainder < 0)) {
      remainder += b;
      quotient -= 1;
    }
  } else {
    remainder = std::copysign(0.0, b);
  }
  if (operation == "%")
    return remainder;
  if (quotient == 0)
    return std::copysign(0.0, a / b);
  double down = std::floor(quotient);
  return quotient - down > 0.5 ? down + 1 : down;
}

static Value floats(const std::string &operation, const Value &x, const Value &y) {
  double a = x.number(), b = y.number();
  if (operation == "+")
    return a + b;
  if (operation == "-")
    return a - b;
  if (operation == "*")
    return a * b;
  if (operation == "/" || operation == "//" || operation == "%")
    return floatDivision(operation, a, b);
  if (operation != "**")
    unsupported(operation, x, y);
  if (a == 0 && b < 0)
    throw PythonError{"ZeroDivisionError: 0.0 cannot be raised to a negative power"};
  if (a < 0 && std::isfinite(a) && b != std::floor(b))
    throw PythonError{"ValueError: complex numbers are not supported"};
  double result = std::pow(a, b);
  if (std::isinf(result) && std::isfinite(a) && std::isfinite(b))
    throw PythonError{"OverflowError: (34, 'Numerical result out of range')"};
  return result;
}

static Value repeat(const Value &value, int64_t times) {
  times = std::max<int64_t>(times, 0);
  const PythonSequence *sequence = value.sequence();
  int64_t size = static_cast<int64_t>(sequence ? sequence->items.size() : value.string()->size());
  if (size > 0 && times > longestSequence / size)
    throw PythonError{"MemoryError: the repeated sequence is too long"};
  if (!sequence) {
    std::string text;
    for (int64_t i = 0; i < times && size > 0; ++i)
      text += *value.string();
    return text;
  }
  std::vector<Value> items;
  for (int64_t i = 0; i < times && size > 0; ++i)
    items.insert(items.end(), sequence->items.begin(), sequence->items.end());
  return makeSequence(sequence->kind, std::move(items));
}

static bool isRepeatable(const Value &value) {
  return value.string() || (value.sequence() && value.sequence()->kind != PythonSequence::Range);
}

static Value sequences(const std::string &operation, const Value &a, const Value &b) {
  if (operation == "*" && isRepeatable(a) && b.isInteger())
    return repeat(a, b.integer());
  if (operation == "*" && isRepeatable(b) && a.isInteger())
    return repeat(b, a.integer());
  if (operation != "+")
    unsupported(operation, a, b);
  if (a.string() && b.string())
    return *a.string() + *b.string();
  if (a.sequence() && b.sequence() && a.sequence()->kind == b.sequence()->kind && isRepeatable(a)) {
    std::vector<Value> items = a.sequence()->items;
    items.insert(items.end(), b.sequence()->items.begin(), b.sequence()->items.end());
    return makeSequence(a.sequence()->kind, std::move(items));
  }
  if (a.string())
    throw PythonError{
        fmt::format("TypeError: can only concatenate str (not \"{}\") to str", typeName(b))};
  unsupported(operation, a, b);
}

static bool contains(const Value &container, const Value &item) {
  if (container.string() && item.string())
    return container.string()->find(*item.string()) != std::string::npos;
  if (container.sequence()) {
    for (const Value &candidate : container.sequence()->items)
      if (equal(candidate, item))
        return true;
    return false;
  }
  if (container.dict()) {
    for (const auto &[key, value] : container.dict()->items)
      if (equal(key, item))
        return true;
    return false;
  }
  if (container.array())
    return truth(callBuiltin(
        "numpy.any", std::vector<Value>{binaryArrays("==", container, item), PythonNone{}, false}));
  throw PythonError{
      fmt::format("TypeError: argument of type '{}' is not iterable", typeName(container))};
}

/// Small values have one identity in CPython; others are told apart by their place, which
/// single-assignment form does not have, so equal values of one type count as the same.
static bool same(const Value &a, const Value &b) {
  return a.index() == b.index() && (a.array() ? a.array() == b.array() : equal(a, b));
}

static bool compares(const std::string &operation, const Value &a, const Value &b, bool &result) {
  if (operation == "==" || operation == "!=")
    result = equal(a, b) == (operation == "==");
  else if (operation == "is" || operation == "is not")
    result = same(a, b) == (operation == "is");
  else if (operation == "in" || operation == "not in")
    result = contains(b, a) == (operation == "in");
  else if (operation == "<")
    result = compare(operation, a, b) == -1;
  else if (operation == "<=")
    result = compare(operation, a, b) <= 0;
  else if (operation == ">")
    result = compare(operation, a, b) == 1;
  else if (operation == ">=") {
    int order = compare(operation, a, b);
    result = order == 0 || order == 1;
  } else
    return false;
  return true;
}

Value binary(const std::string &operation, const Value &a, const Value &b) {
  if (operation == "and")
    return truth(a) ? b : a;
  if (operation == "or")
    return truth(a) ? a : b;
  bool identity = operation.starts_with("i") || operation == "not in";
  if ((a.array() || b.array()) && !identity)
    return binaryArrays(operation, a, b);
  bool result = false;
  if (compares(operation, a, b, result))
    return result;
  if (!a.isNumber() || !b.isNumber())
    return sequences(operation, a, b);
  if (operation == "/" && a.isInteger() && b.isInteger()) {
    if (b.integer() == 0)
      throw PythonError{"ZeroDivisionError: division by zero"};
    return a.number() / b.number();
  }
  bool bitwise = operation == "&" || operation == "|" || operation == "^";
  if (bitwise && std::holds_alternative<bool>(a) && std::holds_alternative<bool>(b))
    return integers(operation, a.integer(), b.integer()).integer() != 0;
  return a.isInteger() && b.isInteger() ? integers(operation, a.integer(), b.integer())
                                        : floats(operation, a, b);
}

Value unary(const std::string &operation, const Value &value) {
  if (operation == "not")
    return !truth(value);
  if (value.array())
    return unaryArray(operation, *value.array());
  if (operation == "-" && value.isFloat())
    return -value.number();
  if (operation == "-" && value.isInteger())
    return integers("-", 0, value.integer());
  if (operation == "+" && value.isFloat())
    return value;
  if (operation == "+" && value.isInteger())
    return value.integer();
  if (operation == "~" && value.isInteger())
    return ~value.integer();
  throw PythonError{
      fmt::format("TypeError: bad operand type for unary {}: '{}'", operation, typeName(value))};
}

} // namespace ingot::runtime
