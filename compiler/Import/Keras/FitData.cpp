#include "compiler/Import/Keras/FitData.h"

#include "compiler/Import/Keras/Labels.h"
#include "compiler/Import/Keras/Models.h"
#include "compiler/Import/NumPy/ComputedArrays.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ingot::import {

namespace {
/// Samples of an array, or a value of the run that the run finds out to be one; null after an
/// error.
const ArrayObject *samplesOf(Evaluator &evaluator, const Argument &argument, std::string_view what,
                             const Shape &fallback, int64_t classes) {
  if (argument.value.isPoison())
    return nullptr;
  if (auto *array = argument.value.as<ArrayObject>(); array && array->row.isPoison())
    return array;
  if (auto *array = computedSamples(evaluator, argument, fallback, classes))
    return array;
  auto *one = argument.value.as<ArrayObject>();
  evaluator.error(argument.range,
                  fmt::format("{} must be an array of a data set's samples, not {}", what,
                              one && one->sample ? "one sample" : someOf(argument.value)));
  return nullptr;
}

int indexOf(Evaluator &evaluator, const ArrayObject &array) {
  Array description = array.buffer->array;
  description.shape = array.shape;
  return evaluator.graph.arrayIndex(description);
}

/// Images must look like the model's input, labels must fit its output.
bool checkData(Evaluator &evaluator, GraphModel &model, int x, int y, const Argument &xs,
               const Argument &ys) {
  auto &graph = evaluator.graph;
  const Array &images = graph.arrays[x], &labels = graph.arrays[y];
  const SymbolicTensor &input = graph.tensors[model.inputs[0]];
  if (images.shape != input.shape) {
    std::string remedy;
    if (images.shape.size() + 1 == input.shape.size() && input.shape.back() == 1)
      remedy = "; np.expand_dims(x, -1) adds the channel";
    else if (elementCount(images.shape) == elementCount(input.shape))
      remedy = fmt::format("; x.reshape(-1, {}) gives it this shape", fmt::join(input.shape, ", "));
    else if (images.labels)
      remedy = "; these are labels, where the images should be";
    evaluator
        .error(xs.range, fmt::format("a sample of this array is {}, and the model's input is {}{}",
                                     images.shape.empty() ? "one number" : shapeText(images.shape),
                                     shapeText(input.shape), remedy))
        .note(graph.nodes[input.node].range, "the model's input is defined here");
    return false;
  }
  if (images.labels) {
    evaluator.error(xs.range, "these are labels, where the images should be");
    return false;
  }
  if (!labels.labels && model.compile->loss.type == "SparseCategoricalCrossentropy") {
    evaluator.error(ys.range,
                    labels.shape.empty()
                        ? fmt::format("the labels must be whole numbers, and these are of "
                                      "{}; write the file again with y.astype(\"int64\")",
                                      labels.dtype)
                        : "these are images, where the labels should be");
    return false;
  }
  // Arrays of files, and those that the run computes, are of one another's samples if there are
  // equally many, which the run finds out.
  auto isFixed = [](const Array &array) {
    return !array.reader.empty() && array.reader != "numpy";
  };
  if (isFixed(images) && isFixed(labels) &&
      (images.source != labels.source || images.test != labels.test ||
       images.options != labels.options)) {
    evaluator.error(ys.range, "these labels are not those of the images")
        .note(xs.range,
              fmt::format("the images are of the {} part of {}, the labels of the {} part of {}",
                          images.test ? "test" : "training", images.source,
                          labels.test ? "test" : "training", labels.source));
    return false;
  }
  return checkLabels(evaluator, model, labels, ys.range);
}

Shape outputOf(const Graph &graph, const GraphModel &model) {
  return graph.tensors[model.outputs[0]].shape;
}
} // namespace

