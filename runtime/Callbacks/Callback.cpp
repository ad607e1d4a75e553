#include "runtime/Callbacks/Callbacks.h"
#include "runtime/Core/Error.h"

#include <fmt/format.h>

namespace ingot::runtime {

std::optional<double> Logs::find(const std::string &name) const {
  for (auto &[known, value] : values)
    if (known == name)
      return value;
  return std::nullopt;
}

void Logs::set(const std::string &name, double value) {
  for (auto &[known, held] : values)
    if (known == name) {
      held = value;
      return;
    }
  values.emplace_back(name, value);
}

std::string Logs::names() const {
  std::string text;
  for (auto &[name, value] : values)
    text += (text.empty() ? "" : ",") + name;
  return text;
}

std::unique_ptr<Callback> makeCallback(const IngotProgram &program,
                                       const IngotCallback &description) {
  switch (description.kind) {
  case INGOT_MODEL_CHECKPOINT:
    return makeModelCheckpoint(description);
  case INGOT_EARLY_STOPPING:
    return makeEarlyStopping(description);
  case INGOT_REDUCE_LR_ON_PLATEAU:
    return makeReduceLROnPlateau(description);
  case INGOT_LEARNING_RATE_SCHEDULER:
    return makeLearningRateScheduler(program, description);
  case INGOT_CSV_LOGGER:
    return makeCSVLogger(description);
  case INGOT_TERMINATE_ON_NAN:
    return makeTerminateOnNaN(description);
  case INGOT_TENSOR_BOARD:
    return makeTensorBoard(description);
  }
  throw Error{fmt::format("the program has a callback of kind {}, which this runtime does not know",
                          description.kind)};
}

} // namespace ingot::runtime
