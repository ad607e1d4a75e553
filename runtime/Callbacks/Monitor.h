// The value that a callback watches, and what counts as better.

#ifndef INGOT_RUNTIME_CALLBACKS_MONITOR_H
#define INGOT_RUNTIME_CALLBACKS_MONITOR_H

#include "runtime/ABI/Program.h"

#include <cmath>
#include <optional>
#include <string>

namespace ingot::runtime {

/// Compares as Keras does (keras/src/callbacks/monitor_callback.py): computed in double, compared
/// as float32, strictly. A tie is no improvement, nor is a NaN.
class Monitor {
public:
  explicit Monitor(const IngotCallback &description)
      : name(description.monitor), itsHigher(description.higher_is_better != 0),
        itsDelta(std::abs(description.min_delta)) {}

  const std::string name;

  /// Whether `value` is better than `reference`; the first one always is.
  bool improves(double value, std::optional<double> reference) const {
    if (!reference)
      return true;
    return itsHigher ? static_cast<float>(value - itsDelta) > static_cast<float>(*reference)
                     : static_cast<float>(value + itsDelta) < static_cast<float>(*reference);
  }

private:
  bool itsHigher;
  double itsDelta;
};

} // namespace ingot::runtime

#endif
