// Random numbers that a script draws: numpy.random's and random's functions. The distributions are
// theirs, the numbers are not.

#include "runtime/Python/Functions.h"
#include "runtime/Python/NdArray.h"
#include "runtime/Python/Random.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ingot::runtime {

namespace {

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
    return *callBuiltin("numpy.arange", std::vector<Value>{value, PythonNone{}, PythonNone{}})
                .array();
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
  std::vector<int64_t> shape = newShapeFrom(a[1]);
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
  NdArray result = newArray(Dtype::Int64, newShapeFrom(a[2]));
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

/// Numbers of a distribution, one for each element of `size`; a NumPy float where that is None.
template <typename Draw> Value drawn(const Value &size, const Draw &draw) {
  NdArray result =
      newArray(Dtype::Float64, size.isNone() ? std::vector<int64_t>() : newShapeFrom(size));
  draw(result.fill<double>(), result.size());
  return size.isNone() ? result.item(0) : arrayValue(std::move(result));
}

/// numpy.random.normal(loc, scale, size).
Value normal(Arguments a) {
  double mean = plain(a[0]).number(), deviation = plain(a[1]).number();
  if (deviation < 0)
    throw PythonError{"ValueError: scale < 0"};
  return drawn(a[2], [&](double *to, int64_t count) {
    randomNormals(to, count);
    for (int64_t i = 0; i < count; ++i)
      to[i] = mean + deviation * to[i];
  });
}

/// numpy.random.uniform(low, high, size).
Value uniform(Arguments a) {
  double low = plain(a[0]).number(), high = plain(a[1]).number();
  return drawn(a[2], [&](double *to, int64_t count) {
    for (int64_t i = 0; i < count; ++i)
      to[i] = low + (high - low) * static_cast<double>(nextRandomBits() >> 11) * 0x1p-53;
  });
}

Value pythonUniform(Arguments a) { return uniform(std::vector<Value>{a[0], a[1], PythonNone{}}); }

Value standardNormal(Arguments a) { return normal(std::vector<Value>{0.0, 1.0, a[0]}); }
Value standardUniform(Arguments a) { return uniform(std::vector<Value>{0.0, 1.0, a[0]}); }

constexpr Function functions[] = {
    {"numpy.random.choice", 3, 3, choice},
    {"numpy.random.randint", 3, 3, randomInteger},
    {"numpy.random.permutation", 1, 1, permute},
    {"random.choice", 1, 1, pythonChoice},
    {"random.sample", 2, 2, pythonSample},
    {"random.randint", 2, 2, pythonRandomInteger},
    {"numpy.random.normal", 3, 3, normal},
    {"numpy.random.standard_normal", 1, 1, standardNormal},
    {"numpy.random.uniform", 3, 3, uniform},
    {"numpy.random.random", 1, 1, standardUniform},
    {"random.uniform", 2, 2, pythonUniform},
};

} // namespace

std::span<const Function> randomFunctions() { return functions; }

} // namespace ingot::runtime
