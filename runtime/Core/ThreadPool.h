// Threads that wait for work. Between the steps of training they spin for a moment, so that a step
// starts in well under a microsecond, and then sleep.

#ifndef INGOT_RUNTIME_CORE_THREAD_POOL_H
#define INGOT_RUNTIME_CORE_THREAD_POOL_H

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace ingot::runtime {

/// Tells the CPU that this thread spins.
inline void spinPause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Waiting for another thread: spins, and gives up the CPU now and then once it has lasted so long
/// that the other thread may be the one that needs it.
class SpinWait {
public:
  explicit SpinWait(int spins) : itsSpins(spins) {}
  void once();

private:
  int itsSpins;
  int itsCount = 0;
};

class ThreadPool {
public:
  /// What threads do together: called on each thread that takes part, with its number, 0 the
  /// caller's.
  using Work = void (*)(void *context, int thread);

  /// `threads` counts the caller, so one makes no thread. `cpus`: how many they share; where
  /// threads are more, they spin only briefly. Where the system refuses threads, there are fewer.
  ThreadPool(int threads, int cpus);
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  int threads() const { return static_cast<int>(itsWorkers.size()) + 1; }
  /// How often to look for another thread's result before giving up the CPU.
  int spins() const { return itsSpins; }

  /// Calls work(context, 0) here and work(context, n) on those other threads that come in time, and
  /// returns when all of these calls have. So work must be what any number of threads can finish:
  /// each takes pieces until none is left. Not to be called from within work.
  void run(Work work, void *context);

private:
  void workerLoop(int thread);
  uint32_t awaitGeneration(uint32_t seen);
  bool enter(uint32_t generation);

  // The low half is the generation, incremented by each run and the word on which workers sleep;
  // the high half counts the workers that are in, plus openBit while more may come in. One word, so
  // that a late worker cannot enter a run that is over.
  static constexpr uint64_t openBit = uint64_t(1) << 63;
  static constexpr uint64_t oneWorker = uint64_t(1) << 32;

  alignas(64) std::atomic<uint64_t> itsState{0};
  alignas(64) std::atomic<int> itsSleepers{0};
  std::atomic<bool> itsEnding{false};
  Work itsWork = nullptr;
  void *itsContext = nullptr;
  int itsSpins;
  std::vector<std::thread> itsWorkers;
};

} // namespace ingot::runtime

#endif
