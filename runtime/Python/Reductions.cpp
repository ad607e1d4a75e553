// Sums, means, extremes and the like, over all elements or along an axis.
// Operands: array, axis (None: all elements), keepdims; std and var: array, axis, ddof, keepdims.

#include "runtime/Python/Functions.h"
#include "runtime/Python/NdArray.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace ingot::runtime {

/// Pairwise, in blocks of 128 with eight sums each, as NumPy adds along contiguous memory: the bits
/// of a mean are those that NumPy prints.
template <typename T> static T pairwiseSum(const T *values, int64_t count) {
  if (count < 8) {
    T sum = 0;
    for (int64_t i = 0; i < count; ++i)
      sum += values[i];
    return sum;
  }
  if (count > 128) {
    int64_t half = count / 2;
    half -= half % 8;
    return pairwiseSum(values, half) + pairwiseSum(values + half, count - half);
  }
  T sums[8];
  std::copy_n(values, 8, sums);
  int64_t i = 8;
  for (; i + 8 <= count; i += 8)
    for (int64_t lane = 0; lane < 8; ++lane)
      sums[lane] += values[i + lane];
  T sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  for (; i < count; ++i)
    sum += values[i];
  return sum;
}

namespace {

/// The axes that an int or a tuple names, counted from 0.
std::vector<size_t> axesOf(const Value &axis, size_t rank) {
  std::vector<size_t> axes;
  if (!axis.sequence())
    return {axisOf(axis, rank)};
  for (const Value &each : axis.sequence()->items)
    axes.push_back(axisOf(each, rank));
  return axes;
}

/// The lines along which a reduction goes.
struct Lines {
  std::vector<int64_t> shape, kept; // of the result, without and with the axis
  int64_t outer = 1, length = 1, inner = 1;

  Lines(const NdArray &array, const Value &axis) {
    if (axis.isNone()) {
      length = array.size();
      kept.assign(array.shape.size(), 1);
      return;
    }
    if (axis.sequence())
      throw PythonError{"NotImplementedError: this function over several axes; mean, std and var "
                        "take them"};
    size_t at = axisOf(axis, array.shape.size());
    shape = kept = array.shape;
    shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(at));
    kept[at] = 1;
    length = array.shape[at];
    for (size_t i = 0; i < array.shape.size(); ++i)
      (i < at ? outer : inner) *= i == at ? 1 : array.shape[i];
  }
};

/// One number of a line of numbers; `contiguous` where they lie side by side in the array.
template <typename Result, typename T, typename F>
Value reduceLines(const NdArray &array, const Value &axis, const Value &keepDimensions, Dtype dtype,
                  const F &function) {
  Lines lines(array, axis);
  NdArray result = newArray(dtype, truth(keepDimensions) ? lines.kept : lines.shape);
  std::vector<T> line(static_cast<size_t>(lines.length));
  for (int64_t outer = 0; outer < lines.outer; ++outer)
    for (int64_t inner = 0; inner < lines.inner; ++inner) {
      const T *from = array.as<T>() + outer * lines.length * lines.inner + inner;
      for (int64_t i = 0; i < lines.length; ++i)
        line[static_cast<size_t>(i)] = from[i * lines.inner];
      result.fill<Result>()[outer * lines.inner + inner] =
          static_cast<Result>(function(line.data(), lines.length, lines.inner == 1));
    }
  return arrayValue(std::move(result));
}

void needElements(const NdArray &array, const Value &axis, const char *what) {
  if (Lines(array, axis).length == 0)
    throw PythonError{fmt::format("ValueError: {} of an empty sequence", what)};
}

template <typename T> T sumOf(const T *values, int64_t count, bool contiguous) {
  if (contiguous && std::is_floating_point_v<T>)
    return pairwiseSum(values, count);
  T sum = 0;
  for (int64_t i = 0; i < count; ++i)
    sum += values[i];
  return sum;
}

/// Whole numbers are added up in int64, floats in their own type.
NdArray summable(const Value &value) {
  NdArray array = asArray(value);
  return isFloating(array.dtype) ? array : converted(array, Dtype::Int64);
}

/// Calls function.operator()<T>() for int64, float or double.
template <typename F> Value withNumber(Dtype dtype, F &&function) {
  if (dtype == Dtype::Float32)
    return function.template operator()<float>();
  return dtype == Dtype::Float64 ? function.template operator()<double>()
                                 : function.template operator()<int64_t>();
}

Value sum(Arguments a) {
  NdArray array = summable(a[0]);
  return withNumber(array.dtype, [&]<typename T>() {
    return reduceLines<T, T>(array, a[1], a[2], array.dtype, sumOf<T>);
  });
}

Value product(Arguments a) {
  NdArray array = summable(a[0]);
  return withNumber(array.dtype, [&]<typename T>() {
    return reduceLines<T, T>(array, a[1], a[2], array.dtype, [](const T *x, int64_t n, bool) {
      T result = 1;
      for (int64_t i = 0; i < n; ++i)
        result *= x[i];
      return result;
    });
  });
}

