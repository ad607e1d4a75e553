// The thread that writes, and its two buffers.

#include "runtime/Train/CheckpointWriter.h"

#include "runtime/Checkpoint/Weights.h"
#include "runtime/Core/Error.h"

#include <algorithm>
#include <exception>
#include <signal.h>
#include <system_error>

namespace ingot::runtime {

static constexpr double defaultSeconds = 30, leastPartOfTime = 50;

CheckpointWriter::CheckpointWriter(const IngotProgram &program, std::string path,
                                   CheckpointEvery every, KeepPrevious keepFirst)
    : itsProgram(program), itsPath(std::move(path)), itsEvery(every), itsLastPut(Clock::now()),
      itsKeep(keepFirst) {}

CheckpointWriter::~CheckpointWriter() {
  {
    std::lock_guard lock(itsMutex);
    itsEnding = true;
  }
  itsChange.notify_all();
  if (itsThread.joinable())
    itsThread.join();
}

bool CheckpointWriter::due(int64_t step) const {
  if (itsEvery.steps)
    return step - itsLastStep >= *itsEvery.steps;
  double passed = std::chrono::duration<double>(Clock::now() - itsLastPut).count();
  if (itsEvery.seconds)
    return passed >= *itsEvery.seconds;
  if (passed < defaultSeconds)
    return false;
  std::lock_guard lock(itsMutex);
  return !itsWriting && passed >= leastPartOfTime * itsWriteSeconds;
}

void CheckpointWriter::put(const std::byte *arena, TrainingState state) {
  itsLastStep = state.optimizerStep;
  itsLastPut = Clock::now();
  std::unique_ptr<Snapshot> snapshot;
  {
    std::lock_guard lock(itsMutex);
    snapshot = itsPending ? std::move(itsPending) : std::move(itsFree);
  }
  if (!snapshot)
    snapshot = std::make_unique<Snapshot>();
  snapshot->arena.assign(arena, arena + itsProgram.state_bytes);
  snapshot->state = std::move(state);
  start();
  if (!itsThread.joinable())
    return write(*snapshot);
  {
    std::lock_guard lock(itsMutex);
    itsPending = std::move(snapshot);
  }
  itsChange.notify_all();
}

/// Where the system refuses a thread, training waits for each write.
void CheckpointWriter::start() {
  if (itsThread.joinable())
    return;
  // Signals are for the threads that know what to do with them.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    itsThread = std::thread([this] { loop(); });
  } catch (const std::system_error &) {
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void CheckpointWriter::loop() {
  std::unique_lock lock(itsMutex);
  while (true) {
    itsChange.wait(lock, [this] { return itsPending || itsEnding; });
    if (!itsPending)
      return;
    std::unique_ptr<Snapshot> snapshot = std::move(itsPending);
    itsWriting = true;
    lock.unlock();
    write(*snapshot);
    lock.lock();
    itsWriting = false;
    itsFree = std::move(snapshot);
    itsChange.notify_all();
  }
}

void CheckpointWriter::write(const Snapshot &snapshot) {
  Clock::time_point start = Clock::now();
  std::optional<std::string> failure;
  try {
    StoredState stored(snapshot.state);
    saveParameters(itsPath, itsProgram, snapshot.arena.data(), Contents::WeightsAndSlots,
                   stored.metadata, itsKeep, stored.tensors);
    itsKeep = KeepPrevious::Yes;
  } catch (const Error &error) {
    failure = error.message;
  } catch (const std::exception &error) {
    failure = itsPath + ": " + error.what();
  }
  std::lock_guard lock(itsMutex);
  itsFailure = std::move(failure);
  itsWriteSeconds = std::chrono::duration<double>(Clock::now() - start).count();
}

void CheckpointWriter::finish() {
  std::unique_lock lock(itsMutex);
  itsChange.wait(lock, [this] { return !itsPending && !itsWriting; });
  if (itsFailure)
    throw Error{*itsFailure};
}

std::optional<std::string> CheckpointWriter::failure() const {
  std::lock_guard lock(itsMutex);
  return itsFailure;
}

} // namespace ingot::runtime
