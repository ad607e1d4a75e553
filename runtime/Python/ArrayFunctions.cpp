// Making, reshaping, ordering and searching arrays.

#include "runtime/Python/Functions.h"
#include "runtime/Python/NdArray.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <numeric>

namespace ingot::runtime {

std::vector<int64_t> shapeFrom(const Value &value) {
  std::vector<int64_t> shape;
  if (!value.sequence())
    return {plain(value).integer()};
  for (const Value &extent : value.sequence()->items)
    shape.push_back(plain(extent).integer());
  return shape;
}

std::vector<int64_t> newShapeFrom(const Value &value) {
  std::vector<int64_t> shape = shapeFrom(value);
  if (std::any_of(shape.begin(), shape.end(), [](int64_t extent) { return extent < 0; }))
    throw PythonError{"ValueError: negative dimensions are not allowed"};
  return shape;
}

namespace {

//===- Shapes
//----------------------------------------------------------------------------------===//

Value shapeOf(Arguments a) {
  std::vector<Value> extents;
  for (int64_t extent : asArray(a[0]).shape)
    extents.emplace_back(extent);
  return makeSequence(PythonSequence::Tuple, std::move(extents));
}

Value reshape(Arguments a) {
  NdArray array = asArray(a[0]);
  std::vector<int64_t> shape = shapeFrom(a[1]);
  int64_t known = 1;
  for (int64_t extent : shape)
    known *= extent < 0 ? 1 : extent;
  for (int64_t &extent : shape)
    if (extent == -1 && known > 0 && array.size() % known == 0)
      extent = array.size() / known;
  return arrayValue(reshaped(array, std::move(shape)));
}

Value flatten(Arguments a) {
  NdArray array = asArray(a[0]);
  return arrayValue(reshaped(array, {array.size()}));
}

Value squeeze(Arguments a) {
  NdArray array = asArray(a[0]);
  std::vector<int64_t> shape;
  size_t axis = a[1].isNone() ? SIZE_MAX : axisOf(a[1], array.shape.size());
  for (size_t i = 0; i < array.shape.size(); ++i)
    if (array.shape[i] != 1 || (axis != SIZE_MAX && i != axis))
      shape.push_back(array.shape[i]);
  return arrayValue(reshaped(array, std::move(shape)));
}

Value expandDims(Arguments a) {
  NdArray array = asArray(a[0]);
  std::vector<int64_t> shape = array.shape;
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axisOf(a[1], shape.size() + 1)), 1);
  return arrayValue(reshaped(array, std::move(shape)));
}

Value transpose(Arguments a) {
  NdArray array = asArray(a[0]);
  size_t rank = array.shape.size();
  if (rank < 2)
    return arrayValue(std::move(array));
  NdArray result = newArray(array.dtype, {array.shape.rbegin(), array.shape.rend()});
  std::vector<int64_t> strides(rank, 1); // of the source, by the result's axes
  for (size_t axis = 1; axis < rank; ++axis)
    strides[axis] = strides[axis - 1] * array.shape[rank - axis];
  withType(array.dtype, [&]<typename T>() {
    std::vector<int64_t> at(rank, 0);
    for (int64_t i = 0; i < result.size(); ++i) {
      result.fill<T>()[i] =
          array.as<T>()[std::inner_product(at.begin(), at.end(), strides.begin(), int64_t(0))];
      for (size_t axis = rank; axis-- > 0 && ++at[axis] == result.shape[axis];)
        at[axis] = 0;
    }
  });
  return arrayValue(std::move(result));
}

