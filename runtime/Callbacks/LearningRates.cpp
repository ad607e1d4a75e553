// ReduceLROnPlateau and LearningRateScheduler (keras/src/callbacks/).

#include "runtime/Callbacks/Callbacks.h"
#include "runtime/Callbacks/Monitor.h"
#include "runtime/Core/Error.h"
#include "runtime/Python/Text.h"
#include "runtime/Train/Script.h"

#include <algorithm>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {
/// Both show the epoch's learning rate to the callbacks after them, to the history and the bar.
class LearningRateCallback : public Callback {
public:
  void onEpochEnd(Training &training, int64_t, Logs &logs) override {
    logs.set("learning_rate", training.learningRate());
  }
};

class ReduceLROnPlateau : public LearningRateCallback {
public:
  explicit ReduceLROnPlateau(const IngotCallback &description)
      : itsDescription(description), itsMonitor(description) {}

  void onTrainBegin(Training &) override {
    itsWait = itsCooldown = 0;
    itsBest.reset();
  }

  void onEpochEnd(Training &training, int64_t epoch, Logs &logs) override {
    LearningRateCallback::onEpochEnd(training, epoch, logs);
    auto current = logs.find(itsMonitor.name);
    if (!current)
      return training.warn(
          fmt::format("Learning rate reduction is conditioned on metric `{}` which is not "
                      "available. Available metrics are: {}.",
                      itsMonitor.name, logs.names()));
    if (itsCooldown > 0) {
      --itsCooldown;
      itsWait = 0;
    }
    if (itsMonitor.improves(*current, itsBest)) {
      itsBest = current;
      itsWait = 0;
    } else if (itsCooldown == 0 && ++itsWait >= itsDescription.patience) {
      reduce(training, epoch);
    }
  }

  std::vector<double> state() const override {
    return {double(itsWait), double(itsCooldown), double(itsBest.has_value()), itsBest.value_or(0)};
  }
  void restore(std::span<const double> state) override {
    itsWait = static_cast<int64_t>(state[0]);
    itsCooldown = static_cast<int64_t>(state[1]);
    itsBest = state[2] != 0 ? std::optional(state[3]) : std::nullopt;
  }

private:
  void reduce(Training &training, int64_t epoch) {
    double before = training.learningRate(), least = itsDescription.min_lr;
    if (!(before > static_cast<float>(least)))
      return;
    double rate = std::max(before * itsDescription.factor, least);
    training.setLearningRate(rate);
    if (itsDescription.verbose)
      training.print(fmt::format("\nEpoch {}: ReduceLROnPlateau reducing learning rate to {}.\n",
                                 epoch + 1, floatText(rate)));
    itsCooldown = itsDescription.cooldown;
    itsWait = 0;
  }

  const IngotCallback &itsDescription;
  Monitor itsMonitor;
  int64_t itsWait = 0, itsCooldown = 0;
  std::optional<double> itsBest;
};

class LearningRateScheduler : public LearningRateCallback {
public:
  LearningRateScheduler(const IngotProgram &program, const IngotCallback &description)
      : itsProgram(program), itsDescription(description) {}

  void onEpochBegin(Training &training, int64_t epoch) override {
    double rate = schedule(training, epoch);
    training.setLearningRate(rate);
    if (itsDescription.verbose)
      training.print(fmt::format("\nEpoch {}: LearningRateScheduler setting learning rate to {}.\n",
                                 epoch + 1, floatText(rate)));
  }

private:
  /// The script's function, of one argument or two. An int is none, as Keras says.
  double schedule(Training &training, int64_t epoch) const {
    std::vector<Value> arguments = {epoch, training.learningRate()};
    arguments.resize(itsDescription.function->argument_count);
    try {
      Value rate = plain(callFunction(itsProgram, *itsDescription.function, std::move(arguments),
                                      [&](const std::string &text) { training.print(text); }));
      if (rate.isFloat())
        return rate.number();
      throw PythonError{fmt::format(
          "ValueError: The output of the `schedule` function should be a float. Got: {}",
          repr(rate))};
    } catch (const PythonError &error) {
      throw Error{"LearningRateScheduler: " + error.message};
    }
  }

  const IngotProgram &itsProgram;
  const IngotCallback &itsDescription;
};
} // namespace

std::unique_ptr<Callback> makeReduceLROnPlateau(const IngotCallback &description) {
  return std::make_unique<ReduceLROnPlateau>(description);
}
std::unique_ptr<Callback> makeLearningRateScheduler(const IngotProgram &program,
                                                    const IngotCallback &description) {
  return std::make_unique<LearningRateScheduler>(program, description);
}

} // namespace ingot::runtime
