// One run of a compiled program: its weights, its threads, and what can be done with them. The
// command line makes a session, gives it weights and samples, and carries out the script's actions
// on it.

#ifndef INGOT_RUNTIME_TRAIN_SESSION_H
#define INGOT_RUNTIME_TRAIN_SESSION_H

#include "runtime/ABI/Program.h"
#include "runtime/Train/CheckpointWriter.h"
#include "runtime/Train/History.h"
#include "runtime/Train/TrainingState.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ingot::runtime {

class FitObserver;

/// What the executable's flags say, or the spec where they are silent.
struct SessionOptions {
  /// --threads; 0: as many as this process may use (see Core/ThreadPool.h).
  int threads = 0;
  /// --seed: of initial weights, shuffling and all that is random.
  uint64_t seed = 0;
  /// --batch-size: 1 .. IngotProgram.batch, in place of the batch of every fit and evaluation.
  std::optional<int64_t> batch;
  /// --learning-rate, in place of IngotProgram.learning_rate.
  std::optional<double> learningRate;
  /// --checkpoint: where fits leave the whole state of training; empty: nowhere.
  std::string checkpoint;
  CheckpointEvery checkpointEvery;
  /// Of the first checkpoint: No where the file that it replaces is damaged.
  KeepPrevious keepPrevious = KeepPrevious::Yes;
  /// For the advice that Ctrl-C prints: argv[0], and what goes on from the checkpoint.
  std::string executable, resumeCommand;
};

/// Which samples of an entry's arrays, in their order; none: all.
using Rows = std::optional<std::vector<int32_t>>;

/// --epochs (how many, from the fit's first) and --no-shuffle, in place of what the script's fit
/// says; and the parts of the arrays that the script takes.
struct FitOptions {
  std::optional<int64_t> epochs;
  std::optional<bool> shuffle;
  Rows rows, validationRows;
  std::optional<int64_t> steps;                   // of an epoch, over as many passes as it takes
  std::optional<FitState> resumedFrom;            // where the fit goes on
  std::function<void(const std::string &)> print; // what callbacks print; none: to stdout
};

/// The epoch before which a fit ends.
inline int64_t endOf(const IngotFit &fit, const FitOptions &options) {
  return options.epochs ? fit.initial_epoch + *options.epochs : fit.epochs;
}

/// Samples in memory, [count][IngotArray.shape] in the array's element type. They stay the caller's
/// and live as long as the session uses them.
struct SampleView {
  const void *data = nullptr;
  int64_t count = 0;
};

/// Every member throws Error: on a full disk, unusable files, samples that are missing or do not
/// match, options out of range. A session is used by one thread; it has the others.
class Session {
public:
  /// Checks the ABI version and the options. Weights are undefined until initialize or loadWeights.
  Session(const IngotProgram &program, SessionOptions options);
  ~Session();
  Session(const Session &) = delete;
  Session &operator=(const Session &) = delete;

  const IngotProgram &program() const;
  const SessionOptions &options() const;
  /// Number of threads that steps use, the caller's included.
  int threads() const;

  /// Fills weights and slots from their initializers and the seed, and forgets all training.
  void initialize();

  /// Takes weights, slots, step and learning rate from a checkpoint, and its state for training().
  void restore(const SafetensorsFile &file, TrainingState state);
  /// What checkpoints say of the run: flags and results, which whoever runs the script keeps up.
  TrainingState &training();
  /// Waits until the checkpoint is written, as complete: the script has come to its end. Throws
  /// Error where it could not be written. Does nothing where no fit has run.
  void completeCheckpoint();

  /// Reads the weights from a safetensors file of tensors LAYER/WEIGHT or one of Keras's files;
  /// optimizer slots start anew.
  void loadWeights(const std::string &path);
  /// The same in the middle of a program. Where it was trained before, files of Keras that have the
  /// optimizer's state replace it as well, as Keras does; all else stays as it is.
  void replaceWeights(const std::string &path);
  /// Writes the weights without slots, or one of Keras's files by its name (--save).
  void saveWeights(const std::string &path);
  /// Writes one of Keras's files: the model, or its weights alone; both with the optimizer's state.
  void saveModel(const std::string &path, bool weightsOnly);

  /// Logical elements of parameter `index`, row-major in Keras's shape.
  std::vector<float> weight(uint32_t index) const;
  void setWeight(uint32_t index, const std::vector<float> &elements);

  /// The samples of IngotProgram.arrays[index].
  void setArray(uint32_t index, SampleView samples);

  /// Trains. Metrics of an epoch are means over samples: sum(batch mean * rows of the batch) /
  /// samples, accumulated in double, rounded to float at the end as Keras's are. Ctrl-C (with a
  /// SigintGuard alive) throws Error::interrupted after the running step, with the state in the
  /// checkpoint. A checkpoint that cannot be written is a warning on stderr: training goes on, and
  /// the next one may be. Fits go on from each other: weights, slots, step count, learning rate and
  /// callbacks are those that the fit before left, and the data is shuffled as in no fit before.
  History fit(const IngotFit &fit, const FitOptions &options, FitObserver *observer);

  /// Means over the samples, loss first.
  std::vector<MetricValue> evaluate(const IngotEvaluation &evaluation, FitObserver *observer,
                                    const Rows &rows = {});

  /// The output of a predict entry, float [images.count][output_shape]. Null images: those of
  /// setArray.
  std::vector<float> predict(uint32_t entry, std::optional<SampleView> images);
  /// The same of the rows that are given; `evaluation` names the entry and the batch.
  std::vector<float> predict(const IngotEvaluation &evaluation, std::span<const int64_t> rows,
                             FitObserver *observer);

  /// The parts, for bench and tests.
  struct Parts;
  Parts &parts();

private:
  std::unique_ptr<Parts> itsParts;
};

/// While it lives, Ctrl-C asks fits and evaluations to end after the running step; a second Ctrl-C
/// ends the process at once.
class SigintGuard {
public:
  SigintGuard();
  ~SigintGuard();
  SigintGuard(const SigintGuard &) = delete;
  SigintGuard &operator=(const SigintGuard &) = delete;
};

} // namespace ingot::runtime

#endif
