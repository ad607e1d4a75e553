// An entry with its samples, batch by batch.

#ifndef INGOT_RUNTIME_TRAIN_PASS_H
#define INGOT_RUNTIME_TRAIN_PASS_H

#include "runtime/Train/MetricMeans.h"
#include "runtime/Train/SessionParts.h"

#include <span>
#include <vector>

namespace ingot::runtime {

/// Batches of that size that hold all samples; the last may be smaller.
int64_t stepsFor(int64_t samples, int64_t batch);
/// The rows of batch `step`, from 0.
std::span<const int32_t> rowsOf(std::span<const int32_t> order, int64_t step, int64_t batch);

/// Ready for as many passes over the samples as wanted.
class Pass {
public:
  Pass(Session::Parts &parts, const IngotEntry &entry, int64_t batch, const Rows &rows);

  int64_t samples() const { return static_cast<int64_t>(itsOrder.size()); }
  int64_t steps() const;
  /// A part of the samples is shuffled as an array of its own would be. The order depends on the
  /// seed and `number` alone.
  void shuffle(uint64_t seed, int64_t number);
  void step(int64_t step);

private:
  int64_t itsBatch;
  StepRunner itsRunner;
  Rows itsRows;
  std::vector<int32_t> itsOrder;

public:
  MetricMeans means;
};

} // namespace ingot::runtime

#endif