Value concatenate(Arguments a) {
  std::vector<NdArray> arrays;
  Dtype dtype = Dtype::Bool;
  for (const Value &item : itemsOf(a[0])) {
    arrays.push_back(asArray(item));
    dtype = promote(dtype, arrays.back().dtype);
  }
  if (arrays.empty() || arrays[0].shape.empty())
    throw PythonError{"ValueError: need at least one array with dimensions to concatenate"};
  size_t axis = axisOf(a[1], arrays[0].shape.size());
  std::vector<int64_t> shape = arrays[0].shape;
  shape[axis] = 0;
  for (NdArray &array : arrays) {
    std::vector<int64_t> same = array.shape;
    if (same.size() == shape.size())
      same[axis] = 0, shape[axis] += array.shape[axis];
    std::vector<int64_t> wanted = shape;
    wanted[axis] = 0;
    if (same != wanted)
      throw PythonError{"ValueError: all the input array dimensions except for the concatenation "
                        "axis must match exactly"};
    array = converted(array, dtype);
  }
  NdArray result = newArray(dtype, shape);
  int64_t outer = 1;
  for (size_t i = 0; i < axis; ++i)
    outer *= shape[i];
  withType(dtype, [&]<typename T>() {
    T *to = result.fill<T>();
    for (int64_t i = 0; i < outer; ++i)
      for (const NdArray &array : arrays) {
        int64_t run = array.size() / std::max<int64_t>(outer, 1);
        to = std::copy_n(array.as<T>() + i * run, run, to);
      }
  });
  return arrayValue(std::move(result));
}

/// numpy.stack(arrays, axis).
Value stack(Arguments a) {
  std::vector<Value> arrays;
  for (const Value &item : itemsOf(a[0])) {
    NdArray array = asArray(item);
    arrays.push_back(expandDims(std::vector<Value>{arrayValue(array), a[1]}));
  }
  return concatenate(
      std::vector<Value>{makeSequence(PythonSequence::List, std::move(arrays)), a[1]});
}

/// numpy.vstack and numpy.hstack: rows below one another, columns beside.
template <bool below> Value stackFlat(Arguments a) {
  std::vector<Value> arrays;
  bool rows = false;
  for (const Value &item : itemsOf(a[0])) {
    NdArray array = asArray(item);
    if (array.shape.size() < 2 && below)
      array = reshaped(array, {1, array.size()});
    rows |= array.shape.size() > 1;
    arrays.push_back(arrayValue(std::move(array)));
  }
  return concatenate(std::vector<Value>{makeSequence(PythonSequence::List, std::move(arrays)),
                                        Value(int64_t(!below && rows))});
}

/// numpy.append(array, values, axis): both flat without an axis.
Value append(Arguments a) {
  std::vector<Value> arrays{a[0], a[1]};
  if (a[2].isNone())
    for (Value &array : arrays)
      array = flatten(Arguments(&array, 1));
  return concatenate(std::vector<Value>{makeSequence(PythonSequence::List, std::move(arrays)),
                                        a[2].isNone() ? Value(int64_t(0)) : a[2]});
}

/// numpy.take(array, indices, axis): of the flat array without an axis.
Value take(Arguments a) {
  NdArray array = asArray(a[0]);
  if (a[2].isNone())
    return arraySubscript(reshaped(array, {array.size()}), arrayValue(asArray(a[1])));
  std::vector<Value> index(
      axisOf(a[2], array.shape.size()),
      makeSequence(PythonSequence::Slice, {PythonNone{}, PythonNone{}, PythonNone{}}));
  index.push_back(a[1]);
  return arraySubscript(array, makeSequence(PythonSequence::Tuple, std::move(index)));
}

/// The elements [i, i] of the first two dimensions.
NdArray diagonalOf(const NdArray &array) {
  if (array.shape.size() != 2)
    throw PythonError{"ValueError: diag requires an array of two dimensions"};
  int64_t size = std::min(array.shape[0], array.shape[1]), columns = array.shape[1];
  NdArray result = newArray(array.dtype, {size});
  withType(array.dtype, [&]<typename T>() {
    for (int64_t i = 0; i < size; ++i)
      result.fill<T>()[i] = array.as<T>()[i * columns + i];
  });
  return result;
}

