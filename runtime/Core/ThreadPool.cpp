// The pool: generation word, spinning, futex.

#include "runtime/Core/ThreadPool.h"

#include "runtime/Core/Error.h"
#include "runtime/Core/Message.h"

#include <fmt/format.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <system_error>
#include <time.h>
#include <unistd.h>

namespace ingot::runtime {

/// The generation is the state's low half: on a little-endian machine its first four bytes.
static uint32_t *generationWord(std::atomic<uint64_t> &state) {
  return reinterpret_cast<uint32_t *>(&state);
}

static void futexWait(uint32_t *word, uint32_t expected) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, nullptr, nullptr, 0);
}

static void futexWakeAll(uint32_t *word) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, nullptr, nullptr, 0);
}

static int64_t nanoseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * int64_t(1000000000) + now.tv_nsec;
}

void SpinWait::once() {
  if (++itsCount < itsSpins) {
    spinPause();
    return;
  }
  itsCount = 0;
  sched_yield();
}

/// Ctrl-C is the main thread's to handle: a worker that it interrupts would only be late.
static void blockSignals(sigset_t *before) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, before);
}

ThreadPool::ThreadPool(int threads, int cpus) : itsSpins(threads > cpus ? 16 : 4096) {
  sigset_t before;
  blockSignals(&before);
  try {
    for (int thread = 1; thread < threads; ++thread)
      itsWorkers.emplace_back([this, thread] { workerLoop(thread); });
  } catch (const std::system_error &) {
    // As many as there are will do: results do not depend on the number.
    if (itsWorkers.empty() && threads > 1)
      printMessage("note: the system refuses more threads; going on with one\n");
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

ThreadPool::~ThreadPool() {
  itsEnding.store(true);
  itsState.fetch_add(1);
  futexWakeAll(generationWord(itsState));
  for (std::thread &worker : itsWorkers)
    worker.join();
}

void ThreadPool::run(Work work, void *context) {
  if (itsWorkers.empty()) {
    work(context, 0);
    return;
  }
  itsWork = work;
  itsContext = context;
  uint32_t generation = static_cast<uint32_t>(itsState.load(std::memory_order_relaxed)) + 1;
  // Sequentially consistent, as is the sleeper's count: either the worker sees this generation
  // before it sleeps, or it is counted here.
  itsState.store(openBit | generation);
  if (itsSleepers.load() > 0)
    futexWakeAll(generationWord(itsState));
  work(context, 0);
  itsState.fetch_and(~openBit);
  SpinWait wait(itsSpins);
  while (itsState.load(std::memory_order_acquire) >= oneWorker)
    wait.once();
}

bool ThreadPool::enter(uint32_t generation) {
  uint64_t state = itsState.load(std::memory_order_relaxed);
  while ((state & openBit) && static_cast<uint32_t>(state) == generation)
    if (itsState.compare_exchange_weak(state, state + oneWorker, std::memory_order_acquire))
      return true;
  return false;
}

/// Spins for about 50 us, less where CPUs are scarce, and then sleeps until the generation changes.
uint32_t ThreadPool::awaitGeneration(uint32_t seen) {
  constexpr int64_t spinTime = 50000;
  int64_t end = nanoseconds() + (itsSpins > 100 ? spinTime : spinTime / 50);
  auto current = [&] { return static_cast<uint32_t>(itsState.load(std::memory_order_acquire)); };
  do {
    for (int i = 0; i < 32; ++i) {
      if (uint32_t generation = current(); generation != seen)
        return generation;
      spinPause();
    }
  } while (nanoseconds() < end);
  itsSleepers.fetch_add(1);
  uint32_t generation;
  while ((generation = static_cast<uint32_t>(itsState.load())) == seen)
    futexWait(generationWord(itsState), seen);
  itsSleepers.fetch_sub(1);
  return generation;
}

void ThreadPool::workerLoop(int thread) {
  uint32_t seen = 0;
  for (;;) {
    seen = awaitGeneration(seen);
    if (itsEnding.load())
      return;
    if (!enter(seen))
      continue;
    itsWork(itsContext, thread);
    itsState.fetch_sub(oneWorker, std::memory_order_release);
  }
}

} // namespace ingot::runtime
