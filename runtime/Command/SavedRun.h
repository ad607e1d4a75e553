// The run that --resume goes on with.

#ifndef INGOT_RUNTIME_COMMAND_SAVED_RUN_H
#define INGOT_RUNTIME_COMMAND_SAVED_RUN_H

#include "runtime/ABI/Program.h"
#include "runtime/Checkpoint/Safetensors.h"
#include "runtime/Command/Options.h"
#include "runtime/Train/TrainingState.h"

#include <optional>
#include <string>

namespace ingot::runtime {

struct SavedRun {
  std::string path;
  std::optional<SafetensorsFile> file; // gone once it was restored
  TrainingState state;
  bool newestDamaged = false; // the file is the one before
};

/// Reads the checkpoint at `path`, or the one before where that is damaged, with a notice. None,
/// with a notice, where there is no checkpoint yet. Throws Error, with every file as it was, where
/// there is nothing to go on with, or what there is belongs to another program.
std::optional<SavedRun> findSavedRun(const IngotProgram &program, const std::string &path);

/// Says so where the checkpoint at `path`, which a new run will replace, is of a run that was cut
/// short.
void noteUnfinishedRun(const IngotProgram &program, const std::string &path);

/// Takes flags that were not given from the saved run. Throws Error where those that were given
/// contradict it. Afterwards state.complete tells whether nothing is left to do.
void agree(const IngotProgram &program, Options &options, TrainingState &state);

} // namespace ingot::runtime

#endif
