// The command line of an executable: what the user asks for, checked as far as the program and the
// values themselves allow.

#ifndef INGOT_RUNTIME_COMMAND_OPTIONS_H
#define INGOT_RUNTIME_COMMAND_OPTIONS_H

#include "runtime/ABI/Program.h"
#include "runtime/Train/CheckpointWriter.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ingot::runtime {

enum class Command { Script, Train, Evaluate, Predict, Summary, Selfcheck, Bench, Version };

enum class Progress { Default, Keras, Line, None };

struct Options {
  Command command = Command::Script;
  bool help = false; // the text is in helpText
  std::string helpText;
  std::optional<int64_t> epochs, batch;
  std::optional<double> learningRate;
  uint64_t seed = 0;
  bool seedGiven = false; // rather than a new one
  int threads = 0;        // 0: as many as are available
  std::string dataFolder, save, initWeights;
  std::optional<std::string> checkpoint;
  CheckpointEvery checkpointEvery;
  bool resume = false, noCheckpoint = false, noShuffle = false, json = false, raw = false;
  Progress progress = Progress::Default;
  std::string images; // predict: a .npy file; empty: the test set
};

/// Throws Error::usage on names that do not exist, with the nearest one, and on values that make no
/// sense. A seed that is not given is a new one for every run.
Options parseOptions(int argc, const char *const *argv, const IngotProgram &program);

} // namespace ingot::runtime

#endif
