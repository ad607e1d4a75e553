// The state of a training run beside its weights: what a checkpoint holds so that --resume can go
// on at the same step. Random numbers have no state: they are functions of seed, step and element.

#ifndef INGOT_RUNTIME_TRAIN_TRAINING_STATE_H
#define INGOT_RUNTIME_TRAIN_TRAINING_STATE_H

#include "runtime/Checkpoint/Safetensors.h"
#include "runtime/Python/NdArray.h"
#include "runtime/Train/History.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ingot::runtime {

/// What the command line said when the run began, as far as results depend on it.
struct RunFlags {
  bool wholeScript = true; // not `train`
  uint64_t seed = 0;
  bool shuffle = true;
  std::optional<int64_t> epochs, batch;
  std::optional<double> learningRate;
  std::string initWeights;
};

/// Where a fit is.
struct FitState {
  int64_t samples = 0;         // that it trains on
  int64_t first = 0;           // the epoch with which it began
  int64_t epoch = 0, step = 0; // the epoch that runs, from 0, and how many of its steps are done
  int64_t passes = 0;          // over training data that are complete, those of earlier fits too
  int64_t next = 0;            // the batch of this one that is next
  bool stopped = false;        // by a callback: no further epoch
  int64_t divergedEpoch = -1, divergedStep = 0; // where the loss first was no number; -1: nowhere
  bool divergenceReported = false;
  int64_t meansSamples = 0;      // of this epoch so far
  std::vector<double> meansSums; // of its metrics
  History history;               // of the epochs that are complete
};

/// What one of the program's callbacks keeps.
struct CallbackState {
  std::vector<double> values;
  std::vector<std::byte> weights; // as Training::weights gives them; empty: none
};

/// What an action of the script has given.
using ActionResult = std::variant<std::monostate,      // what gives nothing: files written
                                  History,             // fit
                                  std::vector<double>, // evaluate
                                  NdArray>;            // predict

struct TrainingState {
  RunFlags flags;
  std::vector<ActionResult> results; // of the script's actions before this fit, in their order
  FitState fit;
  std::vector<CallbackState> callbacks; // of IngotProgram.callbacks, as far as they were used
  int64_t optimizerStep = 0;
  float learningRate = 0;
  bool complete = false;   // the script has come to its end
  bool extensible = false; // complete, and the weights are those of the last epoch's end: more
                           // epochs give what a longer run would have given
};

/// What a file holds of a state, besides the weights. Tensors point into the parts: it is neither
/// copied nor moved.
class StoredState {
public:
  explicit StoredState(const TrainingState &state);
  StoredState(const StoredState &) = delete;
  StoredState &operator=(const StoredState &) = delete;

  /// Their names begin with '/', as no weight's does.
  std::vector<Tensor> tensors;
  Metadata metadata;

private:
  void add(const std::string &name, std::vector<double> values);
  void add(const std::string &place, const History &history);

  std::vector<std::vector<double>> itsValues;
};

/// How far a run has come.
struct RunProgress {
  int64_t epoch = 0, step = 0; // as FitState has them
  bool complete = false;
};

/// Nothing where the metadata of a file is not that of a training's state.
std::optional<RunProgress> readProgress(const Metadata &metadata);

/// Whether the file holds a state at all, rather than weights alone.
bool hasTrainingState(const SafetensorsFile &file);

/// Throws Error where a file's state is of another version of the runtime, or inconsistent.
TrainingState readTrainingState(const SafetensorsFile &file);

} // namespace ingot::runtime

#endif
