// Means and deviations of arrays are affine in the array, so that what was added to it or what it
// was multiplied by can be done to the result; and no copy of the data set is made.

#include "compiler/Import/NumPy/Moments.h"

#include "compiler/Import/NumPy/Arrays.h"
#include "compiler/Import/NumPy/ComputedArrays.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using Extents = std::vector<int64_t>;

bool contains(const Extents &list, int64_t item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// Axes of the samples as they lie in the source that are those of the array: dimensions of size 1
/// may have come or gone, and nothing else.
std::optional<Extents> sourceAxes(const ArrayObject &array, const Extents &axes) {
  const Extents &source = array.buffer->array.source_shape;
  if (!contains(axes, 0))
    return std::nullopt;
  Extents result{0};
  bool whole = axes.size() == array.shape.size() + 1;
  size_t at = 0;
  for (size_t dim = 0; dim < source.size(); ++dim) {
    while (at < array.shape.size() && array.shape[at] == 1 && source[dim] != 1)
      ++at;
    bool matches = at < array.shape.size() && array.shape[at] == source[dim];
    if (!whole && !matches && source[dim] != 1)
      return std::nullopt;
    if (whole || source[dim] == 1 || contains(axes, static_cast<int64_t>(at) + 1))
      result.push_back(static_cast<int64_t>(dim) + 1);
    at += matches;
  }
  return result;
}

/// The moments of the source after the array's steps.
class Steps {
public:
  Steps(Evaluator &evaluator, SourceRange range, Moment moment, const Extents &kept)
      : evaluator(evaluator), range(range), moment(moment), kept(kept) {}

  /// Nothing where a step is not affine or differs within what is averaged.
  std::optional<int> apply(const Array &description, int value) {
    for (const ArrayStep &step : description.steps) {
      if (step.kind == ArrayStep::ReverseDivide || mayLoseValues(description, step))
        return std::nullopt;
      if (step.kind == ArrayStep::Cast)
        continue;
      if (step.values >= 0 && !isUniform(evaluator.graph.values[step.values].shape))
        return std::nullopt;
      value = one(step, value);
    }
    return value;
  }

private:
  /// Whether numbers of this shape, along a sample's last dimensions, are the same for all elements
  /// of one mean.
  bool isUniform(const Extents &shape) const {
    return shape.size() <= kept.size() && std::equal(shape.rbegin(), shape.rend(), kept.rbegin());
  }

  int one(const ArrayStep &step, int value) {
    bool scales = step.kind == ArrayStep::Multiply || step.kind == ArrayStep::Divide;
    if (moment != Moment::Mean && !scales)
      return value;
    int number = step.values >= 0
                     ? evaluator.graph.values[step.values].instruction
                     : evaluator.emit(Instruction::Float, {}, range, "", 0, step.constant);
    if (moment == Moment::Deviation)
      number = evaluator.emitCall("numpy.abs", {number}, range);
    if (moment == Moment::Variance)
      number = evaluator.emit(Instruction::Binary, {number, number}, range, "*");
    static constexpr const char *operators[] = {"", "+", "-", "*", "/", "-", "/"};
    std::vector<int> operands{value, number};
    if (step.kind == ArrayStep::ReverseSubtract)
      std::swap(operands[0], operands[1]);
    return evaluator.emit(Instruction::Binary, operands, range, operators[step.kind]);
  }

  Evaluator &evaluator;
  SourceRange range;
  Moment moment;
  const Extents &kept; // the source's dimensions that remain
};

int emitTuple(Evaluator &evaluator, const Extents &numbers, SourceRange range) {
  std::vector<int> operands;
  for (int64_t number : numbers)
    operands.push_back(evaluator.emit(Instruction::Int, {}, range, "", number));
  return evaluator.emit(Instruction::Tuple, operands, range);
}

/// The moments of the samples as they were loaded.
int sourceMoment(Evaluator &evaluator, const ArrayObject &array, Moment moment, const Extents &axes,
                 SourceRange range) {
  Array source = array.buffer->array;
  source.steps.clear();
  source.shape = source.source_shape;
  source.dtype = source.source_dtype;
  int samples = isComputed(array) ? source.instruction
                                  : evaluator.emit(Instruction::Samples, {}, range, "",
                                                   evaluator.graph.arrayIndex(source));
  if (array.rows >= 0)
    samples = evaluator.emit(Instruction::Subscript,
                             {samples, evaluator.emitCall("list", {array.rows}, range)}, range);
  int tuple = emitTuple(evaluator, axes, range),
      no = evaluator.emit(Instruction::Bool, {}, range, "", 0),
      zero = evaluator.emit(Instruction::Int, {}, range, "", 0);
  if (moment == Moment::Mean)
    return evaluator.emitCall("numpy.mean", {samples, tuple, no}, range);
  return evaluator.emitCall(moment == Moment::Deviation ? "numpy.std" : "numpy.var",
                            {samples, tuple, zero, no}, range);
}
} // namespace

