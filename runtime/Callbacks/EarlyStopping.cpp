// EarlyStopping (keras/src/callbacks/early_stopping.py).

#include "runtime/Callbacks/Callbacks.h"
#include "runtime/Callbacks/Monitor.h"

#include <fmt/format.h>

namespace ingot::runtime {

namespace {
class EarlyStopping : public Callback {
public:
  explicit EarlyStopping(const IngotCallback &description)
      : itsDescription(description), itsMonitor(description) {}

  void onTrainBegin(Training &) override {
    itsWait = itsStoppedEpoch = itsBestEpoch = 0;
    itsBest.reset();
    itsBestWeights.clear();
  }

  void onEpochEnd(Training &training, int64_t epoch, Logs &logs) override {
    auto current = logs.find(itsMonitor.name);
    if (!current)
      training.warn(fmt::format("Early stopping conditioned on metric `{}` which is not available. "
                                "Available metrics are: {}",
                                itsMonitor.name, logs.names()));
    if (!current || epoch < itsDescription.start_from_epoch)
      return;
    bool restores = itsDescription.flags & INGOT_RESTORE_BEST_WEIGHTS;
    ++itsWait;
    if (itsMonitor.improves(*current, itsBest)) {
      itsBest = current;
      itsBestEpoch = epoch;
      if (restores)
        itsBestWeights = training.weights();
      double baseline = itsDescription.baseline;
      if (std::isnan(baseline) || itsMonitor.improves(*current, baseline))
        itsWait = 0;
      return;
    }
    // The epoch's number is meant, also of a fit that goes on from another.
    if (itsWait >= itsDescription.patience && epoch > 0) {
      itsStoppedEpoch = epoch;
      training.stop();
    }
  }

  /// Restores whether it has stopped the training or not.
  void onTrainEnd(Training &training) override {
    if (itsStoppedEpoch > 0 && itsDescription.verbose)
      training.print(fmt::format("Epoch {}: early stopping\n", itsStoppedEpoch + 1));
    if (itsBestWeights.empty())
      return;
    if (itsDescription.verbose)
      training.print(fmt::format("Restoring model weights from the end of the best epoch: {}.\n",
                                 itsBestEpoch + 1));
    training.setWeights(itsBestWeights);
  }

  std::vector<double> state() const override {
    return {double(itsWait), double(itsStoppedEpoch), double(itsBestEpoch),
            double(itsBest.has_value()), itsBest.value_or(0)};
  }
  void restore(std::span<const double> state) override {
    itsWait = static_cast<int64_t>(state[0]);
    itsStoppedEpoch = static_cast<int64_t>(state[1]);
    itsBestEpoch = static_cast<int64_t>(state[2]);
    itsBest = state[3] != 0 ? std::optional(state[4]) : std::nullopt;
  }
  std::vector<std::byte> bestWeights() const override { return itsBestWeights; }
  void restoreBestWeights(std::vector<std::byte> weights) override {
    itsBestWeights = std::move(weights);
  }

private:
  const IngotCallback &itsDescription;
  Monitor itsMonitor;
  int64_t itsWait = 0, itsStoppedEpoch = 0, itsBestEpoch = 0;
  std::optional<double> itsBest;
  std::vector<std::byte> itsBestWeights;
};
} // namespace

std::unique_ptr<Callback> makeEarlyStopping(const IngotCallback &description) {
  return std::make_unique<EarlyStopping>(description);
}

} // namespace ingot::runtime
