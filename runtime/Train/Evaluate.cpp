// evaluate and predict.

#include "runtime/Core/Error.h"
#include "runtime/Train/FitObserver.h"
#include "runtime/Train/Interrupt.h"
#include "runtime/Train/Pass.h"
#include "runtime/Train/SampleOrder.h"

#include <cstring>
#include <fmt/format.h>
#include <numeric>

namespace ingot::runtime {

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
