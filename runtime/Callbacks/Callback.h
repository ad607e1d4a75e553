// What follows a fit and may steer it: Keras's callbacks.

#ifndef INGOT_RUNTIME_CALLBACKS_CALLBACK_H
#define INGOT_RUNTIME_CALLBACKS_CALLBACK_H

#include "runtime/ABI/Program.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ingot::runtime {

/// An epoch's results by name, in the order in which callbacks see them: sorted, then what
/// callbacks add.
struct Logs {
  std::vector<std::pair<std::string, double>> values;

  std::optional<double> find(const std::string &name) const;
  void set(const std::string &name, double value);
  /// "accuracy,loss"
  std::string names() const;
};

/// The training that callbacks follow.
class Training {
public:
  virtual ~Training() = default;

  /// Keras keeps it as a float32.
  virtual double learningRate() const = 0;
  virtual void setLearningRate(double rate) = 0;
  /// Ends the fit after this batch, or after the epoch whose end this is.
  virtual void stop() = 0;
  /// All weights, without the optimizer's state; and back.
  virtual std::vector<std::byte> weights() const = 0;
  virtual void setWeights(const std::vector<std::byte> &weights) = 0;
  /// Writes the model (.keras, .h5) or its weights (.weights.h5); folders are made.
  virtual void save(const std::string &path, bool weightsOnly) = 0;
  virtual void print(const std::string &text) = 0;
  /// On stderr; each text is shown once.
  virtual void warn(const std::string &text) = 0;
};

/// Epochs and batches count from 0. An object lives as long as the program: a second fit with it
/// goes on as Keras's does.
class Callback {
public:
  virtual ~Callback() = default;

  virtual void onTrainBegin(Training &) {}
  virtual void onTrainEnd(Training &) {}
  virtual void onEpochBegin(Training &, int64_t /*epoch*/) {}
  /// `logs`: means over the epoch so far.
  virtual void onBatchEnd(Training &, int64_t /*batch*/, const Logs &) {}
  virtual bool wantsBatches() const { return false; }
  virtual void onEpochEnd(Training &, int64_t /*epoch*/, Logs &) {}
  /// Whether it adds the learning rate to the logs.
  virtual bool logsLearningRate() const { return false; }
};

/// Throws Error where the file's name is none that Keras takes.
std::unique_ptr<Callback> makeCallback(const IngotProgram &program,
                                       const IngotCallback &description);

} // namespace ingot::runtime

#endif