std::optional<SamplePair> samplePair(Evaluator &evaluator, GraphModel &model, const Argument &x,
                                     const Argument &y, PairNames names) {
  const Shape output = outputOf(evaluator.graph, model);
  bool indices = takesIndices(model.compile->loss);
  auto *images =
      samplesOf(evaluator, x, names.x, evaluator.graph.tensors[model.inputs[0]].shape, 0);
  auto *labels = samplesOf(evaluator, y, names.y, indices ? Shape() : output,
                           indices && !output.empty() ? output.back() : 0);
  if (!images || !labels)
    return std::nullopt;
  // Positions in a data set say nothing of samples that are not in it.
  if (isComputed(*images) != isComputed(*labels)) {
    const ArrayObject *&read = isComputed(*images) ? labels : images;
    read = computedCopy(evaluator, *read, isComputed(*images) ? y.range : x.range);
    if (!read)
      return std::nullopt;
  }
  SamplePair pair{indexOf(evaluator, *images), indexOf(evaluator, *labels), images->rows,
                  labels->rows};
  if (!checkData(evaluator, model, pair.x, pair.y, x, y))
    return std::nullopt;
  if (isComputed(*images)) {
    pair.xRows = sourceElements(evaluator, *images, x.range);
    pair.yRows = sourceElements(evaluator, *labels, y.range);
  }
  return pair;
}

SamplePair splitOff(Evaluator &evaluator, SamplePair &training, double share, SourceRange range) {
  auto emit = [&](Instruction::Opcode opcode, std::vector<int> operands, std::string text = "",
                  double number = 0) {
    return evaluator.emit(opcode, std::move(operands), range, std::move(text), 0, number);
  };
  auto &graph = evaluator.graph;
  SamplePair validation = training;
  int none = emit(Instruction::None, {}), all = -1;
  for (bool labels : {false, true}) {
    int &rows = labels ? training.yRows : training.xRows;
    if (rows < 0 && all < 0)
      all = evaluator.emitCall(
          "range", {evaluator.emit(Instruction::SampleCount, {}, range, "", training.x)}, range);
    if (rows < 0)
      rows = all;
    int given = evaluator.emitCall("len", {rows}, range);
    int part =
        emit(Instruction::Binary, {given, emit(Instruction::Float, {}, "", 1.0 - share)}, "*");
    int at = evaluator.emitCall("int", {part}, range);
    int &held = labels ? validation.yRows : validation.xRows;
    held = emit(Instruction::Slice, {rows, at, none, none});
    rows = emit(Instruction::Slice, {rows, none, at, none});
    // Samples in memory are two arrays now.
    int &array = labels ? validation.y : validation.x;
    if (graph.arrays[array].reader.empty()) {
      Array part = graph.arrays[array];
      part.instruction = held;
      array = graph.arrayIndex(part);
    }
  }
  return validation;
}

void emitRows(Evaluator &evaluator, const SamplePair &training,
              const std::optional<SamplePair> &validation, SourceRange range, int steps) {
  std::vector<int> operands{training.xRows, training.yRows};
  if (validation)
    operands.insert(operands.end(), {validation->xRows, validation->yRows});
  bool any = steps >= 0;
  for (int operand : operands)
    any |= operand >= 0;
  if (!any)
    return;
  if (steps >= 0) {
    operands.resize(4, -1);
    operands.push_back(steps);
  }
  for (int &operand : operands)
    if (operand < 0)
      operand = evaluator.emit(Instruction::None, {}, range);
  evaluator.emit(Instruction::Rows, operands, range);
}

void buildFromData(Evaluator &evaluator, int index, const Argument *data) {
  const GraphModel &model = evaluator.graph.models[index];
  if (!data || model.broken || !model.inputs.empty() || model.added.empty())
    return;
  auto *array = data->value.as<ArrayObject>();
  if (array && !array->sample)
    buildSequential(evaluator, index, array->shape, data->range);
  else if (auto *numbers = data->value.as<RunTimeObject>();
           numbers && numbers->shape && !numbers->shape->empty())
    buildSequential(evaluator, index, {numbers->shape->begin() + 1, numbers->shape->end()},
                    data->range);
}

} // namespace ingot::import