NdArray averageable(const Value &value) {
  NdArray array = asArray(value);
  return isFloating(array.dtype) ? array : converted(array, Dtype::Float64);
}

/// Mean and sum of squared deviations over several axes, in one pass over memory and in double.
struct Moments {
  std::vector<int64_t> shape, kept;
  std::vector<double> mean, squares;
  int64_t count = 0; // of elements behind each number

  Moments(const NdArray &array, const std::vector<size_t> &axes) {
    shape = kept = array.shape;
    for (size_t axis : axes) {
      kept[axis] = 1;
      shape[axis] = -1;
    }
    std::erase(shape, -1);
    withType(array.dtype, [&]<typename T>() { add(array.as<T>(), array.shape, axes); });
  }

private:
  template <typename T>
  void add(const T *values, const std::vector<int64_t> &extents, const std::vector<size_t> &axes) {
    // Where the result's element lies whose numbers an element is among: a stride of 0 along the
    // axes.
    std::vector<int64_t> strides(extents.size()), place(extents.size());
    int64_t results = 1, all = 1;
    for (size_t dim = extents.size(); dim-- > 0; all *= extents[dim])
      if (std::find(axes.begin(), axes.end(), dim) == axes.end()) {
        strides[dim] = results;
        results *= extents[dim];
      }
    mean.assign(static_cast<size_t>(results), 0);
    squares.assign(static_cast<size_t>(results), 0);
    count = results ? all / results : 0;
    if (all == 0)
      return;
    // Squares are of values shifted by the first of their kind, so that sums keep their digits.
    std::vector<double> first(mean.size()), sums(mean.size());
    std::vector<bool> known(mean.size());
    size_t last = extents.size() - 1;
    for (int64_t row = 0, target = 0; row < all; row += extents[last]) {
      for (int64_t i = 0; i < extents[last]; ++i) {
        size_t at = static_cast<size_t>(target + i * strides[last]);
        double value = static_cast<double>(values[row + i]);
        if (!known[at]) {
          known[at] = true;
          first[at] = value;
        }
        sums[at] += value;
        squares[at] += (value - first[at]) * (value - first[at]);
      }
      for (size_t dim = last; dim-- > 0;) {
        target += strides[dim];
        if (++place[dim] < extents[dim])
          break;
        target -= strides[dim] * extents[dim];
        place[dim] = 0;
      }
    }
    for (size_t at = 0; at < mean.size(); ++at) {
      mean[at] = sums[at] / static_cast<double>(count);
      double shift = mean[at] - first[at];
      squares[at] = std::max(0.0, squares[at] - shift * shift * static_cast<double>(count));
    }
  }
};

/// Whether lines of doubles would be a copy eight times as large: samples of images.
bool isLarge(const NdArray &array, const Value &axis) {
  return axis.sequence() ||
         (!axis.isNone() && array.dtype == Dtype::UInt8 && array.size() > 1 << 16);
}

/// `number` of each element's mean and sum of squares, in the type that NumPy gives.
template <typename F>
Value ofMoments(const NdArray &array, const Value &axis, const Value &keepDimensions,
                const F &number) {
  Moments moments(array, axesOf(axis, array.shape.size()));
  NdArray result = newArray(Dtype::Float64, truth(keepDimensions) ? moments.kept : moments.shape);
  for (size_t i = 0; i < moments.mean.size(); ++i)
    result.fill<double>()[i] = number(moments.mean[i], moments.squares[i], moments.count);
  return arrayValue(array.dtype == Dtype::Float32 ? converted(result, Dtype::Float32) : result);
}

template <typename T> T meanOf(const T *values, int64_t count, bool contiguous) {
  return sumOf(values, count, contiguous) / static_cast<T>(count);
}

/// Of nothing: nan, as NumPy.
Value mean(Arguments a) {
  if (a[1].sequence())
    return ofMoments(asArray(a[0]), a[1], a[2],
                     [](double mean, double, int64_t n) { return n ? mean : NAN; });
  NdArray array = averageable(a[0]);
  if (array.dtype == Dtype::Float32)
    return reduceLines<float, float>(array, a[1], a[2], array.dtype, meanOf<float>);
  return reduceLines<double, double>(array, a[1], a[2], array.dtype, meanOf<double>);
}

template <bool root, typename T>
Value spread(const NdArray &array, const Value &axis, const Value &keep, double ddof) {
  return reduceLines<T, T>(array, axis, keep, array.dtype, [&](T *x, int64_t n, bool contiguous) {
    T center = meanOf(x, n, contiguous);
    for (int64_t i = 0; i < n; ++i)
      x[i] = (x[i] - center) * (x[i] - center);
    T variance = sumOf(x, n, contiguous) / static_cast<T>(static_cast<double>(n) - ddof);
    return root ? std::sqrt(variance) : variance;
  });
}

