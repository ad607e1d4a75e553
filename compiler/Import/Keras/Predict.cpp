// model.predict, and models and layers that are called on arrays.

#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/Keras/Datasets.h"
#include "compiler/Import/Keras/FitData.h"
#include "compiler/Import/NumPy/ComputedArrays.h"

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter predictParameters[] = {{"x"},
                                           {"batch_size", Count, nullptr},
                                           {"verbose", Any, "auto"},
                                           {"steps", Any, nullptr, OnlyDefault},
                                           {"callbacks", Any, nullptr, OnlyDefault}};

/// The samples that an index selects, as an instruction; -1: all. What the model is given in memory
/// is an array that the run computes.
struct Samples {
  Array description;
  int rows = -1;
};

/// Samples of a data set as they lie there; nothing where they have to be computed.
std::optional<Samples> storedSamples(Evaluator &evaluator, const ArrayObject &array,
                                     const Shape &input, SourceRange range) {
  Shape shape = array.leading;
  shape.insert(shape.end(), array.shape.begin(), array.shape.end());
  Shape one = {1};
  one.insert(one.end(), input.begin(), input.end());
  Samples samples{array.buffer->array, -1};
  samples.description.shape = input;
  bool fits = array.sample ? shape == one : array.leading.empty() && array.shape == input;
  if (isComputed(array) || !fits)
    return std::nullopt;
  Value rows = array.sample ? evaluator.heap.list({array.row})
               : array.rows >= 0
                   ? evaluator.runTime(evaluator.emitCall("list", {array.rows}, range),
                                       RunTimeObject::Type::List)
                   : array.row;
  if (!rows.isPoison()) {
    auto operand = evaluator.materialize(rows, range);
    if (!operand)
      return std::nullopt;
    samples.rows = *operand;
  }
  return samples;
}

void reportShape(Evaluator &evaluator, const Shape &shape, bool isOne, const Shape &input,
                 SourceRange range) {
  std::string remedy;
  if (isOne && shape == input)
    remedy = "; np.expand_dims(x, 0) makes a batch of one sample";
  else if (shape.size() + 1 == input.size() && input.back() == 1)
    remedy = "; np.expand_dims(x, -1) adds the channel";
  evaluator.error(range,
                  fmt::format("a sample of these images is {}, and the model's input is {}{}",
                              shapeText(shape), shapeText(input), remedy));
}

std::optional<Samples> samplesOf(Evaluator &evaluator, const Shape &input, const Argument &x) {
  auto *array = x.value.as<ArrayObject>();
  if (array)
    if (auto stored = storedSamples(evaluator, *array, input, x.range))
      return stored;
  if (array && array->sample && array->leading.size() != 1) {
    reportShape(evaluator, array->shape, true, input, x.range);
    return std::nullopt;
  }
  ArrayObject *computed =
      array && isComputed(*array) ? array : computedSamples(evaluator, x, input, 0);
  if (!computed) {
    if (!x.value.isPoison())
      evaluator.notSupported(x.range, "predict on " + someOf(x.value),
                             "give an array of samples: x_test, x_test[:10], x_test[i:i + 1]");
    return std::nullopt;
  }
  if (computed->shape != input) {
    reportShape(evaluator, computed->shape, false, input, x.range);
    return std::nullopt;
  }
  Samples samples{computed->buffer->array, sourceElements(evaluator, *computed, x.range)};
  samples.description.shape = input;
  return samples;
}
} // namespace

Value predictSamples(Evaluator &evaluator, int index, const Argument &x, int64_t batch, int verbose,
                     SourceRange range) {
  GraphModel &model = evaluator.graph.models[index];
  auto samples = samplesOf(evaluator, evaluator.graph.tensors[model.inputs[0]].shape, x);
  if (!samples)
    return {};
  Prediction prediction;
  prediction.x = evaluator.graph.arrayIndex(samples->description);
  prediction.batch = batch;
  prediction.verbose = verbose;
  model.predicted = true;
  evaluator.graph.predictions.push_back(prediction);
  evaluator.graph.predictionModels.push_back(index);
  std::vector<int> operands;
  if (samples->rows >= 0)
    operands.push_back(samples->rows);
  Value result = evaluator.runTime(
      evaluator.emit(Instruction::Predict, operands, range, "",
                     static_cast<int64_t>(evaluator.graph.predictions.size()) - 1),
      RunTimeObject::Type::Array);
  auto *output = result.as<RunTimeObject>();
  output->shape = {-1};
  const Shape &one = evaluator.graph.tensors[model.outputs[0]].shape;
  output->shape->insert(output->shape->end(), one.begin(), one.end());
  output->dtype = "float32";
  return result;
}

Value predictModel(Evaluator &evaluator, Value self, Call &call) {
  int index = self.as<ModelObject>()->model;
  auto given = matchArguments(evaluator, "predict", predictParameters, call);
  if (!given)
    return {};
  // Of a Dataset the images, in the order of the data.
  std::optional<Argument> images;
  auto *dataset = (*given)[0] ? (*given)[0]->value.as<DatasetObject>() : nullptr;
  if (dataset && !checkWhole(evaluator, *dataset, (*given)[0]->range))
    return {};
  if (dataset) {
    images = Argument{dataset->x, (*given)[0]->range, "", {}};
    (*given)[0] = &*images;
  }
  buildFromData(evaluator, index, (*given)[0]);
  auto batch =
      countArgument(evaluator, (*given)[1], dataset && dataset->batch ? dataset->batch : 32, 1,
                    "predict's 'batch_size'");
  auto verbose = verbosity(evaluator, (*given)[2]);
  if (!checkRun(evaluator, evaluator.graph.models[index], "predict", predictParameters, *given,
                call, /*compiled=*/false) ||
      !batch || !verbose)
    return {};
  return predictSamples(evaluator, index, *(*given)[0], *batch, *verbose, call.range);
}

Value predictBatch(Evaluator &evaluator, Value self, Call &call) {
  static constexpr Parameter parameters[] = {{"x"}};
  int index = self.as<ModelObject>()->model;
  auto given = matchArguments(evaluator, "predict_on_batch", parameters, call);
  if (!given)
    return {};
  buildFromData(evaluator, index, (*given)[0]);
  if (!checkRun(evaluator, evaluator.graph.models[index], "predict_on_batch", parameters, *given,
                call, /*compiled=*/false))
    return {};
  return predictSamples(evaluator, index, *(*given)[0], 32, 0, call.range);
}

} // namespace ingot::import
