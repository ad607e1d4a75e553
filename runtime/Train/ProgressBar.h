// What fit and evaluate print while they run: Keras 3's progress bar, or its lines of verbose=2.

#ifndef INGOT_RUNTIME_TRAIN_PROGRESS_BAR_H
#define INGOT_RUNTIME_TRAIN_PROGRESS_BAR_H

#include "runtime/Train/FitObserver.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace ingot::runtime {

/// The bar of one epoch. Bytes, rounding and what is drawn when are those of
/// keras.utils.Progbar (Keras 3.15).
class ProgressBar {
public:
  enum class Style { Bar, Line };

  /// `target` steps, of which `first` were done by an earlier run; `start` is the time now, in
  /// seconds.
  ProgressBar(Style style, int64_t target, double start, int64_t first = 0)
      : itsStyle(style), itsTarget(target), itsFirst(first), itsStart(start) {}

  /// What to print after step `current` at time `now`; empty if the last drawing is too recent.
  /// `last`: the epoch is over; the line is completed.
  std::string update(int64_t current, std::span<const MetricValue> values, double now, bool last);

private:
  std::string bar(int64_t current) const;
  double stepSeconds(int64_t current, double now);
  std::string draw(int64_t current, std::span<const MetricValue> values, double now, bool last);
  std::string line(int64_t current, std::span<const MetricValue> values, double now) const;

  Style itsStyle;
  int64_t itsTarget, itsFirst;
  double itsStart;
  double itsLastUpdate = -1e9; // long ago: the first step is always drawn
  double itsFirstStep = -1;    // when this run's first step was over; -1: it is not
  size_t itsWidth = 0;         // columns that the last drawing took
};

/// Prints progress through `print`, with time from `clock` in seconds.
class ProgressPrinter : public FitObserver {
public:
  ProgressPrinter(ProgressBar::Style style, std::function<void(const std::string &)> print,
                  std::function<double()> clock);

  void onEpochBegin(int64_t epoch, int64_t epochs, int64_t steps) override;
  void onResume(int64_t epoch, int64_t epochs, int64_t steps, int64_t step) override;
  void onStep(int64_t step, int64_t steps, std::span<const MetricValue> running) override;
  void onEpochEnd(std::span<const MetricValue> logs) override;

private:
  ProgressBar::Style itsStyle;
  std::function<void(const std::string &)> itsPrint;
  std::function<double()> itsClock;
  int64_t itsSteps = 0;
  ProgressBar itsBar;
};

/// A metric as Keras prints it: "0.8012", "1.2345e-04".
std::string metricText(double value, ProgressBar::Style style);

/// Seconds from a clock that never goes backward.
double steadySeconds();

} // namespace ingot::runtime

#endif
