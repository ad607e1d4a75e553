// ModelCheckpoint (keras/src/callbacks/model_checkpoint.py).

#include "runtime/Callbacks/Callbacks.h"
#include "runtime/Callbacks/Monitor.h"
#include "runtime/Core/Error.h"
#include "runtime/Python/Text.h"

#include <fmt/format.h>

namespace ingot::runtime {

namespace {
class ModelCheckpoint : public Callback {
public:
  explicit ModelCheckpoint(const IngotCallback &description)
      : itsDescription(description), itsMonitor(description) {
    if (!std::isnan(description.baseline))
      itsBest = description.baseline;
  }

  void onEpochBegin(Training &, int64_t epoch) override { itsEpoch = epoch; }
  bool wantsBatches() const override { return itsDescription.save_frequency > 0; }

  void onBatchEnd(Training &training, int64_t batch, const Logs &logs) override {
    if (!wantsBatches() || ++itsBatches < itsDescription.save_frequency)
      return;
    itsBatches = 0;
    consider(training, batch, logs);
  }

  void onEpochEnd(Training &training, int64_t, Logs &logs) override {
    if (!wantsBatches())
      consider(training, std::nullopt, logs);
  }

  std::vector<double> state() const override {
    return {double(itsEpoch), double(itsBatches), double(itsBest.has_value()), itsBest.value_or(0)};
  }
  void restore(std::span<const double> state) override {
    itsEpoch = static_cast<int64_t>(state[0]);
    itsBatches = static_cast<int64_t>(state[1]);
    itsBest = state[2] != 0 ? std::optional(state[3]) : std::nullopt;
  }

private:
  bool bestOnly() const { return itsDescription.flags & INGOT_SAVE_BEST_ONLY; }

  void consider(Training &training, std::optional<int64_t> batch, const Logs &logs) {
    std::string path = pathOf(batch, logs);
    auto say = [&](const std::string &text) {
      if (itsDescription.verbose)
        training.print(fmt::format("\nEpoch {}: {}\n", itsEpoch + 1, text));
    };
    auto current = bestOnly() ? logs.find(itsMonitor.name) : std::nullopt;
    if (!bestOnly()) {
      say("saving model to " + path);
    } else if (!current) {
      training.warn(fmt::format("Can save best model only with {} available.", itsMonitor.name));
    } else if (itsMonitor.improves(*current, itsBest)) {
      say(fmt::format("{} improved from {} to {:.5f}, saving model to {}", itsMonitor.name,
                      itsBest ? fmt::format("{:.5f}", *itsBest) : "None", *current, path));
      itsBest = current;
    } else {
      return say(fmt::format("{} did not improve from {:.5f}", itsMonitor.name, *itsBest));
    }
    training.save(path, itsDescription.flags & INGOT_SAVE_WEIGHTS_ONLY);
    say("finished saving model to " + path);
  }

  /// The path with its fields filled in: {epoch} and {batch} from 1, and the logs by name.
  std::string pathOf(std::optional<int64_t> batch, const Logs &logs) const {
    std::string pattern = itsDescription.path, path;
    for (size_t at = 0; at < pattern.size(); ++at) {
      char c = pattern[at];
      if ((c == '{' || c == '}') && at + 1 < pattern.size() && pattern[at + 1] == c) {
        path += c;
        ++at;
      } else if (c == '{') {
        size_t end = pattern.find('}', at);
        if (end == std::string::npos)
          fail("a '{' without its '}'");
        path += field(pattern.substr(at + 1, end - at - 1), batch, logs);
        at = end;
      } else {
        path += c;
      }
    }
    return path;
  }

  std::string field(const std::string &text, std::optional<int64_t> batch, const Logs &logs) const {
    size_t colon = text.find(':');
    std::string name = text.substr(0, colon);
    Value value;
    if (name == "epoch")
      value = itsEpoch + 1;
    else if (name == "batch" && batch)
      value = *batch + 1;
    else if (auto metric = logs.find(name))
      value = *metric;
    else
      fail(fmt::format("'{}' is not known when it is saved; known are epoch{} and {}", name,
                       batch ? ", batch" : "", logs.names()));
    try {
      return formatValue(value, colon == std::string::npos ? "" : text.substr(colon + 1));
    } catch (const PythonError &error) {
      fail(error.message);
    }
  }

  [[noreturn]] void fail(const std::string &why) const {
    throw Error{fmt::format("ModelCheckpoint's path \"{}\": {}", itsDescription.path, why)};
  }

  const IngotCallback &itsDescription;
  Monitor itsMonitor;
  int64_t itsEpoch = 0;
  // Keras keeps both from fit to fit.
  int64_t itsBatches = 0;
  std::optional<double> itsBest;
};
} // namespace

std::unique_ptr<Callback> makeModelCheckpoint(const IngotCallback &description) {
  return std::make_unique<ModelCheckpoint>(description);
}

} // namespace ingot::runtime
