// Random launches: the closure of `after` orders exactly what must be ordered.

#include "compiler/Plan/Dependencies.h"

#include <gtest/gtest.h>
#include <random>

using namespace ingot::plan;

namespace {

/// The same problems in every run.
std::mt19937 seeded(unsigned seed) { return std::mt19937(seed); }

using Closure = std::vector<std::vector<bool>>;

/// Warshall's algorithm.
Closure closureOf(const std::vector<std::vector<int64_t>> &after) {
  size_t n = after.size();
  Closure closure(n, std::vector<bool>(n, false));
  for (size_t i = 0; i < n; ++i)
    for (int64_t j : after[i])
      closure[i][j] = true;
  for (size_t k = 0; k < n; ++k)
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j)
        closure[i][j] = closure[i][j] || (closure[i][k] && closure[k][j]);
  return closure;
}

/// The pairs in conflict, byte by byte.
std::vector<std::vector<int64_t>> conflictsOf(const std::vector<std::vector<Access>> &launches) {
  auto touches = [](const std::vector<Access> &accesses, int64_t byte, bool writes) {
    for (const Access &access : accesses)
      if (access.begin <= byte && byte < access.end && (access.written || !writes))
        return true;
    return false;
  };
  std::vector<std::vector<int64_t>> conflicts(launches.size());
  for (size_t i = 0; i < launches.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      for (int64_t byte = 0; byte < 64; ++byte)
        if ((touches(launches[i], byte, true) && touches(launches[j], byte, false)) ||
            (touches(launches[j], byte, true) && touches(launches[i], byte, false))) {
          conflicts[i].push_back(j);
          break;
        }
  return conflicts;
}

std::vector<std::vector<Access>> randomLaunches(std::mt19937 &random) {
  std::vector<std::vector<Access>> launches(1 + random() % 20);
  for (auto &launch : launches)
    for (unsigned accesses = random() % 4; accesses > 0; --accesses) {
      int64_t begin = random() % 60;
      launch.push_back({begin, begin + 1 + static_cast<int64_t>(random() % 4), random() % 3 == 0});
    }
  return launches;
}

TEST(Dependencies, ClosureIsThatOfAllConflicts) {
  std::mt19937 random = seeded(1);
  for (int round = 0; round < 500; ++round) {
    auto launches = randomLaunches(random);
    EXPECT_EQ(closureOf(dependencies(launches)), closureOf(conflictsOf(launches)));
  }
}

TEST(Dependencies, NoneIsImpliedByTheOthers) {
  std::mt19937 random = seeded(2);
  for (int round = 0; round < 500; ++round) {
    auto after = dependencies(randomLaunches(random));
    Closure closure = closureOf(after);
    for (const auto &own : after)
      for (int64_t j : own)
        for (int64_t k : own)
          EXPECT_FALSE(closure[k][j]);
  }
}

TEST(Dependencies, ReadsMayRunTogether) {
  std::vector<std::vector<Access>> launches = {{{0, 8, true}},
                                               {{0, 8, false}, {8, 16, true}},
                                               {{0, 8, false}, {16, 24, true}},
                                               {{0, 4, true}}};
  std::vector<std::vector<int64_t>> expected = {{}, {0}, {0}, {1, 2}};
  EXPECT_EQ(dependencies(launches), expected);
}

} // namespace
