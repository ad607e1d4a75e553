// TerminateOnNaN (keras/src/callbacks/terminate_on_nan.py).

#include "runtime/Callbacks/Callbacks.h"
#include "runtime/Core/Error.h"
#include "runtime/Python/Text.h"

#include <cmath>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {
class TerminateOnNaN : public Callback {
public:
  explicit TerminateOnNaN(const IngotCallback &description) : itsDescription(description) {}

  bool wantsBatches() const override { return true; }

  /// Looks at the running mean, not at validation's loss.
  void onBatchEnd(Training &training, int64_t batch, const Logs &logs) override {
    auto loss = logs.find("loss");
    if (!loss || std::isfinite(*loss))
      return;
    if (itsDescription.flags & INGOT_RAISE_ERROR)
      throw Error{fmt::format("NaN or Inf loss encountered at batch {}. Loss value: {}. "
                              "Terminating training immediately.",
                              batch, floatText(*loss))};
    training.print(fmt::format("Batch {}: Invalid loss, terminating training\n", batch));
    training.stop();
  }

private:
  const IngotCallback &itsDescription;
};
} // namespace

std::unique_ptr<Callback> makeTerminateOnNaN(const IngotCallback &description) {
  return std::make_unique<TerminateOnNaN>(description);
}

} // namespace ingot::runtime
