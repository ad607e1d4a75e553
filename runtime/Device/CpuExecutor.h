// Runs an entry's launch table on the CPU.
//
// Every thread walks the table. A launch's grid is cut into chunks; a thread takes the next chunk
// of the earliest launch that has chunks left and whose predecessors are complete. So independent
// launches overlap, no barrier stands between launches, and a late thread delays nobody. Units are
// independent, hence the result has the same bits however they are spread.

#ifndef INGOT_RUNTIME_DEVICE_CPU_EXECUTOR_H
#define INGOT_RUNTIME_DEVICE_CPU_EXECUTOR_H

#include "runtime/ABI/Program.h"
#include "runtime/Core/ThreadPool.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
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
  // Of its own cache line: threads write it while others poll their launches'.
  struct alignas(64) Progress {
    std::atomic<uint32_t> next{0}; // the first chunk that nobody has taken; may pass `chunks`
    std::atomic<uint32_t> done{0};
  };

  void add(const IngotLaunch &source, const Bindings &bindings, int threads);
  bool ready(const Launch &launch) const;
  bool takeChunk(size_t index);
  void work(size_t begin, size_t end);
  void runTogether(size_t begin, size_t end);

  const IngotEntry &itsEntry;
  const Bindings itsBindings;
  ThreadPool &itsPool;
  std::vector<void *> itsAddresses; // all launches' buffers, one behind the other
  std::vector<Launch> itsLaunches;
  std::unique_ptr<Progress[]> itsProgress;
};

} // namespace ingot::runtime

#endif
