// Chunks, dependencies and the walk through the table.

#include "runtime/Device/CpuExecutor.h"

#include "runtime/Core/Arena.h"
#include "runtime/Core/Error.h"
#include "runtime/Device/FlushDenormals.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace ingot::runtime {

/// Chunks a thread and launch: enough that a thread that comes late leaves its share to the others,
/// few enough that taking one costs nothing.
static constexpr int64_t chunksPerThread = 4;

/// Below this much work (operations and bytes, about 2 us) a launch is one chunk: handing half of
/// it to another core costs more than doing it.
static constexpr uint64_t tinyWork = 32768;

void *resolve(const IngotBuffer &buffer, const Bindings &bindings) {
  switch (buffer.space) {
  case INGOT_SPACE_ARENA:
    return bindings.arena + buffer.offset;
  case INGOT_SPACE_STEP_STATE:
    return reinterpret_cast<std::byte *>(bindings.state) + buffer.offset;
  case INGOT_SPACE_SAMPLES:
    if (buffer.offset < std::size(bindings.samples))
      return const_cast<void *>(bindings.samples[buffer.offset]);
    break;
  case INGOT_SPACE_ORDER:
    return bindings.order;
  }
  throw Error{fmt::format("the program has a buffer in space {}, which its runtime does not know",
                          buffer.space)};
}

static uint32_t chunkCount(const IngotLaunch &launch, int threads) {
  if (threads == 1 || launch.flops + launch.bytes < tinyWork)
    return 1;
  int64_t units = std::max<int64_t>(1, launch.grid / (threads * chunksPerThread));
  return static_cast<uint32_t>((launch.grid + units - 1) / units);
}

CpuExecutor::CpuExecutor(const IngotEntry &entry, const Bindings &bindings, ThreadPool &pool)
    : itsEntry(entry), itsBindings(bindings), itsPool(pool),
      itsThreads(static_cast<size_t>(pool.threads())),
      itsDone(std::make_unique<Done[]>(entry.launch_count)),
      itsShares(std::make_unique<Share[]>(entry.launch_count * itsThreads)) {
  std::span launches(entry.launches, entry.launch_count);
  size_t addresses = 0;
  for (const IngotLaunch &launch : launches)
    addresses += launch.buffer_count;
  // Launches point into it, so it must not grow later.
  itsAddresses.reserve(addresses);
  itsLaunches.reserve(launches.size());
  for (const IngotLaunch &launch : launches)
    add(launch, bindings, pool.threads());
}

void CpuExecutor::add(const IngotLaunch &source, const Bindings &bindings, int threads) {
  size_t index = itsLaunches.size();
  for (uint32_t predecessor : std::span(source.after, source.after_count))
    if (predecessor >= index)
      throw Error{fmt::format("{}: launch {} waits for a later one", itsEntry.name, source.name)};
  if (!source.kernel)
    throw Error{fmt::format("{}: launch {} has no kernel", itsEntry.name, source.name)};
  void **buffers = itsAddresses.data() + itsAddresses.size();
  for (const IngotBuffer &buffer : std::span(source.buffers, source.buffer_count))
    itsAddresses.push_back(resolve(buffer, bindings));
  itsLaunches.push_back({source.kernel, buffers, source.after, source.after_count,
                         source.grid > 0 ? chunkCount(source, threads) : 0, source.grid});
}

bool CpuExecutor::ready(const Launch &launch) const {
  for (uint32_t i = 0; i < launch.afterCount; ++i) {
    uint32_t predecessor = launch.after[i];
    if (itsDone[predecessor].chunks.load(std::memory_order_acquire) !=
        itsLaunches[predecessor].chunks)
      return false;
  }
  return true;
}

/// The chunks [first, second) that are `thread`'s to begin with.
std::pair<uint32_t, uint32_t> CpuExecutor::shareOf(size_t launch, size_t thread) const {
  size_t chunks = itsLaunches[launch].chunks;
  return {static_cast<uint32_t>(chunks * thread / itsThreads),
          static_cast<uint32_t>(chunks * (thread + 1) / itsThreads)};
}

