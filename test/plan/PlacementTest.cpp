// Random placement problems, checked by painting every byte.

#include "compiler/Plan/Placement.h"

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

using namespace ingot::plan;

namespace {

/// The same problems in every run.
std::mt19937 seeded(unsigned seed) { return std::mt19937(seed); }

Item single(int64_t bytes, int64_t first, int64_t last, std::vector<unsigned> peers = {}) {
  return {{{0, bytes, first, last}}, std::move(peers)};
}

/// For every launch, paints the bytes that are in use; false if one is painted twice.
bool isDisjoint(const std::vector<Item> &items, const Placement &placement, int64_t launches) {
  for (int64_t launch = 0; launch <= launches; ++launch) {
    std::vector<bool> used(placement.bytes, false);
    for (size_t i = 0; i < items.size(); ++i)
      for (const Part &part : items[i].parts)
        if (part.first <= launch && launch <= part.last)
          for (int64_t byte = 0; byte < part.bytes; ++byte) {
            size_t at = placement.offsets[i] + part.offset + byte;
            if (at >= used.size() || used[at])
              return false;
            used[at] = true;
          }
  }
  return true;
}

std::vector<Item> randomItems(std::mt19937 &random, int64_t launches) {
  auto below = [&](int64_t n) { return static_cast<int64_t>(random() % n); };
  std::vector<Item> items(1 + below(20));
  for (Item &item : items) {
    int64_t offset = 0;
    for (int64_t parts = below(4) ? 1 : 1 + below(5); parts > 0; --parts) {
      int64_t first = below(launches),
              bytes = below(8) ? 1 + below(500) : 4096 * 4 + below(3) * 4096;
      item.parts.push_back({offset, bytes, first, first + below(launches - first + 1)});
      offset += alignUp(bytes);
    }
    for (unsigned i = 0; i < items.size(); ++i)
      if (!below(3))
        item.peers.push_back(i);
  }
  return items;
}

TEST(Placement, RandomProblemsAreDisjoint) {
  std::mt19937 random = seeded(1);
  for (int round = 0; round < 300; ++round) {
    std::vector<Item> items = randomItems(random, 8);
    Placement placement = place(items);
    EXPECT_EQ(findFault(items, placement), std::nullopt);
    EXPECT_TRUE(isDisjoint(items, placement, 8));
  }
}

TEST(Placement, ProofFindsWhatPaintingFinds) {
  std::mt19937 random = seeded(2);
  int faulty = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<Item> items = randomItems(random, 8);
    Placement placement = place(items);
    placement.offsets[random() % items.size()] = 64 * (random() % 8);
    placement.bytes += 1 << 17; // the moved item stays inside
    bool valid = isDisjoint(items, placement, 8);
    faulty += !valid;
    EXPECT_EQ(!findFault(items, placement), valid);
  }
  EXPECT_GT(faulty, 50);
}

TEST(Placement, ProofFindsMisalignedAndOutside) {
  std::vector<Item> items = {single(64, 0, 0)};
  EXPECT_NE(findFault(items, {{32}, 128}), std::nullopt);
  EXPECT_NE(findFault(items, {{64}, 64}), std::nullopt);
  EXPECT_EQ(findFault(items, {{64}, 128}), std::nullopt);
}

TEST(Placement, ReusesMemory) {
  // A chain, each buffer read by the next launch only: two of three are in use at once.
  std::vector<Item> items = {single(1024, 0, 1), single(1024, 1, 2), single(1024, 2, 3),
                             single(1024, 3, 4)};
  EXPECT_EQ(place(items).bytes, 2048);
}

TEST(Placement, TakesTheTightestGap) {
  // When the last is placed, its launch leaves gaps of 512 and of 128 bytes.
  std::vector<Item> items = {single(512, 0, 0), single(256, 0, 1), single(128, 0, 0),
                             single(64, 0, 1), single(64, 1, 1)};
  Placement placement = place(items);
  EXPECT_EQ(placement.offsets[4], placement.offsets[2]);
}

TEST(Placement, PartsShareTimeWithOthers) {
  // The second part of the pair is in use from launch 2 on: its memory serves the single buffer
  // before.
  std::vector<Item> items = {{{{0, 512, 0, 3}, {512, 512, 2, 3}}, {}}, single(512, 0, 1)};
  Placement placement = place(items);
  EXPECT_EQ(placement.bytes, 1024);
  EXPECT_EQ(placement.offsets[1], 512);
}

TEST(Placement, LargePeersStartAtDifferentPlacesOfAPage) {
  std::vector<unsigned> all(5);
  std::iota(all.begin(), all.end(), 0u);
  std::vector<Item> items(5, single(65536, 0, 0, all));
  Placement placement = place(items);
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < i; ++j)
      EXPECT_GE(std::abs(placement.offsets[i] % 4096 - placement.offsets[j] % 4096), 256);
  EXPECT_LE(placement.bytes, 5 * (65536 + 4096));
}

} // namespace