/// numpy.diag: a matrix's diagonal, or a matrix with this diagonal.
Value diagonal(Arguments a) {
  NdArray array = asArray(a[0]);
  if (array.shape.size() != 1)
    return arrayValue(diagonalOf(array));
  int64_t size = array.size();
  NdArray matrix = newArray(array.dtype, {size, size});
  withType(array.dtype, [&]<typename T>() {
    std::fill_n(matrix.fill<T>(), size * size, T(0));
    for (int64_t i = 0; i < size; ++i)
      matrix.fill<T>()[i * size + i] = array.as<T>()[i];
  });
  return arrayValue(std::move(matrix));
}

Value trace(Arguments a) {
  return callBuiltin(
      "numpy.sum", std::vector<Value>{arrayValue(diagonalOf(asArray(a[0]))), PythonNone{}, false});
}

/// numpy.repeat(array, repeats, axis) with one number of repeats.
Value repeat(Arguments a) {
  NdArray array = asArray(a[0]);
  int64_t times = plain(a[1]).integer();
  size_t axis = 0;
  if (a[2].isNone())
    array = reshaped(array, {array.size()});
  else
    axis = axisOf(a[2], array.shape.size());
  if (times < 0)
    throw PythonError{"ValueError: repeats may not contain negative values."};
  int64_t extent = array.shape[axis], count = 0;
  if (__builtin_mul_overflow(extent, times, &count))
    throw PythonError{"MemoryError: the repeated array is too large"};
  NdArray index = newArray(Dtype::Int64, {count});
  for (int64_t i = 0; i < extent; ++i)
    std::fill_n(index.fill<int64_t>() + i * times, times, i);
  return take(std::vector<Value>{arrayValue(std::move(array)), arrayValue(std::move(index)),
                                 Value(static_cast<int64_t>(axis))});
}

/// numpy.flip(array, axis).
Value flip(Arguments a) {
  NdArray array = asArray(a[0]);
  std::vector<Value> index;
  for (size_t i = 0; i < array.shape.size(); ++i) {
    bool flips = a[1].isNone() || axisOf(a[1], array.shape.size()) == i;
    index.push_back(
        makeSequence(PythonSequence::Slice, {PythonNone{}, PythonNone{},
                                             flips ? Value(int64_t(-1)) : Value(PythonNone{})}));
  }
  return arraySubscript(array, makeSequence(PythonSequence::Tuple, std::move(index)));
}

/// What numpy.reshape(x, (count, ...)) asks of the number of samples.
Value checkSamples(Arguments a) {
  if (plain(a[0]).integer() != plain(a[1]).integer())
    throw PythonError{fmt::format("ValueError: cannot reshape {} samples into {}",
                                  plain(a[0]).integer(), plain(a[1]).integer())};
  return PythonNone{};
}

//===- Order
//-----------------------------------------------------------------------------------===//

/// Sorted along the last axis: positions or values. NaN comes last.
template <bool positions> Value sortLast(Arguments a) {
  NdArray array = asArray(a[0]);
  if (array.shape.empty() ||
      axisOf(a[1].isNone() ? Value(int64_t(-1)) : a[1], array.shape.size()) + 1 !=
          array.shape.size())
    throw PythonError{"ValueError: sorting along another axis than the last is not supported"};
  NdArray result = newArray(positions ? Dtype::Int64 : array.dtype, array.shape);
  int64_t length = array.shape.back();
  withType(array.dtype, [&]<typename T>() {
    std::vector<int64_t> order(static_cast<size_t>(length));
    for (int64_t line = 0; length && line < array.size() / length; ++line) {
      const T *x = array.as<T>() + line * length;
      std::iota(order.begin(), order.end(), 0);
      std::sort(order.begin(), order.end(), [&](int64_t i, int64_t j) {
        bool less = x[i] < x[j] || (x[j] != x[j] && x[i] == x[i]);
        bool more = x[j] < x[i] || (x[i] != x[i] && x[j] == x[j]);
        return less || (!more && i < j);
      });
      for (int64_t i = 0; i < length; ++i)
        if constexpr (positions)
          result.fill<int64_t>()[line * length + i] = order[static_cast<size_t>(i)];
        else
          result.fill<T>()[line * length + i] = x[order[static_cast<size_t>(i)]];
    }
  });
  return arrayValue(std::move(result));
}