/// Takes and runs a chunk of a launch; false if none is left.
bool CpuExecutor::takeChunk(size_t index, size_t thread) {
  const Launch &launch = itsLaunches[index];
  for (size_t i = 0; i < itsThreads; ++i) {
    size_t owner = (thread + i) % itsThreads;
    auto [begin, end] = shareOf(index, owner);
    std::atomic<uint32_t> &taken = itsShares[index * itsThreads + owner].taken;
    if (taken.load(std::memory_order_relaxed) >= end - begin)
      continue;
    int64_t chunk = begin + taken.fetch_add(1, std::memory_order_relaxed);
    if (chunk >= end)
      continue;
    launch.kernel(launch.buffers, launch.grid * chunk / launch.chunks,
                  launch.grid * (chunk + 1) / launch.chunks);
    itsDone[index].chunks.fetch_add(1, std::memory_order_release);
    return true;
  }
  itsDone[index].isTaken.store(true, std::memory_order_relaxed);
  return false;
}

/// What each thread does: works on launches [begin, end) until nothing is left to take.
void CpuExecutor::work(size_t begin, size_t end, size_t thread) {
  SpinWait wait(itsPool.spins());
  for (size_t first = begin; first < end;) {
    bool worked = false;
    for (size_t index = first; index < end && !worked; ++index) {
      if (itsDone[index].isTaken.load(std::memory_order_relaxed)) {
        first += index == first;
        continue;
      }
      if (ready(itsLaunches[index]))
        worked = takeChunk(index, thread);
    }
    if (!worked)
      wait.once();
  }
}

void CpuExecutor::runTogether(size_t begin, size_t end) {
  for (size_t index = begin; index < end; ++index) {
    itsDone[index].chunks.store(0, std::memory_order_relaxed);
    itsDone[index].isTaken.store(false, std::memory_order_relaxed);
  }
  for (size_t share = begin * itsThreads; share < end * itsThreads; ++share)
    itsShares[share].taken.store(0, std::memory_order_relaxed);
  struct Range {
    CpuExecutor *executor;
    size_t begin, end;
  } range{this, begin, end};
  itsPool.run(
      [](void *context, int thread) {
        FlushDenormals flush;
        auto [executor, begin, end] = *static_cast<Range *>(context);
        executor->work(begin, end, static_cast<size_t>(thread));
      },
      &range);
}

void CpuExecutor::run() {
  if (itsPool.threads() > 1) {
    runTogether(0, itsLaunches.size());
    return;
  }
  FlushDenormals flush;
  for (const Launch &launch : itsLaunches)
    launch.kernel(launch.buffers, 0, launch.grid);
}

void CpuExecutor::runLaunch(size_t launch) {
  FlushDenormals flush;
  const Launch &self = itsLaunches[launch];
  self.kernel(self.buffers, 0, self.grid);
}

void CpuExecutor::runTimed(std::span<double> seconds) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point before = Clock::now();
  for (size_t index = 0; index < itsLaunches.size(); ++index) {
    runLaunch(index);
    Clock::time_point after = Clock::now();
    seconds[index] += std::chrono::duration<double>(after - before).count();
    before = after;
  }
}

void CpuExecutor::runPoisoned(uint64_t stateBytes) {
  for (size_t index = 0; index < itsLaunches.size(); ++index) {
    runTogether(index, index + 1);
    const IngotLaunch &launch = itsEntry.launches[index];
    for (const IngotBuffer &buffer : std::span(launch.buffers, launch.buffer_count)) {
      bool written = buffer.access & 2;
      uint64_t valid = static_cast<uint64_t>(itsBindings.state->valid_count) * buffer.row_bytes;
      if (buffer.space == INGOT_SPACE_ARENA && written && buffer.row_bytes &&
          buffer.offset >= stateBytes && valid < buffer.bytes)
        poison(itsBindings.arena + buffer.offset + valid, buffer.bytes - valid);
    }
  }
}

} // namespace ingot::runtime
