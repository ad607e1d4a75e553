#include "runtime/Core/Philox.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace ingot::runtime;

// The known answers that come with Random123 (file kat_vectors, "philox4x32 10"): all zeros, all
// ones, and the digits of pi.
TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
            (PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, StreamsDiffer) {
  RandomStream base(7, RandomPurpose::Initialize, 3);
  EXPECT_EQ(base.block(5), RandomStream(7, RandomPurpose::Initialize, 3).block(5));
  EXPECT_NE(base.block(5), RandomStream(8, RandomPurpose::Initialize, 3).block(5));
  EXPECT_NE(base.block(5), RandomStream(7, RandomPurpose::Shuffle, 3).block(5));
  EXPECT_NE(base.block(5), RandomStream(7, RandomPurpose::Initialize, 4).block(5));
  EXPECT_NE(base.block(5), base.block(6));
  EXPECT_NE(base.block(5), base.block(5, 1));
  // A seed's high half counts too.
  EXPECT_NE(base.block(5),
            RandomStream(7 + (uint64_t(1) << 40), RandomPurpose::Initialize, 3).block(5));
}

// Bounds are five standard errors of 200,000 draws.
TEST(Philox, UniformMoments) {
  RandomStream random(1, RandomPurpose::Initialize, 0);
  constexpr int draws = 200000;
  double sum = 0, squares = 0;
  for (int i = 0; i < draws; ++i) {
    float value = random.uniform(i);
    ASSERT_GE(value, 0.0f);
    ASSERT_LT(value, 1.0f);
    sum += value;
    squares += double(value) * value;
  }
  EXPECT_NEAR(sum / draws, 0.5, 5 * std::sqrt(1.0 / 12 / draws));
  EXPECT_NEAR(squares / draws, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / draws));
}

TEST(Philox, NormalMoments) {
  RandomStream random(2, RandomPurpose::Initialize, 0);
  constexpr int draws = 200000;
  double sums[5] = {};
  for (int i = 0; i < draws; ++i) {
    double value = random.normal(i), power = 1;
    for (double &sum : sums) {
      sum += power;
      power *= value;
    }
  }
  EXPECT_NEAR(sums[1] / draws, 0, 5 * std::sqrt(1.0 / draws));
  EXPECT_NEAR(sums[2] / draws, 1, 5 * std::sqrt(2.0 / draws));
  EXPECT_NEAR(sums[3] / draws, 0, 5 * std::sqrt(15.0 / draws));
  EXPECT_NEAR(sums[4] / draws, 3, 5 * std::sqrt(96.0 / draws));
}
