// The loop over epochs and batches, and what callbacks see of it.

#include "runtime/Callbacks/Callback.h"
#include "runtime/Checkpoint/Weights.h"
#include "runtime/Core/Error.h"
#include "runtime/Core/Message.h"
#include "runtime/Keras/KerasFile.h"
#include "runtime/Train/FitObserver.h"
#include "runtime/Train/Interrupt.h"
#include "runtime/Train/Pass.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {

/// Callbacks are called in the order of the script's list, then the history, then the observer,
/// which is the progress bar (keras/src/callbacks/callback_list.py).
class FitRun : public Training {
public:
  FitRun(Session::Parts &parts, const IngotFit &fit, const FitOptions &options,
         FitObserver *observer);

  History run();

  // What callbacks ask for.
  double learningRate() const override { return itsParts.state.learning_rate; }
  void setLearningRate(double rate) override {
    itsParts.state.learning_rate = static_cast<float>(rate);
  }
  int64_t iterations() const override { return itsParts.state.step; }
  void stop() override { itsState.stopped = true; }
  std::vector<std::byte> weights() const override {
    return packWeights(itsParts.program, itsParts.arena.data());
  }
  void setWeights(const std::vector<std::byte> &weights) override;
  void save(const std::string &path, bool weightsOnly) override {
    saveKerasFile(path, itsParts.program, itsParts.arena.data(), itsParts.state, weightsOnly);
  }
  void print(const std::string &text) override;
  void warn(const std::string &text) override;

private:
  void resume(const FitState &state);
  FitState state() const;
  void shuffle();
  void beginEpoch();
  void train();
  void validate();
  void finishEpoch();
  Logs epochLogs();
  Logs runningLogs();
  void keepCheckpoint();
  void lookForDivergence();
  void reportDivergence();
  [[noreturn]] void interrupt();

  Session::Parts &itsParts;
  const IngotFit &itsFit;
  FitObserver *itsObserver;
  std::function<void(const std::string &)> itsPrint;
  int64_t itsEpochs;
  bool itsShuffle;
  Pass itsTraining;
  int64_t itsSteps;  // of an epoch
  FitState itsState; // without means and history
  std::unique_ptr<Pass> itsValidation;
  std::vector<Callback *> itsCallbacks; // null: the script's History object
  bool itsWantsBatches = false, itsResumed = false;
  History itsHistory;
};

FitRun::FitRun(Session::Parts &parts, const IngotFit &fit, const FitOptions &options,
               FitObserver *observer)
    : itsParts(parts), itsFit(fit), itsObserver(observer), itsPrint(options.print),
      itsEpochs(endOf(fit, options)), itsShuffle(options.shuffle.value_or(fit.shuffle != 0)),
      itsTraining(parts, parts.entry(fit.train_entry, INGOT_TRAIN_STEP), parts.batch(fit.batch),
                  options.rows),
      itsSteps(options.steps.value_or(itsTraining.steps())) {
  if (fit.validation_entry >= 0)
    itsValidation =
        std::make_unique<Pass>(parts, parts.entry(fit.validation_entry, INGOT_EVALUATE_STEP),
                               parts.batch(fit.validation_batch), options.validationRows);
  for (uint32_t index : std::span(fit.callbacks, fit.callback_count)) {
    itsCallbacks.push_back(parts.callback(index));
    itsWantsBatches |= itsCallbacks.back() && itsCallbacks.back()->wantsBatches();
  }
  itsHistory.verbose = fit.verbose;
  itsHistory.epochsAsked = itsEpochs;
  itsHistory.steps = itsSteps;
  itsState.samples = itsTraining.samples();
  itsState.epoch = itsState.first = fit.initial_epoch;
  // A pass that the fit before did not complete is not begun again.
  itsState.passes = parts.training.fit.passes + (parts.training.fit.next != 0);
  if (options.resumedFrom)
    resume(*options.resumedFrom);
}