/// numpy.unique(array, return_counts).
Value unique(Arguments a) {
  NdArray array = asArray(a[0]);
  Value flat = arrayValue(reshaped(array, {array.size()}));
  NdArray sorted = *callBuiltin("numpy.sort", std::vector<Value>{flat, PythonNone{}}).array();
  std::vector<int64_t> firsts;
  withType(sorted.dtype, [&]<typename T>() {
    for (int64_t i = 0; i < sorted.size(); ++i)
      if (i == 0 || sorted.as<T>()[i] != sorted.as<T>()[i - 1])
        firsts.push_back(i);
  });
  Value values = arrayValue(takeRows(sorted, firsts));
  if (!truth(a[1]))
    return values;
  NdArray counts = newArray(Dtype::Int64, {static_cast<int64_t>(firsts.size())});
  for (size_t i = 0; i < firsts.size(); ++i)
    counts.fill<int64_t>()[i] = (i + 1 < firsts.size() ? firsts[i + 1] : sorted.size()) - firsts[i];
  return makeSequence(PythonSequence::Tuple, {values, arrayValue(std::move(counts))});
}

Value bincount(Arguments a) {
  NdArray array = converted(asArray(a[0]), Dtype::Int64);
  int64_t size = plain(a[1]).isNone() ? 0 : plain(a[1]).integer();
  for (int64_t i = 0; i < array.size(); ++i) {
    if (array.as<int64_t>()[i] < 0)
      throw PythonError{"ValueError: 'list' argument must have no negative elements"};
    size = std::max(size, array.as<int64_t>()[i] + 1);
  }
  NdArray counts = newArray(Dtype::Int64, {size});
  for (int64_t i = 0; i < array.size(); ++i)
    ++counts.fill<int64_t>()[array.as<int64_t>()[i]];
  return arrayValue(std::move(counts));
}

/// numpy.isin(elements, test_elements).
Value isIn(Arguments a) {
  NdArray array = asArray(a[0]);
  NdArray elements = converted(array, Dtype::Float64),
          tested = converted(asArray(a[1]), Dtype::Float64);
  std::vector<double> known(tested.as<double>(), tested.as<double>() + tested.size());
  std::sort(known.begin(), known.end());
  NdArray result = newArray(Dtype::Bool, array.shape);
  for (int64_t i = 0; i < array.size(); ++i)
    result.fill<bool>()[i] =
        std::binary_search(known.begin(), known.end(), elements.as<double>()[i]);
  return arrayValue(std::move(result));
}

/// The positions of what is true, one array a dimension.
Value nonzero(Arguments a) {
  NdArray array = converted(asArray(a[0]), Dtype::Bool);
  if (array.shape.empty())
    throw PythonError{"ValueError: Calling nonzero on 0d arrays is not allowed."};
  std::vector<int64_t> flat;
  for (int64_t i = 0; i < array.size(); ++i)
    if (array.as<bool>()[i])
      flat.push_back(i);
  std::vector<Value> result;
  int64_t stride = array.size();
  for (int64_t extent : array.shape) {
    stride /= std::max<int64_t>(extent, 1);
    NdArray positions = newArray(Dtype::Int64, {static_cast<int64_t>(flat.size())});
    for (size_t i = 0; i < flat.size(); ++i)
      positions.fill<int64_t>()[i] = flat[i] / stride % extent;
    result.push_back(arrayValue(std::move(positions)));
  }
  return makeSequence(PythonSequence::Tuple, std::move(result));
}

Value flatNonzero(Arguments a) {
  Value flat = callBuiltin("numpy.ravel", a);
  return nonzero(Arguments(&flat, 1)).sequence()->items[0];
}

