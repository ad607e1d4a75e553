// Runs an entry's launch table on the CPU.
//
// Every thread walks the table. A launch's grid is cut into chunks, and each thread has a share of
// them, the same part of every grid: what a thread wrote lies in its own cache when the next launch
// reads it. A thread takes the next chunk of the earliest launch that has chunks left and whose
// predecessors are complete, of its own share first, then of others'. So independent launches
// overlap, no barrier stands between launches, and a late thread delays nobody. Units are
// independent, hence the result has the same bits however they are spread.

#ifndef INGOT_RUNTIME_DEVICE_CPU_EXECUTOR_H
#define INGOT_RUNTIME_DEVICE_CPU_EXECUTOR_H

#include "runtime/ABI/Program.h"
#include "runtime/Core/ThreadPool.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace ingot::runtime {

/// The addresses behind the spaces of IngotBuffer.
struct Bindings {
  std::byte *arena = nullptr;
  IngotStepState *state = nullptr;
  const void *samples[2] = {nullptr, nullptr};
  int32_t *order = nullptr;
};

/// Where one launch's buffers are. Throws Error on a space that this runtime does not know.
void *resolve(const IngotBuffer &buffer, const Bindings &bindings);

class CpuExecutor {
public:
  /// Resolves all addresses and cuts the grids; run allocates nothing. Throws Error on a table that
  /// is no launch table: a predecessor that does not come earlier, a kernel that is missing.
  CpuExecutor(const IngotEntry &entry, const Bindings &bindings, ThreadPool &pool);

  const IngotEntry &entry() const { return itsEntry; }

  /// One step, on all threads of the pool.
  void run();

  /// One step on this thread; adds to seconds[i] what launch i took.
  void runTimed(std::span<double> seconds);

  /// One launch on this thread, its whole grid.
  void runLaunch(size_t launch);

  /// One step, a launch at a time on all threads; after each, the rows beyond valid_count of what
  /// it wrote beyond `stateBytes` of the arena become NaN. For the test mode of poisonRequested().
  void runPoisoned(uint64_t stateBytes);

private:
  struct Launch {
    IngotKernel kernel;
    void *const *buffers;
    const uint32_t *after;
    uint32_t afterCount;
    uint32_t chunks;
    int64_t grid;
  };
  // Of a cache line each: threads write them while others poll other launches'.
  struct alignas(64) Done {
    std::atomic<uint32_t> chunks{0};
    std::atomic<bool> isTaken{false}; // no chunk is left to take, as some thread has seen
  };
  struct alignas(64) Share {
    std::atomic<uint32_t> taken{0}; // of the share's chunks; may pass their number
  };

  void add(const IngotLaunch &source, const Bindings &bindings, int threads);
  bool ready(const Launch &launch) const;
  std::pair<uint32_t, uint32_t> shareOf(size_t launch, size_t thread) const;
  bool takeChunk(size_t launch, size_t thread);
  void work(size_t begin, size_t end, size_t thread);
  void runTogether(size_t begin, size_t end);

  const IngotEntry &itsEntry;
  const Bindings itsBindings;
  ThreadPool &itsPool;
  std::vector<void *> itsAddresses; // all launches' buffers, one behind the other
  std::vector<Launch> itsLaunches;
  size_t itsThreads;
  std::unique_ptr<Done[]> itsDone;    // of each launch
  std::unique_ptr<Share[]> itsShares; // of each launch, of each thread
};

} // namespace ingot::runtime

#endif
