// Arithmetic and comparison of arrays.

#include "runtime/Python/NdArray.h"

#include <cmath>
#include <fmt/format.h>
#include <functional>

namespace ingot::runtime {

std::vector<int64_t> broadcastShape(const std::vector<int64_t> &a, const std::vector<int64_t> &b) {
  std::vector<int64_t> shape = a.size() < b.size() ? b : a;
  const std::vector<int64_t> &other = a.size() < b.size() ? a : b;
  size_t missing = shape.size() - other.size();
  for (size_t i = 0; i < other.size(); ++i) {
    int64_t &extent = shape[missing + i];
    if (extent != other[i] && extent != 1 && other[i] != 1)
      throw PythonError{
          fmt::format("ValueError: operands could not be broadcast together with shapes {} {}",
                      shapeText(a), shapeText(b))};
    if (extent == 1)
      extent = other[i];
  }
  return shape;
}

namespace {

/// Where each element of a broadcast array comes from: strides in elements, 0 along what repeats.
std::vector<int64_t> stridesIn(const std::vector<int64_t> &array, size_t rank) {
  std::vector<int64_t> strides(rank, 0);
  int64_t stride = 1;
  for (size_t axis = array.size(); axis-- > 0;) {
    strides[rank - array.size() + axis] = array[axis] == 1 ? 0 : stride;
    stride *= array[axis];
  }
  return strides;
}

/// Calls visit(result index, left index, right index) for every element of the result.
template <typename Visit>
void eachPair(const std::vector<int64_t> &shape, int64_t count, const NdArray &a, const NdArray &b,
              const Visit &visit) {
  std::vector<int64_t> left = stridesIn(a.shape, shape.size()),
                       right = stridesIn(b.shape, shape.size()), at(shape.size(), 0);
  int64_t x = 0, y = 0;
  for (int64_t i = 0; i < count; ++i) {
    visit(i, x, y);
    for (size_t axis = shape.size(); axis-- > 0;) {
      x += left[axis];
      y += right[axis];
      if (++at[axis] < shape[axis])
        break;
      x -= left[axis] * shape[axis];
      y -= right[axis] * shape[axis];
      at[axis] = 0;
    }
  }
}

template <typename Result, typename T, typename F>
NdArray combine(Dtype dtype, const NdArray &a, const NdArray &b, const F &function) {
  std::vector<int64_t> shape = broadcastShape(a.shape, b.shape);
  NdArray result = newArray(dtype, shape);
  const T *x = a.as<T>(), *y = b.as<T>();
  Result *to = result.fill<Result>();
  eachPair(shape, result.size(), a, b, [&](int64_t i, int64_t left, int64_t right) {
    to[i] = static_cast<Result>(function(x[left], y[right]));
  });
  return result;
}

} // namespace

NdArray broadcastTo(const NdArray &array, const std::vector<int64_t> &shape) {
  NdArray result = newArray(array.dtype, shape);
  withType(array.dtype, [&]<typename T>() {
    eachPair(shape, result.size(), array, array,
             [&](int64_t i, int64_t at, int64_t) { result.fill<T>()[i] = array.as<T>()[at]; });
  });
  return result;
}

/// A Python number is weak (NEP 50).
Dtype resultType(const Value &a, const Value &b) {
  Dtype x = asArray(a).dtype, y = asArray(b).dtype;
  auto weak = [](const Value &value) {
    return value.isFloat() || std::holds_alternative<int64_t>(value);
  };
  if (weak(a) == weak(b))
    return promote(x, y);
  Dtype strong = weak(a) ? y : x;
  bool floating = weak(a) ? a.isFloat() : b.isFloat();
  if (floating)
    return isFloating(strong) ? strong : Dtype::Float64;
  return strong == Dtype::Bool ? Dtype::Int64 : strong;
}

static bool isComparison(const std::string &op) {
  return op == "==" || op == "!=" || op == "<" || op == "<=" || op == ">" || op == ">=";
}

template <typename T>
static NdArray compareArrays(const std::string &op, const NdArray &a, const NdArray &b) {
  auto with = [&](auto function) { return combine<bool, T>(Dtype::Bool, a, b, function); };
  if (op == "==")
    return with(std::equal_to<T>());
  if (op == "!=")
    return with(std::not_equal_to<T>());
  if (op == "<")
    return with(std::less<T>());
  if (op == "<=")
    return with(std::less_equal<T>());
  if (op == ">")
    return with(std::greater<T>());
  return with(std::greater_equal<T>());
}

template <typename T> static T floorDivide(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::floor(a / b);
  } else {
    if (b == 0)
      return 0; // with a warning in NumPy
    if constexpr (std::is_signed_v<T>)
      if (b == -1)
        return static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(a));
    return static_cast<T>(a / b - ((a % b != 0) && ((a < 0) != (b < 0))));
  }
}

template <typename T> static T remainder(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    T rest = std::fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  } else {
    return b == 0 ? 0 : static_cast<T>(a - floorDivide(a, b) * b);
  }
}

template <typename T> static T power(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::pow(a, b);
  } else {
    if (b < 0)
      throw PythonError{"ValueError: Integers to negative integer powers are not allowed."};
    uint64_t result = 1, base = static_cast<uint64_t>(a);
    for (auto rest = static_cast<uint64_t>(b); rest; rest >>= 1, base *= base)
      if (rest & 1)
        result *= base;
    return static_cast<T>(result);
  }
}