Value cumulativeSum(Arguments a) {
  NdArray array = asArray(a[0]);
  array =
      reshaped(isFloating(array.dtype) ? array : converted(array, Dtype::Int64), {array.size()});
  NdArray result = newArray(array.dtype, array.shape);
  withType(array.dtype, [&]<typename T>() {
    T total = 0;
    for (int64_t i = 0; i < array.size(); ++i)
      result.fill<T>()[i] = total = static_cast<T>(total + array.as<T>()[i]);
  });
  return arrayValue(std::move(result));
}

Value arrayEqual(Arguments a) {
  NdArray x = asArray(a[0]), y = asArray(a[1]);
  return x.shape == y.shape &&
         truth(callBuiltin("numpy.all",
                           std::vector<Value>{binaryArrays("==", arrayValue(x), arrayValue(y)),
                                              PythonNone{}, false}));
}

//===- Making arrays
//---------------------------------------------------------------------------===//

Value makeArray(Arguments a) {
  NdArray array = asArray(a[0]);
  return arrayValue(a[1].isNone() ? array : converted(array, dtypeFrom(a[1])));
}

template <int value> Value filled(Arguments a) {
  NdArray array = newArray(Dtype::Float64, newShapeFrom(a[0]));
  std::fill_n(array.fill<double>(), array.size(), value);
  return arrayValue(a[1].isNone() ? array : converted(array, dtypeFrom(a[1])));
}

/// numpy.full(shape, value, dtype).
Value full(Arguments a) {
  NdArray value = asArray(a[1]);
  if (!a[2].isNone())
    value = converted(value, dtypeFrom(a[2]));
  return arrayValue(broadcastTo(value, newShapeFrom(a[0])));
}

template <int value> Value filledLike(Arguments a) {
  NdArray like = asArray(a[0]);
  NdArray number = newArray(Dtype::Float64, {});
  *number.fill<double>() = value;
  return arrayValue(
      broadcastTo(converted(number, a[1].isNone() ? like.dtype : dtypeFrom(a[1])), like.shape));
}

Value arange(Arguments a) {
  bool two = !a[1].isNone();
  Value start = two ? plain(a[0]) : Value(int64_t(0)), stop = plain(a[two ? 1 : 0]);
  Value step = a[2].isNone() ? Value(int64_t(1)) : plain(a[2]);
  if (!start.isNumber() || !stop.isNumber() || !step.isNumber() || step.number() == 0)
    throw PythonError{"ValueError: arange needs numbers and a step that is not 0"};
  auto count = static_cast<int64_t>(
      std::max(0.0, std::ceil((stop.number() - start.number()) / step.number())));
  bool whole = start.isInteger() && stop.isInteger() && step.isInteger();
  NdArray array = newArray(whole ? Dtype::Int64 : Dtype::Float64, {count});
  for (int64_t i = 0; i < count; ++i)
    if (whole)
      array.fill<int64_t>()[i] = start.integer() + i * step.integer();
    else
      array.fill<double>()[i] = start.number() + static_cast<double>(i) * step.number();
  return arrayValue(std::move(array));
}

Value linspace(Arguments a) {
  int64_t count = plain(a[2]).integer();
  double start = plain(a[0]).number(), stop = plain(a[1]).number();
  NdArray array = newArray(Dtype::Float64, {count});
  for (int64_t i = 0; i < count; ++i)
    array.fill<double>()[i] =
        i + 1 == count && i
            ? stop
            : start + static_cast<double>(i) *
                          ((stop - start) / static_cast<double>(std::max<int64_t>(count - 1, 1)));
  return arrayValue(std::move(array));
}

/// keras.utils.to_categorical of labels: [n] -> [n][classes], float64.
Value oneHot(Arguments a) {
  NdArray labels = converted(asArray(a[0]), Dtype::Int64);
  int64_t classes = plain(a[1]).integer();
  NdArray result = newArray(Dtype::Float64, {labels.size(), classes});
  for (int64_t i = 0; i < labels.size(); ++i)
    result.fill<double>()[i * classes + labels.as<int64_t>()[i]] = 1;
  return arrayValue(std::move(result));
}

