// Making, reshaping, ordering and searching arrays.

#include "runtime/Core/Philox.h"
#include "runtime/Python/Functions.h"
#include "runtime/Python/NdArray.h"
#include "runtime/Python/Random.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <numeric>

namespace ingot::runtime {

namespace {

//===- Shapes
//----------------------------------------------------------------------------------===//

std::vector<int64_t> shapeFrom(const Value &value) {
  std::vector<int64_t> shape;
  if (!value.sequence())
    return {plain(value).integer()};
  for (const Value &extent : value.sequence()->items)
    shape.push_back(plain(extent).integer());
  return shape;
}

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
  NdArray array = newArray(Dtype::Float64, shapeFrom(a[0]));
  std::fill_n(array.fill<double>(), array.size(), value);
  return arrayValue(a[1].isNone() ? array : converted(array, dtypeFrom(a[1])));
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

//===- Random choice
//---------------------------------------------------------------------------===//

int64_t below(int64_t limit) {
  if (limit <= 0)
    throw PythonError{"ValueError: a must be greater than 0 unless no samples are taken"};
  auto product = static_cast<unsigned __int128>(nextRandomBits()) * static_cast<uint64_t>(limit);
  return static_cast<int64_t>(product >> 64);
}

std::vector<int64_t> permutation(int64_t count) {
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (size_t last = order.size(); last > 1; --last)
    std::swap(order[last - 1], order[static_cast<size_t>(below(static_cast<int64_t>(last)))]);
  return order;
}

/// An array, or range(n) of an int n.
NdArray population(const Value &value) {
  if (plain(value).isInteger())
    return *arange(std::vector<Value>{value, PythonNone{}, PythonNone{}}).array();
  NdArray array = asArray(value);
  if (array.shape.empty())
    throw PythonError{"ValueError: a must be 1-dimensional or an integer"};
  return array;
}

/// numpy.random.choice(a, size, replace).
Value choice(Arguments a) {
  NdArray array = population(a[0]);
  if (array.shape[0] == 0)
    throw PythonError{"ValueError: 'a' cannot be empty unless no samples are taken"};
  if (a[1].isNone())
    return subscript(arrayValue(array), below(array.shape[0]));
  std::vector<int64_t> shape = shapeFrom(a[1]);
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  std::vector<int64_t> rows;
  if (truth(a[2])) {
    for (int64_t i = 0; i < count; ++i)
      rows.push_back(below(array.shape[0]));
  } else {
    if (count > array.shape[0])
      throw PythonError{
          "ValueError: Cannot take a larger sample than population when 'replace=False'"};
    rows = permutation(array.shape[0]);
    rows.resize(static_cast<size_t>(count));
  }
  NdArray taken = takeRows(array, rows);
  shape.insert(shape.end(), array.shape.begin() + 1, array.shape.end());
  return arrayValue(reshaped(taken, shape));
}

/// numpy.random.randint(low, high, size).
Value randomInteger(Arguments a) {
  int64_t low = a[1].isNone() ? 0 : plain(a[0]).integer();
  int64_t high = plain(a[1].isNone() ? a[0] : a[1]).integer();
  if (a[2].isNone())
    return low + below(high - low);
  NdArray result = newArray(Dtype::Int64, shapeFrom(a[2]));
  for (int64_t i = 0; i < result.size(); ++i)
    result.fill<int64_t>()[i] = low + below(high - low);
  return arrayValue(std::move(result));
}

Value permute(Arguments a) {
  NdArray array = population(a[0]);
  return arrayValue(takeRows(array, permutation(array.shape[0])));
}

/// random.choice(sequence), random.sample(sequence, k), random.randint(a, b).
Value pythonChoice(Arguments a) {
  std::vector<Value> items = itemsOf(a[0]);
  if (items.empty())
    throw PythonError{"IndexError: Cannot choose from an empty sequence"};
  return items[static_cast<size_t>(below(static_cast<int64_t>(items.size())))];
}

Value pythonSample(Arguments a) {
  std::vector<Value> items = itemsOf(a[0]), taken;
  int64_t count = plain(a[1]).integer();
  if (count < 0 || count > static_cast<int64_t>(items.size()))
    throw PythonError{"ValueError: Sample larger than population or is negative"};
  std::vector<int64_t> order = permutation(static_cast<int64_t>(items.size()));
  for (int64_t i = 0; i < count; ++i)
    taken.push_back(items[static_cast<size_t>(order[static_cast<size_t>(i)])]);
  return makeSequence(PythonSequence::List, std::move(taken));
}

Value pythonRandomInteger(Arguments a) {
  int64_t low = plain(a[0]).integer();
  return low + below(plain(a[1]).integer() - low + 1);
}

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
    {"numpy.random.choice", 3, 3, choice},
    {"numpy.random.randint", 3, 3, randomInteger},
    {"numpy.random.permutation", 1, 1, permute},
    {"random.choice", 1, 1, pythonChoice},
    {"random.sample", 2, 2, pythonSample},
    {"random.randint", 2, 2, pythonRandomInteger},
};

} // namespace

std::span<const Function> arrayFunctions() { return functions; }

} // namespace ingot::runtime
