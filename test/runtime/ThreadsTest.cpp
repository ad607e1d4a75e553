// The pool, and how many threads it has.

#include "runtime/Core/AvailableThreads.h"
#include "runtime/Core/Error.h"
#include "runtime/Core/ThreadPool.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace ingot::runtime;
namespace fs = std::filesystem;

namespace {

/// What the threads of one run take from and add to.
struct Pieces {
  std::atomic<int> next{0}, done{0};
  std::atomic<uint64_t> sum{0};
  int count;

  static void work(void *context, int) {
    auto &self = *static_cast<Pieces *>(context);
    for (int piece; (piece = self.next.fetch_add(1)) < self.count;) {
      self.sum.fetch_add(static_cast<uint64_t>(piece));
      self.done.fetch_add(1);
    }
  }
};

} // namespace

static void stress(int threads, int cpus, int runs) {
  ThreadPool pool(threads, cpus);
  ASSERT_EQ(pool.threads(), threads);
  for (int run = 0; run < runs; ++run) {
    Pieces pieces;
    pieces.count = run % 17;
    pool.run(Pieces::work, &pieces);
    // All that was taken is done, though no call may be under way any more.
    ASSERT_EQ(pieces.done.load(), pieces.count);
    ASSERT_EQ(pieces.sum.load(), uint64_t(pieces.count) * (pieces.count - (pieces.count > 0)) / 2);
    // Now and then long enough for workers to fall asleep.
    if (run % 500 == 0)
      usleep(300);
  }
}

TEST(ThreadPool, OneThread) { stress(1, 1, 1000); }
TEST(ThreadPool, TwoThreads) { stress(2, 2, 20000); }
TEST(ThreadPool, MoreThreadsThanCpus) { stress(9, 1, 2000); }

TEST(ThreadPool, StartsAndEnds) {
  for (int i = 0; i < 200; ++i)
    ThreadPool pool(4, 2);
}

TEST(ThreadPool, EveryThreadComes) {
  ThreadPool pool(3, 3);
  struct Meeting {
    std::atomic<unsigned> seen{0};
  } meeting;
  // Each waits until all three have come.
  auto work = [](void *context, int thread) {
    auto &seen = static_cast<Meeting *>(context)->seen;
    seen.fetch_or(1u << thread);
    while (seen.load() != 7)
      spinPause();
  };
  for (int run = 0; run < 100; ++run) {
    meeting.seen = 0;
    pool.run(work, &meeting);
    EXPECT_EQ(meeting.seen.load(), 7u);
  }
}

namespace {

/// A tree of control groups.
class CgroupTest : public testing::Test {
protected:
  void SetUp() override {
    itsFolder = fs::temp_directory_path() / ("ingot-cgroup-" + std::to_string(getpid()));
    fs::create_directories(itsFolder);
    paths.root = itsFolder / "cgroup";
    paths.membership = itsFolder / "membership";
  }
  void TearDown() override { fs::remove_all(itsFolder); }

  void write(const std::string &name, const std::string &text) {
    fs::create_directories((itsFolder / name).parent_path());
    std::ofstream(itsFolder / name) << text;
  }

  CgroupPaths paths;

private:
  fs::path itsFolder;
};

} // namespace

TEST_F(CgroupTest, NothingThere) { EXPECT_EQ(cgroupThreads(paths), 0); }

TEST_F(CgroupTest, Version2) {
  write("membership", "0::/user/job\n");
  write("cgroup/user/job/cpu.max", "max 100000\n");
  EXPECT_EQ(cgroupThreads(paths), 0);
  write("cgroup/user/job/cpu.max", "300000 100000\n");
  EXPECT_EQ(cgroupThreads(paths), 3);
  // Rounded up.
  write("cgroup/user/job/cpu.max", "210000 100000\n");
  EXPECT_EQ(cgroupThreads(paths), 3);
  write("cgroup/user/job/cpu.max", "50000 100000\n");
  EXPECT_EQ(cgroupThreads(paths), 1);
  // What is above limits as well.
  write("cgroup/user/job/cpu.max", "800000 100000\n");
  write("cgroup/user/cpu.max", "200000 100000\n");
  EXPECT_EQ(cgroupThreads(paths), 2);
}

TEST_F(CgroupTest, ContainerSeesItsGroupAsRoot) {
  write("membership", "0::/docker/0123\n");
  write("cgroup/cpu.max", "150000 100000\n");
  EXPECT_EQ(cgroupThreads(paths), 2);
}

TEST_F(CgroupTest, Version1) {
  write("membership", "4:memory:/job\n3:cpu,cpuacct:/job\n0::/\n");
  write("cgroup/cpu/job/cpu.cfs_quota_us", "-1\n");
  write("cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cgroupThreads(paths), 0);
  write("cgroup/cpu/job/cpu.cfs_quota_us", "450000\n");
  EXPECT_EQ(cgroupThreads(paths), 5);
}

TEST_F(CgroupTest, Nonsense) {
  for (const char *text : {"", "\n", "x 100000", "100000", "100000 0", "-5 100000", "1 x",
                           "99999999999999999999999 1"}) {
    write("membership", "0::/\n");
    write("cgroup/cpu.max", text);
    EXPECT_GE(cgroupThreads(paths), 0) << text;
  }
  write("cgroup/cpu.max", "100000 100000");
  for (const char *text : {"", "0", "0:", "0::", "::", "0::job", "\n\n:"}) {
    write("membership", text);
    EXPECT_LE(cgroupThreads(paths), 1) << text;
  }
}

TEST_F(CgroupTest, LeastOfAll) {
  unsetenv("OMP_NUM_THREADS");
  EXPECT_EQ(availableThreads(paths), affinityThreads());
  write("cgroup/cpu.max", "100000 100000\n");
  EXPECT_EQ(availableThreads(paths), 1);
  write("cgroup/cpu.max", "max 100000\n");
  setenv("OMP_NUM_THREADS", "1", 1);
  EXPECT_EQ(availableThreads(paths), 1);
  setenv("OMP_NUM_THREADS", "1,4", 1);
  EXPECT_EQ(availableThreads(paths), 1);
  for (const char *nonsense : {"", "0", "-1", "many", "1x"}) {
    setenv("OMP_NUM_THREADS", nonsense, 1);
    EXPECT_EQ(availableThreads(paths), affinityThreads()) << nonsense;
  }
  unsetenv("OMP_NUM_THREADS");
}

TEST_F(CgroupTest, Requests) {
  EXPECT_EQ(chooseThreads(0, paths), availableThreads(paths));
  EXPECT_EQ(chooseThreads(1, paths), 1);
  EXPECT_EQ(chooseThreads(50, paths), 50);
  EXPECT_THROW(chooseThreads(-1, paths), Error);
  EXPECT_THROW(chooseThreads(100000, paths), Error);
}