template <bool root> Value spread(Arguments a) {
  double ddof = plain(a[2]).number();
  if (NdArray given = asArray(a[0]); isLarge(given, a[1]))
    return ofMoments(given, a[1], a[3], [&](double, double squares, int64_t n) {
      double variance = squares / (static_cast<double>(n) - ddof);
      return root ? std::sqrt(variance) : variance;
    });
  NdArray array = averageable(a[0]);
  return array.dtype == Dtype::Float32 ? spread<root, float>(array, a[1], a[3], ddof)
                                       : spread<root, double>(array, a[1], a[3], ddof);
}

template <typename T> bool isNaN(T value) {
  if constexpr (std::is_floating_point_v<T>)
    return std::isnan(value);
  return false;
}

/// The position of the first greatest or least element; a NaN counts as it.
template <bool greatest, typename T> int64_t extremeAt(const T *x, int64_t n) {
  int64_t best = 0;
  for (int64_t i = 1; i < n && !isNaN(x[best]); ++i)
    if ((greatest ? x[i] > x[best] : x[i] < x[best]) || isNaN(x[i]))
      best = i;
  return best;
}

template <bool greatest> Value extreme(Arguments a) {
  NdArray array = asArray(a[0]);
  needElements(array, a[1], greatest ? "max" : "min");
  Dtype dtype = array.dtype == Dtype::Bool ? Dtype::UInt8 : array.dtype;
  NdArray numbers = converted(array, dtype);
  Value result = withType(dtype, [&]<typename T>() -> Value {
    if constexpr (std::is_same_v<T, bool>)
      return PythonNone{};
    else
      return reduceLines<T, T>(numbers, a[1], a[2], dtype, [](const T *x, int64_t n, bool) {
        return x[extremeAt<greatest>(x, n)];
      });
  });
  return array.dtype == Dtype::Bool ? arrayValue(converted(*result.array(), Dtype::Bool)) : result;
}

template <bool greatest> Value positionOfExtreme(Arguments a) {
  NdArray array = asArray(a[0]);
  needElements(array, a[1], greatest ? "argmax" : "argmin");
  if (array.dtype == Dtype::Bool)
    array = converted(array, Dtype::UInt8);
  return withType(array.dtype, [&]<typename T>() -> Value {
    if constexpr (std::is_same_v<T, bool>)
      return PythonNone{};
    else
      return reduceLines<int64_t, T>(
          array, a[1], a[2], Dtype::Int64,
          [](const T *x, int64_t n, bool) { return extremeAt<greatest>(x, n); });
  });
}

/// Bools as bytes: what lines of truth are made of.
NdArray truths(const Value &value) {
  return converted(converted(asArray(value), Dtype::Bool), Dtype::UInt8);
}

template <bool all> Value quantifier(Arguments a) {
  return reduceLines<bool, uint8_t>(truths(a[0]), a[1], a[2], Dtype::Bool,
                                    [](const uint8_t *x, int64_t n, bool) {
                                      for (int64_t i = 0; i < n; ++i)
                                        if ((x[i] != 0) != all)
                                          return !all;
                                      return all;
                                    });
}

Value countNonzero(Arguments a) {
  return reduceLines<int64_t, uint8_t>(
      truths(a[0]), a[1], a[2], Dtype::Int64,
      [](const uint8_t *x, int64_t n, bool) { return n - std::count(x, x + n, 0); });
}

Value median(Arguments a) {
  NdArray array = averageable(a[0]);
  auto of = [&]<typename T>() {
    return reduceLines<T, T>(array, a[1], a[2], array.dtype, [](T *x, int64_t n, bool) -> T {
      if (n == 0 || std::any_of(x, x + n, isNaN<T>))
        return NAN;
      std::sort(x, x + n);
      return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
    });
  };
  return array.dtype == Dtype::Float32 ? of.template operator()<float>()
                                       : of.template operator()<double>();
}

constexpr Function functions[] = {
    {"numpy.sum", 3, 3, sum},
    {"numpy.prod", 3, 3, product},
    {"numpy.mean", 3, 3, mean},
    {"numpy.std", 4, 4, spread<true>},
    {"numpy.var", 4, 4, spread<false>},
    {"numpy.max", 3, 3, extreme<true>},
    {"numpy.min", 3, 3, extreme<false>},
    {"numpy.argmax", 3, 3, positionOfExtreme<true>},
    {"numpy.argmin", 3, 3, positionOfExtreme<false>},
    {"numpy.all", 3, 3, quantifier<true>},
    {"numpy.any", 3, 3, quantifier<false>},
    {"numpy.count_nonzero", 3, 3, countNonzero},
    {"numpy.median", 3, 3, median},
};

} // namespace

std::span<const Function> reductionFunctions() { return functions; }

} // namespace ingot::runtime
