// What a session is made of.

#ifndef INGOT_RUNTIME_TRAIN_SESSION_PARTS_H
#define INGOT_RUNTIME_TRAIN_SESSION_PARTS_H

#include "runtime/Callbacks/Callback.h"
#include "runtime/Core/Arena.h"
#include "runtime/Core/ThreadPool.h"
#include "runtime/Train/Session.h"
#include "runtime/Train/StepRunner.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ingot::runtime {

struct Session::Parts {
  Parts(const IngotProgram &program, SessionOptions options);

  const IngotProgram &program;
  const SessionOptions options;
  ThreadPool pool;
  Arena arena;
  IngotStepState state = {};
  std::vector<int32_t> order;     // IngotProgram.batch rows: the space of that name
  std::vector<SampleView> arrays; // of IngotProgram.arrays
  std::vector<std::unique_ptr<Callback>> callbacks; // of IngotProgram.callbacks; null: not used yet
  std::set<std::string> warned;                     // what callbacks have warned of

  /// Checks that it is a kind of that sort, and in the table.
  const IngotEntry &entry(int32_t index, IngotEntryKind kind) const;
  /// The samples of an entry's array; throws Error where they were not given.
  SampleView samples(int32_t array) const;
  /// How many samples an entry has; throws Error where labels and images differ, or there is none.
  int64_t sampleCount(const IngotEntry &entry) const;
  /// Rows of a batch: --batch-size, or what the script says.
  int64_t batch(int64_t scripted) const;
  StepRunner runner(const IngotEntry &entry);
  /// The same on other images.
  StepRunner runner(const IngotEntry &entry, const void *images);

  /// A callback of the table, made when it is first used, with what a resumed state says of it;
  /// null for History.
  Callback *callback(uint32_t index);
  /// Puts what callbacks keep into `training`.
  void keepCallbacks();

  TrainingState training;
  std::unique_ptr<CheckpointWriter> writer; // null: without checkpoints
  bool writingFails = false;                // and that was said
  uint64_t endOfFit = 0;                    // checksum of the parameters when the last epoch ended
  size_t resultsBeforeFit = 0;              // of the script's actions, before the last fit

  /// Keeps weights, slots and where training is in options.checkpoint, if that is named: at once
  /// in memory, soon in the file.
  void keepCheckpoint(FitState fit);
  /// The same where one is due within an epoch.
  bool checkpointDue() const { return writer && writer->due(state.step); }
  /// Waits for the file. Throws Error if it could not be written.
  void finishCheckpoint();
  uint64_t checksumOfParameters() const;
};

} // namespace ingot::runtime

#endif
