// What follows a fit and may steer it: Keras's callbacks.

#ifndef INGOT_RUNTIME_CALLBACKS_CALLBACK_H
#define INGOT_RUNTIME_CALLBACKS_CALLBACK_H

#include "runtime/ABI/Program.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
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
  virtual double learningRate() const = 0; // NaN where the steps compute it from a schedule
  virtual void setLearningRate(double rate) = 0;
  /// Updates of the weights since training began, over all fits.
  virtual int64_t iterations() const = 0;
  /// Ends the fit after this batch, or after the epoch whose end this is.
  virtual void stop() = 0;
  /// All weights, without the optimizer's state: float32 elements in Keras's order and shapes; and
  /// back.
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

  /// All that it must know to go on within a fit, as numbers; and back, in place of onTrainBegin.
  virtual std::vector<double> state() const { return {}; }
  virtual void restore(std::span<const double> /*state*/) {}
  /// The weights that it keeps besides, as Training::weights gives them; empty: none.
  virtual std::vector<std::byte> bestWeights() const { return {}; }
  virtual void restoreBestWeights(std::vector<std::byte> /*weights*/) {}
};

std::unique_ptr<Callback> makeCallback(const IngotProgram &program,
                                       const IngotCallback &description);

} // namespace ingot::runtime

#endif
