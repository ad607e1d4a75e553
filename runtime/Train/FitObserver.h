// Who wants to follow a fit or an evaluation: the progress bar, and what writes histories to files.

#ifndef INGOT_RUNTIME_TRAIN_FIT_OBSERVER_H
#define INGOT_RUNTIME_TRAIN_FIT_OBSERVER_H

#include "runtime/Train/History.h"

#include <cstdint>
#include <span>

namespace ingot::runtime {

/// Called on the thread that trains, between steps: what it does prolongs training, so onStep
/// returns at once when there is nothing to draw. Spans are valid during the call only.
class FitObserver {
public:
  virtual ~FitObserver() = default;

  /// `epoch` counts from 0; `epochs` is the number at which the fit ends, 0 for an evaluation,
  /// which is one epoch. `steps` is the number of batches of this epoch.
  virtual void onEpochBegin(int64_t epoch, int64_t epochs, int64_t steps) = 0;

  /// In place of onEpochBegin, where a fit goes on within an epoch after `step` steps of it.
  virtual void onResume(int64_t epoch, int64_t epochs, int64_t steps, int64_t /*step*/) {
    onEpochBegin(epoch, epochs, steps);
  }

  /// After batch number `step`, from 1. `running`: means over the epoch's samples so far, in
  /// Keras's order.
  virtual void onStep(int64_t step, int64_t steps, std::span<const MetricValue> running) = 0;

  /// After validation: the epoch's metrics, those of validation named "val_...". Not called for an
  /// epoch that Ctrl-C cuts short.
  virtual void onEpochEnd(std::span<const MetricValue> logs) = 0;
};

} // namespace ingot::runtime

#endif
