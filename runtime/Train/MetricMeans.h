// Means of a step's metrics over the samples of an epoch.

#ifndef INGOT_RUNTIME_TRAIN_METRIC_MEANS_H
#define INGOT_RUNTIME_TRAIN_METRIC_MEANS_H

#include "runtime/ABI/Program.h"
#include "runtime/Train/History.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ingot::runtime {

/// sum(batch mean * rows of the batch) / samples, in double; rounded to float when asked for, as
/// Keras's results are floats.
class MetricMeans {
public:
  MetricMeans(const IngotEntry &entry, const std::byte *arena);

  void reset();
  /// The sums so far, and over how many samples; and back.
  std::span<const double> sums() const { return itsSums; }
  int64_t samples() const { return itsSamples; }
  void restore(std::span<const double> sums, int64_t samples);
  /// After a step with `rows` samples.
  void add(int64_t rows);

  /// Loss first, as the entry lists them.
  std::span<const MetricValue> inEntryOrder();
  /// Sorted by name, as Keras sorts logs.
  std::span<const MetricValue> sorted();

  /// The loss of the last step.
  float lastLoss() const;

private:
  double mean(size_t metric) const;

  const IngotEntry &itsEntry;
  const std::byte *itsArena;
  int64_t itsSamples = 0;
  std::vector<double> itsSums;
  std::vector<size_t> itsSorted; // the metric at each place of the sorted list
  std::vector<MetricValue> itsValues;
};

} // namespace ingot::runtime

#endif
