// Keras's initializers on counter-based random numbers. Distributions are Keras's, the draws are
// not.

#include "runtime/Core/Initializers.h"

#include "runtime/Core/Error.h"
#include "runtime/Core/Layout.h"
#include "runtime/Core/Philox.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace ingot::runtime {

/// Uniform in [a, b), also where rounding to float would give b.
static float uniformIn(float unit, double a, double b) {
  float value = static_cast<float>(a + (b - a) * unit);
  float end = static_cast<float>(b);
  return value < end ? value : std::nextafter(end, static_cast<float>(a));
}

/// Draws again beyond two sigma, as Keras does.
static double truncatedNormal(const RandomStream &random, uint64_t index) {
  for (uint64_t attempt = 0;; ++attempt)
    if (double value = random.normal(index, attempt); std::fabs(value) <= 2)
      return value;
}

static double dot(const double *a, const double *b, int64_t length) {
  double sum = 0;
  for (int64_t i = 0; i < length; ++i)
    sum += a[i] * b[i];
  return sum;
}

/// Makes the rows of `matrix` orthonormal by modified Gram-Schmidt, twice for full precision. The
/// result is the Q of that QR decomposition whose R has a positive diagonal, which is what Keras
/// takes.
static void orthonormalizeRows(std::vector<double> &matrix, int64_t rows, int64_t columns) {
  for (int64_t row = 0; row < rows; ++row) {
    double *current = matrix.data() + row * columns;
    for (int pass = 0; pass < 2; ++pass)
      for (int64_t earlier = 0; earlier < row; ++earlier) {
        const double *other = matrix.data() + earlier * columns;
        double projection = dot(current, other, columns);
        for (int64_t i = 0; i < columns; ++i)
          current[i] -= projection * other[i];
      }
    double norm = std::sqrt(dot(current, current, columns));
    for (int64_t i = 0; i < columns; ++i)
      current[i] /= norm;
  }
}

static void fillOrthogonal(std::vector<float> &values, const IngotParameter &parameter,
                           const RandomStream &random) {
  int64_t columns = parameter.rank ? parameter.shape[parameter.rank - 1] : 1;
  int64_t rows = static_cast<int64_t>(values.size()) / columns;
  // The shorter side's vectors become orthonormal, each of the longer side's length.
  int64_t vectors = std::min(rows, columns), length = std::max(rows, columns);
  std::vector<double> matrix(values.size());
  for (size_t i = 0; i < matrix.size(); ++i)
    matrix[i] = random.normal(i);
  orthonormalizeRows(matrix, vectors, length);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      double entry = rows < columns ? matrix[row * length + column] : matrix[column * length + row];
      values[row * columns + column] = static_cast<float>(parameter.a * entry);
    }
}

static void fillIdentity(std::vector<float> &values, const IngotParameter &parameter) {
  if (parameter.rank != 2)
    throw Error{fmt::format("{}: the identity initializer needs 2 dimensions, not {}",
                            parameter.name, parameter.rank)};
  int64_t rows = parameter.shape[0], columns = parameter.shape[1];
  for (int64_t i = 0; i < std::min(rows, columns); ++i)
    values[i * columns + i] = static_cast<float>(parameter.a);
}

std::vector<float> initialValues(const IngotParameter &parameter, uint64_t seed) {
  std::vector<float> values(Layout(parameter).size(), 0.0f);
  RandomStream random(seed, RandomPurpose::Initialize, parameter.stream);
  auto fill = [&](auto draw) {
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(draw(i));
  };
  double a = parameter.a, b = parameter.b;
  switch (parameter.initializer) {
  case INGOT_INIT_ZEROS:
    break;
  case INGOT_INIT_ONES:
    std::fill(values.begin(), values.end(), 1.0f);
    break;
  case INGOT_INIT_CONSTANT:
    std::fill(values.begin(), values.end(), static_cast<float>(a));
    break;
  case INGOT_INIT_UNIFORM:
    fill([&](size_t i) { return uniformIn(random.uniform(i), a, b); });
    break;
  case INGOT_INIT_NORMAL:
    fill([&](size_t i) { return a + b * random.normal(i); });
    break;
  case INGOT_INIT_TRUNCATED_NORMAL:
    fill([&](size_t i) { return a + b * truncatedNormal(random, i); });
    break;
  case INGOT_INIT_ORTHOGONAL:
    fillOrthogonal(values, parameter, random);
    break;
  case INGOT_INIT_IDENTITY:
    fillIdentity(values, parameter);
    break;
  default:
    throw Error{fmt::format("{}: this program's initializer {} is not known to its runtime",
                            parameter.name, parameter.initializer)};
  }
  return values;
}

} // namespace ingot::runtime
