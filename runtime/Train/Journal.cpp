// Actions around those of the run.

#include "runtime/Train/Journal.h"

#include "runtime/Core/Error.h"

#include <type_traits>
#include <utility>

namespace ingot::runtime {

Journal::Journal(TrainingState &state, bool resumed)
    : itsState(state), itsResumed(resumed), itsKept(state.results.size()) {}

[[noreturn]] static void failToAgree() {
  throw Error{"the checkpoint's state is not one of this script; begin anew without --resume"};
}

template <typename Result, typename Do> Result Journal::once(Do act) {
  size_t index = itsNext++;
  if (index < itsKept) {
    if (const Result *kept = std::get_if<Result>(&itsState.results[index]))
      return *kept;
    failToAgree();
  }
  if (itsResumed && index == itsKept && !std::is_same_v<Result, History>)
    failToAgree();
  Result result = act(itsResumed && index == itsKept ? &itsState.fit : nullptr);
  itsState.results.push_back(result);
  return result;
}

ScriptActions Journal::keep(ScriptActions actions, Fit fit) {
  ScriptActions kept = actions;
  kept.print = [this, print = actions.print](const std::string &text) {
    if (!replays())
      print(text);
  };
  kept.summary = [this, summary = actions.summary] {
    if (!replays())
      summary();
  };
  kept.summaryOf = [this, summary = actions.summaryOf](const ModelSummary &model) {
    if (!replays())
      summary(model);
  };
  kept.save = [this, save = actions.save](const std::string &path, bool weightsOnly) {
    if (!replays())
      save(path, weightsOnly);
  };
  kept.loadWeights = [this, load = actions.loadWeights](const std::string &path) {
    if (!replays())
      load(path);
  };
  kept.fit = [this, fit = std::move(fit)](int64_t index, FitData data) {
    return once<History>(
        [&](const FitState *resumedFrom) { return fit(index, std::move(data), resumedFrom); });
  };
  kept.evaluate = [this, evaluate = actions.evaluate](int64_t index, Rows rows) {
    return once<std::vector<double>>(
        [&](const FitState *) { return evaluate(index, std::move(rows)); });
  };
  kept.askFiles = [this, ask = actions.askFiles](const std::string &function,
                                                 std::span<const Value> arguments) -> Value {
    auto said = once<std::vector<double>>([&](const FitState *) {
      Value value = ask(function, arguments);
      return value.isNone() ? std::vector<double>() : std::vector<double>{value.number()};
    });
    return said.empty() ? Value(PythonNone{}) : Value(said.front() != 0);
  };
  kept.predict = [this, predict = actions.predict](int64_t index,
                                                   const std::vector<int64_t> *rows) {
    return once<NdArray>([&](const FitState *) { return predict(index, rows); });
  };
  return kept;
}

} // namespace ingot::runtime
