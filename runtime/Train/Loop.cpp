// The loops over epochs and batches: fit, evaluate, predict.

#include "runtime/Core/Error.h"
#include "runtime/Train/FitObserver.h"
#include "runtime/Train/Interrupt.h"
#include "runtime/Train/MetricMeans.h"
#include "runtime/Train/SampleOrder.h"
#include "runtime/Train/SessionParts.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <numeric>

namespace ingot::runtime {

static int64_t stepsFor(int64_t samples, int64_t batch) { return (samples + batch - 1) / batch; }

/// The rows of batch `step`, from 0; the last batch may be smaller.
static std::span<const int32_t> rowsOf(std::span<const int32_t> order, int64_t step,
                                       int64_t batch) {
  size_t first = static_cast<size_t>(step * batch);
  return order.subspan(first, std::min(static_cast<size_t>(batch), order.size() - first));
}

namespace {

/// An entry with its samples, ready for as many passes as wanted.
class Pass {
public:
  Pass(Session::Parts &parts, const IngotEntry &entry, int64_t batch, const Rows &rows)
      : itsBatch(batch), itsRunner(parts.runner(entry)), itsRows(rows),
        itsOrder(static_cast<size_t>(parts.sampleCount(entry))), means(entry, parts.arena.data()) {
    if (itsRows && itsRows->empty())
      throw Error{fmt::format("'{}': the part of the samples that the script takes is empty",
                              parts.program.arrays[entry.images].source)};
    if (itsRows)
      itsOrder = *itsRows;
    else
      orderInSequence(itsOrder);
  }

  int64_t samples() const { return static_cast<int64_t>(itsOrder.size()); }
  int64_t steps() const { return stepsFor(samples(), itsBatch); }
  /// A part of the samples is shuffled as an array of its own would be.
  void shuffle(uint64_t seed, int64_t epoch) {
    orderShuffled(itsOrder, seed, epoch);
    if (itsRows)
      for (int32_t &row : itsOrder)
        row = (*itsRows)[static_cast<size_t>(row)];
  }

  void step(int64_t step) {
    std::span<const int32_t> rows = rowsOf(itsOrder, step, itsBatch);
    itsRunner.run(rows);
    means.add(static_cast<int64_t>(rows.size()));
  }

private:
  int64_t itsBatch;
  StepRunner itsRunner;
  Rows itsRows;
  std::vector<int32_t> itsOrder;

public:
  MetricMeans means;
};

class FitRun {
public:
  FitRun(Session::Parts &parts, const IngotFit &fit, const FitOptions &options,
         FitObserver *observer)
      : itsParts(parts), itsFit(fit), itsObserver(observer),
        itsEpochs(options.epochs.value_or(fit.epochs)),
        itsShuffle(options.shuffle.value_or(fit.shuffle != 0)),
        itsTraining(parts, parts.entry(fit.train_entry, INGOT_TRAIN_STEP), parts.batch(fit.batch),
                    options.rows),
        itsSteps(options.steps.value_or(itsTraining.steps())) {
    if (fit.validation_entry >= 0)
      itsValidation =
          std::make_unique<Pass>(parts, parts.entry(fit.validation_entry, INGOT_EVALUATE_STEP),
                                 parts.batch(fit.validation_batch), options.validationRows);
    nameColumns();
    itsState.samples = itsTraining.samples();
    itsState.epoch = fit.initial_epoch;
    if (options.resumedFrom)
      resume(*options.resumedFrom);
  }

  History run() {
    while (itsState.epoch < itsEpochs) {
      beginEpoch();
      train();
      finishEpoch();
    }
    itsParts.training.fit = state();
    itsParts.resultsBeforeFit = itsParts.training.results.size();
    if (itsParts.writer)
      itsParts.endOfFit = itsParts.checksumOfParameters();
    return std::move(itsHistory);
  }

private:
  void nameColumns();
  void resume(const FitState &state);
  FitState state() const;
  void shuffle() {
    // With steps of its own an epoch goes on where the last one stopped; the data begins anew when
    // it ends.
    bool passes = itsSteps == itsTraining.steps();
    if (itsShuffle)
      itsTraining.shuffle(itsParts.options.seed, passes ? itsState.epoch : itsState.passes);
  }
  void beginEpoch();
  void train();
  void finishEpoch();
  void lookForDivergence();
  void reportDivergence();
  [[noreturn]] void interrupt();