std::vector<int64_t> allAxes(const ArrayObject &array) {
  Extents axes(array.shape.size() + 1);
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

std::vector<int64_t> axesBeforeLast(const ArrayObject &array) {
  Extents axes = allAxes(array);
  axes.pop_back();
  return axes;
}

std::vector<int64_t> shapeWithout(const ArrayObject &array, const std::vector<int64_t> &axes,
                                  bool keepDimensions) {
  Extents shape;
  if (keepDimensions)
    shape.push_back(1);
  for (size_t dim = 0; dim < array.shape.size(); ++dim)
    if (!contains(axes, static_cast<int64_t>(dim) + 1))
      shape.push_back(array.shape[dim]);
    else if (keepDimensions)
      shape.push_back(1);
  return shape;
}

std::optional<Value> dataMoment(Evaluator &evaluator, const ArrayObject &array, Moment moment,
                                const std::vector<int64_t> &axes, bool keepDimensions,
                                SourceRange range) {
  const Array &description = array.buffer->array;
  if (array.sample || !array.row.isPoison() || !array.leading.empty() || description.one_hot ||
      description.labels || description.generator)
    return std::nullopt;
  std::optional<Extents> reduced = sourceAxes(array, axes);
  if (!reduced)
    return std::nullopt;
  Extents kept, shape = shapeWithout(array, axes, keepDimensions);
  for (size_t dim = 0; dim < description.source_shape.size(); ++dim)
    if (!contains(*reduced, static_cast<int64_t>(dim) + 1))
      kept.push_back(description.source_shape[dim]);
  auto value = Steps(evaluator, range, moment, kept)
                   .apply(description, sourceMoment(evaluator, array, moment, *reduced, range));
  if (!value)
    return std::nullopt;
  int result = *value;
  std::string dtype = description.dtype == "float32" ? "float32" : "float64";
  result = evaluator.emitCall(".astype",
                              {result, evaluator.emit(Instruction::Str, {}, range, dtype)}, range);
  if (shape != kept)
    result = evaluator.emitCall(".reshape", {result, emitTuple(evaluator, shape, range)}, range);
  Value numbers = evaluator.runTime(result, shape.empty() ? RunTimeObject::Type::Float
                                                          : RunTimeObject::Type::Array);
  numbers.as<RunTimeObject>()->shape = shape;
  numbers.as<RunTimeObject>()->dtype = dtype;
  return numbers;
}

int keepValues(Evaluator &evaluator, const Value &numbers, const std::vector<int64_t> &shape,
               SourceRange range) {
  auto *object = numbers.as<RunTimeObject>();
  int instruction = object->instruction;
  if (object->shape != shape)
    instruction =
        evaluator.emitCall(".reshape", {instruction, emitTuple(evaluator, shape, range)}, range);
  auto &values = evaluator.graph.values;
  for (size_t i = 0; i < values.size(); ++i)
    if (values[i].instruction == instruction)
      return static_cast<int>(i);
  int index = static_cast<int>(values.size());
  values.push_back(
      {fmt::format("data/values{}", index ? fmt::format("_{}", index) : ""), shape, instruction});
  evaluator.emit(Instruction::Assign, {instruction}, range, "", index);
  return index;
}

std::optional<std::vector<int64_t>> shapeAlongSample(const ArrayObject &array,
                                                     const RunTimeObject &numbers) {
  const Extents &source = array.buffer->array.source_shape;
  if (!numbers.shape || numbers.dtype.empty() || numbers.isVariable || array.sample ||
      !array.row.isPoison() || !array.leading.empty() || array.buffer->array.labels)
    return std::nullopt;
  Extents shape = *numbers.shape;
  if (shape.size() == array.shape.size() + 1 && shape[0] != 1)
    return std::nullopt;
  while (!shape.empty() && shape[0] == 1)
    shape.erase(shape.begin());
  if (shape.empty())
    return shape;
  if (shape == Extents(array.shape.end() -
                           static_cast<ptrdiff_t>(std::min(shape.size(), array.shape.size())),
                       array.shape.end()) &&
      elementCount(shape) == elementCount(array.shape))
    return source;
  bool isSuffix = shape.size() <= source.size() && shape.size() <= array.shape.size() &&
                  std::equal(shape.rbegin(), shape.rend(), source.rbegin()) &&
                  std::equal(shape.rbegin(), shape.rend(), array.shape.rbegin());
  return isSuffix ? std::optional(shape) : std::nullopt;
}

} // namespace ingot::import
