// Functions of each element.

#include "runtime/Python/Functions.h"
#include "runtime/Python/NdArray.h"

#include <cmath>

namespace ingot::runtime {

/// f of every element, in float32 or float64; whole numbers become float64.
template <typename F> static Value mapFloats(const Value &value, const F &function) {
  NdArray array = asArray(value);
  if (!isFloating(array.dtype))
    array = converted(array, Dtype::Float64);
  NdArray result = newArray(array.dtype, array.shape);
  int64_t count = array.size();
  if (array.dtype == Dtype::Float32)
    for (int64_t i = 0; i < count; ++i)
      result.fill<float>()[i] = function(array.as<float>()[i]);
  else
    for (int64_t i = 0; i < count; ++i)
      result.fill<double>()[i] = function(array.as<double>()[i]);
  return arrayValue(std::move(result));
}

/// Half to even of the scaled number, as NumPy rounds.
static Value roundTo(Arguments a) {
  NdArray array = asArray(a[0]);
  int64_t digits = plain(a[1]).isNone() ? 0 : plain(a[1]).integer();
  if (!isFloating(array.dtype) && digits >= 0)
    return arrayValue(std::move(array));
  double unit = std::pow(10.0, static_cast<double>(std::abs(digits)));
  return mapFloats(a[0], [&](auto x) {
    using T = decltype(x);
    if (digits == 0)
      return std::nearbyint(x);
    T scale = static_cast<T>(unit);
    return digits > 0 ? std::nearbyint(x * scale) / scale : std::nearbyint(x / scale) * scale;
  });
}

static Value absolute(Arguments a) {
  NdArray array = asArray(a[0]);
  if (isFloating(array.dtype))
    return mapFloats(a[0], [](auto x) { return std::abs(x); });
  return callBuiltin("numpy.where",
                     std::vector<Value>{binaryArrays("<", arrayValue(array), int64_t(0)),
                                        unaryArray("-", converted(array, Dtype::Int64)),
                                        arrayValue(array)});
}

static Value sign(Arguments a) {
  NdArray array = asArray(a[0]), result = newArray(array.dtype, array.shape);
  withType(array.dtype, [&]<typename T>() {
    for (int64_t i = 0; i < array.size(); ++i) {
      T x = array.as<T>()[i];
      result.fill<T>()[i] = x != x ? x : static_cast<T>((x > T(0)) - (x < T(0)));
    }
  });
  return arrayValue(std::move(result));
}

template <bool nan> static Value classify(Arguments a) {
  NdArray array = converted(asArray(a[0]), Dtype::Float64);
  NdArray result = newArray(Dtype::Bool, array.shape);
  for (int64_t i = 0; i < array.size(); ++i)
    result.fill<bool>()[i] =
        nan ? std::isnan(array.as<double>()[i]) : std::isfinite(array.as<double>()[i]);
  return arrayValue(std::move(result));
}

static NdArray truths(const Value &value) { return converted(asArray(value), Dtype::Bool); }

static Value clip(Arguments a) {
  Value result = arrayValue(asArray(a[0]));
  if (!a[1].isNone())
    result = callBuiltin("numpy.maximum", std::vector<Value>{result, a[1]});
  return a[2].isNone() ? result : callBuiltin("numpy.minimum", std::vector<Value>{result, a[2]});
}

/// numpy.where(condition, x, y); with the condition alone it is numpy.nonzero.
static Value choose(Arguments a) {
  if (a[1].isNone() && a[2].isNone())
    return callBuiltin("numpy.nonzero", a.first(1));
  NdArray x = asArray(a[1]), y = asArray(a[2]), condition = truths(a[0]);
  Dtype dtype = resultType(a[1], a[2]);
  std::vector<int64_t> shape = broadcastShape(broadcastShape(x.shape, y.shape), condition.shape);
  condition = broadcastTo(condition, shape);
  x = broadcastTo(converted(x, dtype), shape);
  y = broadcastTo(converted(y, dtype), shape);
  NdArray result = newArray(dtype, shape);
  withType(dtype, [&]<typename T>() {
    for (int64_t i = 0; i < result.size(); ++i)
      result.fill<T>()[i] = condition.as<bool>()[i] ? x.as<T>()[i] : y.as<T>()[i];
  });
  return arrayValue(std::move(result));
}

template <bool greater> static Value pick(Arguments a) {
  return callBuiltin(
      "numpy.where",
      std::vector<Value>{binaryArrays(greater ? ">=" : "<=", arrayValue(asArray(a[0])), a[1]), a[0],
                         a[1]});
}

template <char op> static Value logical(Arguments a) {
  return binaryArrays(std::string(1, op), arrayValue(truths(a[0])), arrayValue(truths(a[1])));
}

/// math.floor and math.ceil: an int.
template <double function(double)> static Value toInteger(Arguments a) {
  double number = function(plain(a[0]).isNumber() ? plain(a[0]).number() : NAN);
  if (!(std::abs(number) < 9e18))
    throw PythonError{"ValueError: cannot convert the number to an integer"};
  return static_cast<int64_t>(number);
}

/// TensorFlow's functions of a number: in float32.
template <float function(float)> static Value single(Arguments a) {
  return mapFloats(arrayValue(converted(asArray(a[0]), Dtype::Float32)),
                   [](auto x) { return function(static_cast<float>(x)); });
}

/// An operator as a function of two arrays.
#define OPERATOR(text)                                                                             \
  [](Arguments a) { return binaryArrays(text, arrayValue(asArray(a[0])), a[1]); }
#define FLOATS(expression)                                                                         \
  [](Arguments a) { return mapFloats(a[0], [](auto x) { return expression; }); }

static constexpr Function functions[] = {
    {"numpy.round", 2, 2, roundTo},
    {"numpy.abs", 1, 1, absolute},
    {"numpy.sqrt", 1, 1, FLOATS(std::sqrt(x))},
    {"numpy.exp", 1, 1, FLOATS(std::exp(x))},
    {"numpy.log", 1, 1, FLOATS(std::log(x))},
    {"numpy.cos", 1, 1, FLOATS(std::cos(x))},
    {"numpy.sin", 1, 1, FLOATS(std::sin(x))},
    {"numpy.tanh", 1, 1, FLOATS(std::tanh(x))},
    {"numpy.power", 2, 2, OPERATOR("**")},
    {"math.floor", 1, 1, toInteger<std::floor>},
    {"math.ceil", 1, 1, toInteger<std::ceil>},
    {"tensorflow.exp", 1, 1, single<std::exp>},
    {"tensorflow.cos", 1, 1, single<std::cos>},
    {"numpy.log2", 1, 1, FLOATS(std::log2(x))},
    {"numpy.log10", 1, 1, FLOATS(std::log10(x))},
    {"numpy.floor", 1, 1, FLOATS(std::floor(x))},
    {"numpy.ceil", 1, 1, FLOATS(std::ceil(x))},
    {"numpy.square", 1, 1,
     [](Arguments a) { return binaryArrays("*", arrayValue(asArray(a[0])), a[0]); }},
    {"numpy.sign", 1, 1, sign},
    {"numpy.isnan", 1, 1, classify<true>},
    {"numpy.isfinite", 1, 1, classify<false>},
    {"numpy.clip", 3, 3, clip},
    {"numpy.where", 3, 3, choose},
    {"numpy.maximum", 2, 2, pick<true>},
    {"numpy.minimum", 2, 2, pick<false>},
    {"numpy.equal", 2, 2, OPERATOR("==")},
    {"numpy.not_equal", 2, 2, OPERATOR("!=")},
    {"numpy.greater", 2, 2, OPERATOR(">")},
    {"numpy.less", 2, 2, OPERATOR("<")},
    {"numpy.add", 2, 2, OPERATOR("+")},
    {"numpy.subtract", 2, 2, OPERATOR("-")},
    {"numpy.multiply", 2, 2, OPERATOR("*")},
    {"numpy.divide", 2, 2, OPERATOR("/")},
    {"numpy.logical_and", 2, 2, logical<'&'>},
    {"numpy.logical_or", 2, 2, logical<'|'>},
    {"numpy.logical_not", 1, 1, [](Arguments a) { return unaryArray("~", truths(a[0])); }},
};
#undef OPERATOR
#undef FLOATS

std::span<const Function> elementwiseFunctions() { return functions; }

} // namespace ingot::runtime
