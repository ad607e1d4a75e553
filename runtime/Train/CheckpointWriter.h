// Writes checkpoints while training goes on: a copy of the state is made between two steps, and a
// thread of its own brings it into a file.

#ifndef INGOT_RUNTIME_TRAIN_CHECKPOINT_WRITER_H
#define INGOT_RUNTIME_TRAIN_CHECKPOINT_WRITER_H

#include "runtime/ABI/Program.h"
#include "runtime/Checkpoint/AtomicFile.h"
#include "runtime/Train/TrainingState.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace ingot::runtime {

/// How often a checkpoint is written within an epoch.
struct CheckpointEvery {
  std::optional<int64_t> steps;
  std::optional<double> seconds;
};

/// Used by one thread. A checkpoint that is due while another is being written waits; if a newer
/// one comes in the meantime, it takes its place. So training never waits, and the last one is
/// written.
class CheckpointWriter {
public:
  /// `keepFirst`: No where the file at `path` is damaged, and must not take the place of its
  /// predecessor.
  CheckpointWriter(const IngotProgram &program, std::string path, CheckpointEvery every,
                   KeepPrevious keepFirst);
  /// Finishes what is to be written.
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter &) = delete;
  CheckpointWriter &operator=(const CheckpointWriter &) = delete;

  /// Whether a checkpoint within an epoch should be made after optimizer step `step`. Where nothing
  /// is asked for: every 30 seconds, or so rarely that writing takes a fiftieth of the time.
  bool due(int64_t step) const;

  /// Copies the program's state_bytes of the arena, and returns.
  void put(const std::byte *arena, TrainingState state);

  /// Waits until everything is written. Throws Error if the last could not be.
  void finish();

  /// Why the last write failed; none where it succeeded or nothing was written yet.
  std::optional<std::string> failure() const;

private:
  using Clock = std::chrono::steady_clock;
  struct Snapshot {
    std::vector<std::byte> arena;
    TrainingState state;
  };

  void start();
  void loop();
  void write(const Snapshot &snapshot);

  const IngotProgram &itsProgram;
  const std::string itsPath;
  const CheckpointEvery itsEvery;
  int64_t itsLastStep = 0; // of the last checkpoint
  Clock::time_point itsLastPut;

  mutable std::mutex itsMutex; // of all below
  std::condition_variable itsChange;
  std::unique_ptr<Snapshot> itsPending, itsFree;
  bool itsWriting = false, itsEnding = false;
  std::optional<std::string> itsFailure;
  double itsWriteSeconds = 0; // that the last write took
  KeepPrevious itsKeep;       // of the next write; the writing thread's alone once it runs
  std::thread itsThread;
};

} // namespace ingot::runtime

#endif
