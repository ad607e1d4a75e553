// The executor: every unit once, nothing before its predecessors, the same bits on any number of
// threads.

#include "runtime/Core/Error.h"
#include "runtime/Core/Philox.h"
#include "runtime/Device/CpuExecutor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>

using namespace ingot::runtime;

namespace {

// Kernels have no context, so what they note lies here.
constexpr int mostLaunches = 64;
constexpr int64_t mostUnits = 64;
std::atomic<int> unitsDone[mostLaunches];
std::atomic<int> timesRun[mostLaunches][mostUnits];
std::atomic<bool> tooEarly{false};
const IngotLaunch *table = nullptr;

/// buffers[0]: the launch's own index. Notes its units, and whether a predecessor is incomplete.
void note(void *const *buffers, int64_t begin, int64_t end) {
  int self = *static_cast<int *>(buffers[0]);
  const IngotLaunch &launch = table[self];
  for (uint32_t i = 0; i < launch.after_count; ++i)
    if (unitsDone[launch.after[i]].load() != table[launch.after[i]].grid)
      tooEarly = true;
  for (int64_t unit = begin; unit < end; ++unit) {
    timesRun[self][unit].fetch_add(1);
    for (volatile int spin = 0; spin < self * 3; spin = spin + 1)
      ;
  }
  unitsDone[self].fetch_add(static_cast<int>(end - begin));
}

/// A launch table of random shape.
struct RandomTable {
  explicit RandomTable(uint64_t seed) {
    RandomStream random(seed, RandomPurpose::Selfcheck, 0);
    uint64_t draw = 0;
    auto below = [&](uint64_t bound) { return static_cast<uint32_t>(random.bits(draw++) % bound); };
    uint32_t count = 1 + below(mostLaunches - 1);
    for (uint32_t i = 0; i < count; ++i) {
      indices.push_back(static_cast<int>(i));
      buffers.push_back({INGOT_SPACE_ARENA, 1, i * sizeof(int), sizeof(int), 0});
      auto &predecessors = after.emplace_back();
      for (uint32_t p = 0; i && p < below(4); ++p)
        predecessors.push_back(below(i));
      IngotLaunch launch = {};
      launch.name = "launch";
      launch.kernel = note;
      launch.grid = 1 + below(mostUnits - 1);
      launch.flops = below(2) ? 1 : 1 << 20;
      launches.push_back(launch);
    }
    for (uint32_t i = 0; i < count; ++i) {
      launches[i].buffers = &buffers[i];
      launches[i].buffer_count = 1;
      launches[i].after = after[i].data();
      launches[i].after_count = static_cast<uint32_t>(after[i].size());
    }
    entry.name = "random";
    entry.launches = launches.data();
    entry.launch_count = count;
  }

  std::vector<int> indices; // stands for the arena
  std::vector<IngotBuffer> buffers;
  std::vector<std::vector<uint32_t>> after;
  std::vector<IngotLaunch> launches;
  IngotEntry entry = {};
};

} // namespace

static void runTables(int threads, int cpus, int tables) {
  ThreadPool pool(threads, cpus);
  for (int seed = 0; seed < tables; ++seed) {
    RandomTable random(static_cast<uint64_t>(seed));
    table = random.launches.data();
    Bindings bindings;
    bindings.arena = reinterpret_cast<std::byte *>(random.indices.data());
    CpuExecutor executor(random.entry, bindings, pool);
    for (int step = 0; step < 5; ++step) {
      std::fill(std::begin(unitsDone), std::end(unitsDone), 0);
      for (auto &launch : timesRun)
        std::fill(std::begin(launch), std::end(launch), 0);
      tooEarly = false;
      executor.run();
      ASSERT_FALSE(tooEarly) << "seed " << seed;
      for (size_t launch = 0; launch < random.launches.size(); ++launch)
        for (int64_t unit = 0; unit < mostUnits; ++unit)
          ASSERT_EQ(timesRun[launch][unit].load(), unit < random.launches[launch].grid ? 1 : 0)
              << "seed " << seed << ", launch " << launch << ", unit " << unit;
    }
  }
}

TEST(Executor, OneThread) { runTables(1, 1, 50); }
TEST(Executor, TwoThreads) { runTables(2, 2, 300); }
TEST(Executor, FiveThreadsOnOneCpu) { runTables(5, 1, 60); }

namespace {

std::atomic<int> met{0};

/// Ends only when both of two independent launches run at once, or after a long time.
void meet(void *const *, int64_t, int64_t) {
  met.fetch_add(1);
  for (int64_t spin = 0; met.load() < 2 && spin < (int64_t(1) << 31); ++spin)
    spinPause();
}

} // namespace

TEST(Executor, IndependentLaunchesOverlap) {
  IngotLaunch launches[2] = {};
  for (IngotLaunch &launch : launches) {
    launch.name = "meet";
    launch.kernel = meet;
    launch.grid = 1;
  }
  IngotEntry entry = {};
  entry.launches = launches;
  entry.launch_count = 2;
  ThreadPool pool(2, 2);
  CpuExecutor executor(entry, {}, pool);
  met = 0;
  executor.run();
  EXPECT_EQ(met.load(), 2);
}

TEST(Executor, EmptyEntry) {
  IngotEntry entry = {};
  ThreadPool pool(2, 2);
  CpuExecutor executor(entry, {}, pool);
  executor.run();
}

TEST(Executor, RejectsTables) {
  ThreadPool pool(1, 1);
  RandomTable random(3);
  uint32_t itself = 0;
  random.launches[0].after = &itself;
  random.launches[0].after_count = 1;
  EXPECT_THROW(CpuExecutor(random.entry, {}, pool), Error);
  random.launches[0].after_count = 0;
  random.launches[0].kernel = nullptr;
  EXPECT_THROW(CpuExecutor(random.entry, {}, pool), Error);
  random.launches[0].kernel = note;
  random.buffers[0].space = 17;
  EXPECT_THROW(CpuExecutor(random.entry, {}, pool), Error);
}

TEST(Executor, ResolvesSpaces) {
  std::byte arena[64];
  IngotStepState state;
  int32_t order[1];
  float images[1];
  uint8_t labels[1];
  Bindings bindings{arena, &state, {images, labels}, order};
  EXPECT_EQ(resolve({INGOT_SPACE_ARENA, 1, 16, 4, 0}, bindings), arena + 16);
  EXPECT_EQ(resolve({INGOT_SPACE_STEP_STATE, 1, 8, 8, 0}, bindings), &state.step);
  EXPECT_EQ(resolve({INGOT_SPACE_SAMPLES, 1, 1, 0, 0}, bindings), labels);
  EXPECT_EQ(resolve({INGOT_SPACE_ORDER, 1, 0, 4, 0}, bindings), order);
  EXPECT_THROW(resolve({INGOT_SPACE_SAMPLES, 1, 2, 0, 0}, bindings), Error);
}
