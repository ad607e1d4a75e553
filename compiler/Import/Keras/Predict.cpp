// model.predict.

#include "compiler/Import/Keras/Calls.h"

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

/// Which samples of a data set's array are given: all (poison), or the value that selects rows.
/// Nothing after an error.
std::optional<Value> rowsOf(Evaluator &evaluator, const ArrayObject &array, const Shape &input,
                            const Argument &argument) {
  Shape one = {1};
  one.insert(one.end(), input.begin(), input.end());
  Shape shape = array.leading;
  shape.insert(shape.end(), array.shape.begin(), array.shape.end());
  if (array.sample && shape == one)
    return evaluator.heap.list({array.row});
  if (!array.sample && array.shape == input)
    return array.rows < 0
               ? array.row
               : evaluator.runTime(evaluator.emitCall("list", {array.rows}, argument.range),
                                   RunTimeObject::Type::List);
  std::string remedy;
  if (array.sample && array.shape == input)
    remedy = "; np.expand_dims(x, 0) makes a batch of one sample";
  else if (array.shape.size() + 1 == input.size() && input.back() == 1)
    remedy = "; np.expand_dims(x, -1) adds the channel";
  evaluator.error(argument.range,
                  fmt::format("a sample of these images is {}, and the model's input is {}{}",
                              shapeText(array.shape), shapeText(input), remedy));
  return std::nullopt;
}
} // namespace

Value predictModel(Evaluator &evaluator, Value self, Call &call) {
  int index = self.as<ModelObject>()->model;
  GraphModel &model = evaluator.graph.models[index];
  auto given = matchArguments(evaluator, "predict", predictParameters, call);
  if (!given)
    return {};
  Prediction prediction;
  auto batch = countArgument(evaluator, (*given)[1], 32, 1, "predict's 'batch_size'");
  auto verbose = verbosity(evaluator, (*given)[2]);
  if (!checkRun(evaluator, model, "predict", predictParameters, *given, call) || !batch || !verbose)
    return {};
  const Argument &x = *(*given)[0];
  if (x.value.isPoison())
    return {};
  auto *array = x.value.as<ArrayObject>();
  if (!array)
    return evaluator.notSupported(
        x.range, "predict on " + someOf(x.value),
        "give samples of a data set: x_test, x_test[:10], x_test[i:i + 1]");
  auto rows = rowsOf(evaluator, *array, evaluator.graph.tensors[model.inputs[0]].shape, x);
  if (!rows)
    return {};
  Array description = array->buffer->array;
  description.shape = evaluator.graph.tensors[model.inputs[0]].shape;
  prediction.x = evaluator.graph.arrayIndex(description);
  prediction.batch = *batch;
  prediction.verbose = *verbose;
  std::vector<int> operands;
  if (!rows->isPoison()) {
    auto operand = evaluator.materialize(*rows, x.range);
    if (!operand)
      return {};
    operands.push_back(*operand);
  }
  model.evaluated = true;
  evaluator.graph.predictions.push_back(prediction);
  return evaluator.runTime(
      evaluator.emit(Instruction::Predict, operands, call.range, "",
                     static_cast<int64_t>(evaluator.graph.predictions.size()) - 1),
      RunTimeObject::Type::Array);
}

} // namespace ingot::import