[[noreturn]] static void unsupported(const std::string &op, const Value &a, const Value &b) {
  throw PythonError{fmt::format("TypeError: '{}' of '{}' and '{}' is not supported for arrays", op,
                                typeName(a), typeName(b))};
}

/// Integers wrap around, as NumPy's do.
template <typename T>
static NdArray calculate(const std::string &op, Dtype dtype, const NdArray &a, const NdArray &b) {
  using Wrapping = std::conditional_t<std::is_floating_point_v<T>, T, uint64_t>;
  auto with = [&](auto function) { return combine<T, T>(dtype, a, b, function); };
  auto wrap = [](T value) { return static_cast<Wrapping>(value); };
  if (op == "+")
    return with([&](T x, T y) { return static_cast<T>(wrap(x) + wrap(y)); });
  if (op == "-")
    return with([&](T x, T y) { return static_cast<T>(wrap(x) - wrap(y)); });
  if (op == "*")
    return with([&](T x, T y) { return static_cast<T>(wrap(x) * wrap(y)); });
  if (op == "//")
    return with(floorDivide<T>);
  if (op == "%")
    return with(remainder<T>);
  if (op == "**")
    return with(power<T>);
  if constexpr (std::is_floating_point_v<T>) {
    return with([](T x, T y) { return x / y; });
  } else {
    if (op == "&")
      return with([](T x, T y) { return static_cast<T>(x & y); });
    if (op == "|")
      return with([](T x, T y) { return static_cast<T>(x | y); });
    return with([](T x, T y) { return static_cast<T>(x ^ y); });
  }
}

static NdArray logical(const std::string &op, const NdArray &a, const NdArray &b) {
  auto with = [&](auto function) { return combine<bool, bool>(Dtype::Bool, a, b, function); };
  if (op == "+" || op == "|")
    return with(std::logical_or<bool>());
  if (op == "*" || op == "&")
    return with(std::logical_and<bool>());
  return with(std::not_equal_to<bool>());
}

static bool isNumeric(const Value &value) {
  return value.isNumber() || value.array() ||
         (value.sequence() && value.sequence()->kind <= PythonSequence::Range);
}

Value binaryArrays(const std::string &op, const Value &a, const Value &b) {
  if (!isNumeric(a) || !isNumeric(b)) {
    if (op != "==" && op != "!=")
      unsupported(op, a, b);
    // An array is equal to no text and to no None, element by element.
    NdArray result = newArray(Dtype::Bool, a.array() ? a.array()->shape : b.array()->shape);
    std::fill_n(result.fill<bool>(), result.size(), op == "!=");
    return arrayValue(std::move(result));
  }
  NdArray x = asArray(a), y = asArray(b);
  Dtype dtype = resultType(a, b);
  if (isComparison(op)) {
    if (!isFloating(dtype))
      dtype = Dtype::Int64; // a weak int may lie outside of the array's type
    x = converted(x, dtype);
    y = converted(y, dtype);
    return arrayValue(withType(dtype, [&]<typename T>() { return compareArrays<T>(op, x, y); }));
  }
  bool bitwise = op == "&" || op == "|" || op == "^";
  if (bitwise && isFloating(dtype))
    unsupported(op, a, b);
  if (!bitwise && op != "+" && op != "-" && op != "*" && op != "/" && op != "//" && op != "%" &&
      op != "**")
    unsupported(op, a, b);
  if (op == "/" && !isFloating(dtype))
    dtype = Dtype::Float64;
  if (dtype == Dtype::Bool && op == "-")
    throw PythonError{"TypeError: numpy boolean subtract, the `-` operator, is not supported, use "
                      "the bitwise_xor, the `^` operator, or the logical_xor function instead."};
  if (dtype == Dtype::UInt8)
    for (const Value *value : {&a, &b})
      if (value->isInteger() && (value->integer() < 0 || value->integer() > 255))
        throw PythonError{fmt::format("OverflowError: Python integer {} out of bounds for uint8",
                                      value->integer())};
  x = converted(x, dtype);
  y = converted(y, dtype);
  if (dtype == Dtype::Bool && op != "//" && op != "%" && op != "**")
    return arrayValue(logical(op, x, y));
  if (dtype == Dtype::Bool) {
    dtype = Dtype::Int64;
    x = converted(x, dtype);
    y = converted(y, dtype);
  }
  return arrayValue(withType(dtype, [&]<typename T>() -> NdArray {
    if constexpr (std::is_same_v<T, bool>)
      return x; // bools were turned into ints
    else
      return calculate<T>(op, dtype, x, y);
  }));
}

Value unaryArray(const std::string &op, const NdArray &array) {
  if (op == "+")
    return arrayValue(array);
  if (op == "-" && array.dtype != Dtype::Bool) {
    NdArray zero = converted(*scalarValue(Dtype::Int64, int64_t(0)).array(), array.dtype);
    // 0 - x has the sign of zero wrong.
    return isFloating(array.dtype) ? binaryArrays("*", arrayValue(array), -1.0)
                                   : binaryArrays("-", arrayValue(zero), arrayValue(array));
  }
  if (op == "~" && array.dtype == Dtype::Bool)
    return binaryArrays("^", arrayValue(array), true);
  if (op == "~" && !isFloating(array.dtype)) {
    NdArray ones = converted(*scalarValue(Dtype::Int64, int64_t(-1)).array(), array.dtype);
    return binaryArrays("^", arrayValue(array), arrayValue(ones));
  }
  throw PythonError{fmt::format("TypeError: unary '{}' is not supported for an array of {}", op,
                                dtypeName(array.dtype))};
}

} // namespace ingot::runtime