/// Nothing in a file is believed: what another program or other data would have left is an error.
void FitRun::resume(const FitState &state) {
  if (state.samples != itsState.samples)
    throw Error{fmt::format("the checkpoint's run trains on {} samples, but there are {}: give the "
                            "data that it began with",
                            state.samples, itsState.samples)};
  bool within = state.step >= 0 && state.step <= itsSteps && state.next >= 0 &&
                state.next < itsTraining.steps() && state.epoch >= itsFit.initial_epoch &&
                state.first == itsFit.initial_epoch;
  auto rows = static_cast<size_t>(std::max<int64_t>(0, state.epoch - itsFit.initial_epoch));
  std::vector<std::string> known;
  for (auto &[name, value] : epochLogs().values)
    known.push_back(name);
  size_t least = rows ? known.size() : 0;
  known.emplace_back("learning_rate");
  const std::vector<History::Column> &columns = state.history.columns;
  bool fits = columns.size() >= least && columns.size() <= known.size();
  for (size_t column = 0; fits && column < columns.size(); ++column)
    fits = columns[column].name == known[column] && columns[column].values.size() == rows;
  if (!within || !fits || state.meansSums.size() != itsTraining.means.sums().size())
    throw Error{"the checkpoint's state is not one of this fit; begin anew"};
  itsResumed = true;
  itsState = state;
  itsHistory.columns = columns;
  for (size_t row = 0; row < rows; ++row)
    itsHistory.epochs.push_back(itsFit.initial_epoch + static_cast<int64_t>(row));
  itsTraining.means.restore(state.meansSums, state.meansSamples);
  if (itsState.next != 0)
    shuffle();
}

FitState FitRun::state() const {
  FitState state = itsState;
  std::span<const double> sums = itsTraining.means.sums();
  state.meansSums.assign(sums.begin(), sums.end());
  state.meansSamples = itsTraining.means.samples();
  state.history = itsHistory;
  return state;
}

void FitRun::keepCheckpoint() {
  if (!itsParts.writer)
    return;
  itsParts.keepCallbacks();
  itsParts.keepCheckpoint(state());
}

/// With steps of its own an epoch goes on where the last one stopped; the data begins anew when it
/// ends.
void FitRun::shuffle() {
  if (itsShuffle)
    itsTraining.shuffle(itsParts.options.seed, itsState.passes);
}

History FitRun::run() {
  // Callbacks of a resumed fit have their state from the checkpoint.
  for (Callback *callback : itsCallbacks)
    if (callback && !itsResumed)
      callback->onTrainBegin(*this);
  // An epoch within which a callback has stopped the fit still comes to its end.
  while (itsState.epoch < itsEpochs && (!itsState.stopped || itsState.step > 0)) {
    beginEpoch();
    train();
    validate();
    finishEpoch();
  }
  itsParts.training.fit = state();
  itsParts.resultsBeforeFit = itsParts.training.results.size();
  if (itsParts.writer)
    itsParts.endOfFit = itsParts.checksumOfParameters();
  for (Callback *callback : itsCallbacks)
    if (callback)
      callback->onTrainEnd(*this);
  return std::move(itsHistory);
}

void FitRun::beginEpoch() {
  itsParts.state.epoch = itsState.epoch;
  if (itsState.step > 0) { // resumed within it
    if (itsObserver)
      itsObserver->onResume(itsState.epoch, itsEpochs, itsSteps, itsState.step);
    return;
  }
  itsTraining.means.reset();
  for (Callback *callback : itsCallbacks)
    if (callback)
      callback->onEpochBegin(*this, itsState.epoch);
  if (itsObserver)
    itsObserver->onEpochBegin(itsState.epoch, itsEpochs, itsSteps);
}

Logs FitRun::runningLogs() {
  Logs logs;
  for (const MetricValue &metric : itsTraining.means.sorted())
    logs.set(metric.name, metric.value);
  return logs;
}

Logs FitRun::epochLogs() {
  Logs logs = runningLogs();
  if (itsValidation)
    for (const MetricValue &metric : itsValidation->means.sorted())
      logs.set(std::string("val_") + metric.name, metric.value);
  return logs;
}