Value toList(Arguments a) {
  const NdArray array = asArray(a[0]);
  if (array.shape.empty())
    return array.item(0);
  std::vector<Value> items;
  for (const Value &row : rowsOf(array))
    items.push_back(toList(Arguments(&row, 1)));
  return makeSequence(PythonSequence::List, std::move(items));
}

Value item(Arguments a) {
  NdArray array = asArray(a[0]);
  if (array.size() != 1)
    throw PythonError{"ValueError: can only convert an array of size 1 to a Python scalar"};
  return array.item(0);
}

Value astype(Arguments a) { return arrayValue(converted(asArray(a[0]), dtypeFrom(a[1]))); }

constexpr Function functions[] = {
    {"numpy.shape", 1, 1, shapeOf},
    {"numpy.ndim", 1, 1,
     [](Arguments a) { return Value(static_cast<int64_t>(asArray(a[0]).shape.size())); }},
    {"numpy.size", 1, 1, [](Arguments a) { return Value(asArray(a[0]).size()); }},
    {"numpy.dtype", 1, 1,
     [](Arguments a) { return Value(std::string(dtypeName(asArray(a[0]).dtype))); }},
    {"numpy.reshape", 2, 2, reshape},
    {"numpy.ravel", 1, 1, flatten},
    {"numpy.squeeze", 2, 2, squeeze},
    {"numpy.expand_dims", 2, 2, expandDims},
    {"numpy.transpose", 1, 1, transpose},
    {"numpy.concatenate", 2, 2, concatenate},
    {"numpy.stack", 2, 2, stack},
    {"numpy.vstack", 1, 1, stackFlat<true>},
    {"numpy.hstack", 1, 1, stackFlat<false>},
    {"numpy.append", 3, 3, append},
    {"numpy.take", 3, 3, take},
    {"numpy.diag", 1, 1, diagonal},
    {"numpy.diagonal", 1, 1, [](Arguments a) { return arrayValue(diagonalOf(asArray(a[0]))); }},
    {"numpy.trace", 1, 1, trace},
    {"numpy.repeat", 3, 3, repeat},
    {"numpy.flip", 2, 2, flip},
    {"numpy.check_samples", 2, 2, checkSamples},
    {"numpy.isin", 2, 2, isIn},
    {"numpy.full", 3, 3, full},
    {"numpy.zeros_like", 2, 2, filledLike<0>},
    {"numpy.ones_like", 2, 2, filledLike<1>},
    {"numpy.argsort", 2, 2, sortLast<true>},
    {"numpy.sort", 2, 2, sortLast<false>},
    {"numpy.unique", 2, 2, unique},
    {"numpy.bincount", 2, 2, bincount},
    {"numpy.nonzero", 1, 1, nonzero},
    {"numpy.flatnonzero", 1, 1, flatNonzero},
    {"numpy.cumsum", 1, 1, cumulativeSum},
    {"numpy.array_equal", 2, 2, arrayEqual},
    {"numpy.array", 2, 2, makeArray},
    {"numpy.zeros", 2, 2, filled<0>},
    {"numpy.ones", 2, 2, filled<1>},
    {"numpy.arange", 3, 3, arange},
    {"numpy.linspace", 3, 3, linspace},
    {"numpy.one_hot", 2, 2, oneHot},
    {"numpy.tolist", 1, 1, toList},
    {"numpy.item", 1, 1, item},
    {"numpy.astype", 2, 2, astype},
    {"numpy.copy", 1, 1, [](Arguments a) { return arrayValue(asArray(a[0])); }},
    {"time.time", 0, 0,
     [](Arguments) {
       return Value(
           std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
               .count());
     }},
    {"numpy.set_printoptions", 5, 5,
     [](Arguments a) {
       setPrintOptions(a[0], a[1], a[2], a[3], a[4]);
       return Value(PythonNone{});
     }},
};

} // namespace

std::span<const Function> arrayFunctions() { return functions; }

} // namespace ingot::runtime
