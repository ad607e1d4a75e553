// What a fit leaves behind: for each metric, its value of every epoch.

#ifndef INGOT_RUNTIME_TRAIN_HISTORY_H
#define INGOT_RUNTIME_TRAIN_HISTORY_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ingot::runtime {

/// A metric at some moment: a mean over the samples seen so far, or of an epoch. The name lives as
/// long as the session.
struct MetricValue {
  const char *name;
  double value;
};

/// Keras's History: a column a metric in Keras's order ("accuracy", "loss", "val_accuracy",
/// "val_loss": Keras sorts its logs by name; then what callbacks add), a row an epoch that was
/// completed.
struct History {
  struct Column {
    std::string name;
    std::vector<double> values;
  };
  std::vector<Column> columns;
  std::vector<int64_t> epochs; // from 0: of each row
  // History.params
  int64_t verbose = 1, epochsAsked = 0, steps = 0;

  void record(int64_t epoch, const std::vector<std::pair<std::string, double>> &logs);
};

} // namespace ingot::runtime

#endif