void FitRun::train() {
  while (itsState.step < itsSteps && !itsState.stopped) {
    if (itsState.next == 0)
      shuffle();
    itsTraining.step(itsState.next);
    itsState.next = (itsState.next + 1) % itsTraining.steps();
    itsState.passes += itsState.next == 0;
    lookForDivergence();
    ++itsState.step;
    if (itsWantsBatches) {
      Logs logs = runningLogs();
      for (Callback *callback : itsCallbacks)
        if (callback)
          callback->onBatchEnd(*this, itsState.step - 1, logs);
    }
    if (itsObserver)
      itsObserver->onStep(itsState.step, itsSteps, itsTraining.means.sorted());
    if (interruptRequested())
      interrupt();
    if (itsState.step < itsSteps && itsParts.checkpointDue())
      keepCheckpoint();
  }
}

void FitRun::validate() {
  if (!itsValidation)
    return;
  itsValidation->means.reset();
  for (int64_t step = 0; step < itsValidation->steps(); ++step) {
    itsValidation->step(step);
    if (interruptRequested())
      interrupt();
  }
}

void FitRun::finishEpoch() {
  Logs logs = epochLogs();
  bool recorded = false;
  auto record = [&] {
    if (!recorded)
      itsHistory.record(itsState.epoch, logs.values);
    recorded = true;
  };
  for (Callback *callback : itsCallbacks)
    if (callback)
      callback->onEpochEnd(*this, itsState.epoch, logs);
    else
      record();
  record();
  std::vector<MetricValue> shown;
  for (auto &[name, value] : logs.values)
    shown.push_back({name.c_str(), value});
  if (itsObserver)
    itsObserver->onEpochEnd(shown);
  reportDivergence();
  // Last, so that a resumed run prints nothing twice that was printed before this moment.
  ++itsState.epoch;
  itsState.step = 0;
  keepCheckpoint();
}

void FitRun::lookForDivergence() {
  if (itsState.divergedEpoch >= 0 || std::isfinite(itsTraining.means.lastLoss()))
    return;
  itsState.divergedEpoch = itsState.epoch;
  itsState.divergedStep = itsState.step;
}

/// Keras goes on, so do we; but the reader should not search for the moment.
void FitRun::reportDivergence() {
  if (itsState.divergedEpoch < 0 || itsState.divergenceReported)
    return;
  itsState.divergenceReported = true;
  printMessage("note: since epoch {}, step {} the loss is not finite: training has diverged; a "
               "smaller --learning-rate may help\n",
               itsState.divergedEpoch + 1, itsState.divergedStep + 1);
}

void FitRun::setWeights(const std::vector<std::byte> &weights) {
  if (!unpackWeights(weights, itsParts.program, itsParts.arena.data()))
    throw Error{"the weights that a callback has kept are not this program's"};
}

void FitRun::print(const std::string &text) {
  if (itsPrint)
    itsPrint(text);
  else
    std::fputs(text.c_str(), stdout);
}

void FitRun::warn(const std::string &text) {
  if (itsParts.warned.insert(text).second)
    printMessage("{}: warning: {}\n", itsParts.program.name, text);
}

void FitRun::interrupt() {
  const SessionOptions &options = itsParts.options;
  std::string where = fmt::format("interrupted in epoch {}/{} after step {}/{}", itsState.epoch + 1,
                                  itsEpochs, itsState.step, itsSteps);
  if (options.checkpoint.empty())
    throw Error{where + "; with --no-checkpoint nothing was kept", Error::interrupted};
  try {
    keepCheckpoint();
    itsParts.finishCheckpoint();
  } catch (const Error &error) {
    throw Error{fmt::format("{}; its state could not be kept: {}", where, error.message),
                Error::interrupted};
  }
  throw Error{
      fmt::format("{}; the state is in {}\nto go on: {}\nto evaluate what it has learned: {} "
                  "evaluate --init-weights {}",
                  where, options.checkpoint, options.resumeCommand, options.executable,
                  options.checkpoint),
      Error::interrupted};
}

} // namespace

History Session::fit(const IngotFit &fit, const FitOptions &options, FitObserver *observer) {
  FitRun run(*itsParts, fit, options, observer);
  return run.run();
}

} // namespace ingot::runtime
