// Layouts and initializers.

#include "runtime/Core/Error.h"
#include "runtime/Core/Initializers.h"
#include "runtime/Core/Layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace ingot::runtime;

static IngotParameter parameterOf(std::vector<int64_t> shape, int64_t block = 0) {
  IngotParameter parameter = {};
  parameter.name = "layer/kernel";
  parameter.rank = static_cast<uint32_t>(shape.size());
  std::copy(shape.begin(), shape.end(), parameter.shape);
  parameter.block = block;
  return parameter;
}

TEST(Layout, BlockedPlaces) {
  // [2][5] in blocks of 4: two blocks, each [2][4]; the second has one lane and three of padding.
  Layout layout(parameterOf({2, 5}, 4));
  ASSERT_EQ(layout.size(), 10);
  ASSERT_EQ(layout.storedSize(), 16);
  std::vector<float> logical(10), stored(16, -1), back(10);
  std::iota(logical.begin(), logical.end(), 0.0f);
  layout.pack(logical, stored);
  EXPECT_EQ(stored, (std::vector<float>{0, 1, 2, 3, 5, 6, 7, 8, 4, 0, 0, 0, 9, 0, 0, 0}));
  layout.unpack(stored, back);
  EXPECT_EQ(back, logical);
}

TEST(Layout, RoundTrips) {
  for (const std::vector<int64_t> &shape :
       {std::vector<int64_t>{}, {7}, {3, 3, 2, 33}, {5, 1}, {1, 1, 1, 64}})
    for (int64_t block : {0, 1, 8, 32}) {
      Layout layout(parameterOf(shape, block));
      std::vector<float> logical(layout.size()), stored(layout.storedSize()), back(layout.size());
      std::iota(logical.begin(), logical.end(), 1.0f);
      layout.pack(logical, stored);
      layout.unpack(stored, back);
      EXPECT_EQ(back, logical);
      EXPECT_EQ(std::count(stored.begin(), stored.end(), 0.0f),
                layout.storedSize() - layout.size());
    }
}

static IngotParameter initialized(std::vector<int64_t> shape, IngotInitializer kind, double a,
                                  double b) {
  IngotParameter parameter = parameterOf(std::move(shape));
  parameter.initializer = kind;
  parameter.a = a;
  parameter.b = b;
  parameter.stream = 11;
  return parameter;
}

struct Moments {
  double mean = 0, deviation = 0, least = INFINITY, most = -INFINITY;
};

static Moments momentsOf(const std::vector<float> &values) {
  Moments result;
  double squares = 0;
  for (float value : values) {
    result.mean += value / double(values.size());
    squares += double(value) * value / double(values.size());
    result.least = std::min<double>(result.least, value);
    result.most = std::max<double>(result.most, value);
  }
  result.deviation = std::sqrt(squares - result.mean * result.mean);
  return result;
}

TEST(Initializers, Constants) {
  EXPECT_EQ(initialValues(initialized({3}, INGOT_INIT_ZEROS, 0, 0), 0), (std::vector<float>(3, 0)));
  EXPECT_EQ(initialValues(initialized({3}, INGOT_INIT_ONES, 0, 0), 0), (std::vector<float>(3, 1)));
  EXPECT_EQ(initialValues(initialized({3}, INGOT_INIT_CONSTANT, 0.25, 0), 0),
            (std::vector<float>(3, 0.25f)));
}

TEST(Initializers, IndependentOfLayoutButNotOfSeed) {
  IngotParameter plain = initialized({3, 3, 4, 20}, INGOT_INIT_UNIFORM, -1, 1), blocked = plain;
  blocked.block = 32;
  EXPECT_EQ(initialValues(plain, 5), initialValues(blocked, 5));
  EXPECT_NE(initialValues(plain, 5), initialValues(plain, 6));
  blocked.stream = 12;
  EXPECT_NE(initialValues(plain, 5), initialValues(blocked, 5));
}

TEST(Initializers, Uniform) {
  Moments moments =
      momentsOf(initialValues(initialized({400, 500}, INGOT_INIT_UNIFORM, -0.3, 0.1), 1));
  EXPECT_GE(moments.least, -0.3f);
  EXPECT_LT(moments.most, 0.1f);
  EXPECT_NEAR(moments.mean, -0.1, 1.3e-3);
  EXPECT_NEAR(moments.deviation, 0.4 / std::sqrt(12.0), 1e-3);
}

TEST(Initializers, Normal) {
  Moments moments = momentsOf(initialValues(initialized({400, 500}, INGOT_INIT_NORMAL, 2, 0.5), 1));
  EXPECT_NEAR(moments.mean, 2, 6e-3);
  EXPECT_NEAR(moments.deviation, 0.5, 4e-3);
  EXPECT_GT(moments.most, 2 + 4 * 0.5);
}

TEST(Initializers, TruncatedNormal) {
  Moments moments =
      momentsOf(initialValues(initialized({400, 500}, INGOT_INIT_TRUNCATED_NORMAL, 1, 0.5), 1));
  EXPECT_GE(moments.least, 0.0f);
  EXPECT_LE(moments.most, 2.0f);
  EXPECT_NEAR(moments.mean, 1, 5e-3);
  // A normal distribution cut at two sigma has this share of its deviation.
  EXPECT_NEAR(moments.deviation, 0.5 * 0.87962566, 4e-3);
}

static void expectOrthogonal(std::vector<int64_t> shape, int64_t rows, int64_t columns) {
  std::vector<float> matrix = initialValues(initialized(shape, INGOT_INIT_ORTHOGONAL, 2, 0), 3);
  bool tall = rows >= columns;
  int64_t vectors = std::min(rows, columns), length = std::max(rows, columns);
  auto at = [&](int64_t vector, int64_t i) {
    return double(tall ? matrix[i * columns + vector] : matrix[vector * columns + i]);
  };
  for (int64_t a = 0; a < vectors; ++a)
    for (int64_t b = 0; b < vectors; ++b) {
      double product = 0;
      for (int64_t i = 0; i < length; ++i)
        product += at(a, i) * at(b, i);
      EXPECT_NEAR(product, a == b ? 4 : 0, 1e-5);
    }
}

TEST(Initializers, Orthogonal) {
  expectOrthogonal({3, 3, 2, 7}, 18, 7);
  expectOrthogonal({4, 9}, 4, 9);
  expectOrthogonal({5, 5}, 5, 5);
}

TEST(Initializers, Identity) {
  EXPECT_EQ(initialValues(initialized({2, 3}, INGOT_INIT_IDENTITY, 3, 0), 0),
            (std::vector<float>{3, 0, 0, 0, 3, 0}));
  EXPECT_THROW(initialValues(initialized({2, 2, 2}, INGOT_INIT_IDENTITY, 1, 0), 0), Error);
}