  Session::Parts &itsParts;
  const IngotFit &itsFit;
  FitObserver *itsObserver;
  int64_t itsEpochs;
  bool itsShuffle;
  Pass itsTraining;
  int64_t itsSteps;  // of an epoch
  FitState itsState; // without means and history
  std::unique_ptr<Pass> itsValidation;
  History itsHistory;
  std::vector<MetricValue> itsLogs;
};

void FitRun::nameColumns() {
  for (const MetricValue &metric : itsTraining.means.sorted())
    itsHistory.columns.push_back({metric.name, {}});
  if (itsValidation)
    for (const MetricValue &metric : itsValidation->means.sorted())
      itsHistory.columns.push_back({std::string("val_") + metric.name, {}});
  for (const History::Column &column : itsHistory.columns)
    itsLogs.push_back({column.name.c_str(), 0});
}

/// Nothing in a file is believed: what another program or other data would have left is an error.
void FitRun::resume(const FitState &state) {
  if (state.samples != itsState.samples)
    throw Error{fmt::format("the checkpoint's run trains on {} samples, but there are {}: give the "
                            "data that it began with",
                            state.samples, itsState.samples)};
  bool within = state.step >= 0 && state.step <= itsSteps && state.next >= 0 &&
                state.next < itsTraining.steps() && state.epoch >= itsFit.initial_epoch;
  auto sameName = [](const History::Column &a, const History::Column &b) {
    return a.name == b.name;
  };
  if (!within || !std::ranges::equal(state.history.columns, itsHistory.columns, sameName) ||
      state.meansSums.size() != itsTraining.means.sums().size())
    throw Error{"the checkpoint's state is not one of this fit; begin anew"};
  itsState = state;
  for (size_t column = 0; column < itsHistory.columns.size(); ++column)
    itsHistory.columns[column].values = state.history.columns[column].values;
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

void FitRun::beginEpoch() {
  itsParts.state.epoch = itsState.epoch;
  if (itsState.step == 0)
    itsTraining.means.reset();
  if (!itsObserver)
    return;
  if (itsState.step == 0)
    itsObserver->onEpochBegin(itsState.epoch, itsEpochs, itsSteps);
  else
    itsObserver->onResume(itsState.epoch, itsEpochs, itsSteps, itsState.step);
}

void FitRun::train() {
  while (itsState.step < itsSteps) {
    if (itsState.next == 0)
      shuffle();
    itsTraining.step(itsState.next);
    itsState.next = (itsState.next + 1) % itsTraining.steps();
    itsState.passes += itsState.next == 0;
    lookForDivergence();
    ++itsState.step;
    if (itsObserver)
      itsObserver->onStep(itsState.step, itsSteps, itsTraining.means.sorted());
    if (interruptRequested())
      interrupt();
    if (itsState.step < itsSteps && itsParts.checkpointDue())
      itsParts.keepCheckpoint(state());
  }
}

void FitRun::finishEpoch() {
  if (itsValidation) {
    itsValidation->means.reset();
    for (int64_t step = 0; step < itsValidation->steps(); ++step) {
      itsValidation->step(step);
      if (interruptRequested())
        interrupt();
    }
  }
  size_t column = 0;
  for (const MetricValue &metric : itsTraining.means.sorted())
    itsLogs[column++].value = metric.value;
  if (itsValidation)
    for (const MetricValue &metric : itsValidation->means.sorted())
      itsLogs[column++].value = metric.value;
  for (column = 0; column < itsLogs.size(); ++column)
    itsHistory.columns[column].values.push_back(itsLogs[column].value);
  if (itsObserver)
    itsObserver->onEpochEnd(itsLogs);
  reportDivergence();
  // Last, so that a resumed run prints nothing twice that was printed before this moment.
  ++itsState.epoch;
  itsState.step = 0;
  itsParts.keepCheckpoint(state());
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
  fmt::print(stderr,
             "note: since epoch {}, step {} the loss is not finite: training has diverged; a "
             "smaller --learning-rate may help\n",
             itsState.divergedEpoch + 1, itsState.divergedStep + 1);
}

void FitRun::interrupt() {
  const SessionOptions &options = itsParts.options;
  std::string where = fmt::format("interrupted in epoch {}/{} after step {}/{}", itsState.epoch + 1,
                                  itsEpochs, itsState.step, itsSteps);
  if (options.checkpoint.empty())
    throw Error{where + "; with --no-checkpoint nothing was kept", Error::interrupted};
  try {
    itsParts.keepCheckpoint(state());
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

std::vector<MetricValue> Session::evaluate(const IngotEvaluation &evaluation, FitObserver *observer,
                                           const Rows &rows) {
  const IngotEntry &entry = itsParts->entry(evaluation.entry, INGOT_EVALUATE_STEP);
  Pass pass(*itsParts, entry, itsParts->batch(evaluation.batch), rows);
  int64_t steps = pass.steps();
  if (observer)
    observer->onEpochBegin(0, 0, steps);
  for (int64_t step = 0; step < steps; ++step) {
    pass.step(step);
    if (observer)
      observer->onStep(step + 1, steps, pass.means.sorted());
    if (interruptRequested())
      throw Error{"interrupted", Error::interrupted};
  }
  if (observer)
    observer->onEpochEnd(pass.means.sorted());
  std::span<const MetricValue> values = pass.means.inEntryOrder();
  return {values.begin(), values.end()};
}

/// The outputs for the samples that `order` names.
static std::vector<float> predictRows(Session::Parts &parts, const IngotEntry &entry,
                                      const void *images, std::span<const int32_t> order,
                                      int64_t batch, FitObserver *observer) {
  StepRunner runner = parts.runner(entry, images);
  std::span shape(entry.output_shape, entry.output_rank);
  size_t width = static_cast<size_t>(
      std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<>()));
  std::vector<float> outputs(order.size() * width);
  const std::byte *output = parts.arena.data() + entry.output_offset;
  int64_t steps = stepsFor(static_cast<int64_t>(order.size()), batch);
  if (observer)
    observer->onEpochBegin(0, 0, steps);
  for (int64_t step = 0; step < steps; ++step) {
    std::span<const int32_t> rows = rowsOf(order, step, batch);
    runner.run(rows);
    std::memcpy(outputs.data() + static_cast<size_t>(step * batch) * width, output,
                rows.size() * width * sizeof(float));
    if (observer)
      observer->onStep(step + 1, steps, {});
    if (interruptRequested())
      throw Error{"interrupted", Error::interrupted};
  }
  if (observer)
    observer->onEpochEnd({});
  return outputs;
}

std::vector<float> Session::predict(uint32_t index, std::optional<SampleView> images) {
  const IngotEntry &entry = itsParts->entry(static_cast<int32_t>(index), INGOT_PREDICT_STEP);
  SampleView samples = images ? *images : itsParts->samples(entry.images);
  if (samples.count > INT32_MAX)
    throw Error{fmt::format("{} samples; at most {} are supported", samples.count, INT32_MAX)};
  std::vector<int32_t> order(static_cast<size_t>(samples.count));
  orderInSequence(order);
  return predictRows(*itsParts, entry, samples.data, order, itsParts->batch(program().batch),
                     nullptr);
}

std::vector<float> Session::predict(const IngotEvaluation &evaluation,
                                    std::span<const int64_t> rows, FitObserver *observer) {
  const IngotEntry &entry = itsParts->entry(evaluation.entry, INGOT_PREDICT_STEP);
  SampleView samples = itsParts->samples(entry.images);
  std::vector<int32_t> order;
  for (int64_t row : rows) {
    if (row < 0 || row >= samples.count || row > INT32_MAX)
      throw Error{fmt::format("there is no sample {}", row)};
    order.push_back(static_cast<int32_t>(row));
  }
  return predictRows(*itsParts, entry, samples.data, order, itsParts->batch(evaluation.batch),
                     observer);
}

} // namespace ingot::runtime
