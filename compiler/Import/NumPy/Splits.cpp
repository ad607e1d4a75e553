// Splits and permutations of arrays: the samples stay where they are, lists of positions say which
// are meant.

#include "compiler/Import/NumPy/Splits.h"

#include "compiler/Import/NumPy/ComputedArrays.h"

#include <fmt/format.h>

namespace ingot::import {

int samplePositions(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  if (array.rows >= 0)
    return array.rows;
  if (isComputed(array))
    return evaluator.emitCall(
        "range", {evaluator.emitCall("len", {array.buffer->array.instruction}, range)}, range);
  Array description = array.buffer->array;
  description.shape = array.shape;
  int count = evaluator.emit(Instruction::SampleCount, {}, range, "",
                             evaluator.graph.arrayIndex(description));
  return evaluator.emitCall("range", {count}, range);
}

namespace {
/// The array with those of its samples that `index`, an instruction, selects.
Value select(Evaluator &evaluator, const ArrayObject &array, int index, SourceRange range) {
  int all = evaluator.emitCall(
      "numpy.array",
      {samplePositions(evaluator, array, range), evaluator.emit(Instruction::None, {}, range)},
      range);
  int chosen = evaluator.emit(Instruction::Subscript, {all, index}, range);
  auto *result = evaluator.heap.make<ArrayObject>(array);
  result->rows = evaluator.emitCall(".tolist", {chosen}, range);
  result->origin = range;
  return result;
}

/// The same of an array that may be one of the run.
Value select(Evaluator &evaluator, const Value &value, int index, SourceRange range) {
  if (auto *array = value.as<ArrayObject>())
    return select(evaluator, *array, index, range);
  auto *numbers = value.as<RunTimeObject>();
  auto *result = evaluator.heap.make<RunTimeObject>(*numbers);
  result->instruction =
      evaluator.emit(Instruction::Subscript, {numbers->instruction, index}, range);
  result->type = RunTimeObject::Type::Array;
  result->isVariable = false;
  if (result->shape && !result->shape->empty())
    result->shape->front() = -1;
  return result;
}

/// The arguments of train_test_split and shuffle: arrays of the same samples, then options.
class Split {
public:
  Split(Evaluator &evaluator, Call &call, std::string_view name)
      : evaluator(evaluator), call(call), name(name) {}

  bool readArrays() {
    for (const Argument &argument : call.positional) {
      auto *array = argument.value.as<ArrayObject>();
      if (argument.value.isPoison())
        return false;
      bool isPart = array && (array->sample || !array->row.isPoison());
      if (isPart || !mayBeArray(argument.value))
        return evaluator.notSupported(argument.range,
                                      fmt::format("{} of anything but a data set's arrays", name)),
               false;
      arrays.push_back(argument.value);
    }
    if (arrays.empty())
      evaluator.error(call.range, fmt::format("{} needs arrays", name));
    return !arrays.empty();
  }

  /// The option's value as an instruction, or that of `absent`.
  std::optional<int> option(std::string_view option, const Value &absent) {
    const Argument *given = call.keyword(option);
    return evaluator.materialize(given ? given->value : absent, given ? given->range : call.range);
  }

  bool checkOptions(std::initializer_list<std::string_view> known) {
    for (const Argument &argument : call.keywords) {
      bool found = false;
      for (std::string_view each : known)
        found |= argument.name == each;
      if (!found || argument.value.isPoison())
        return (found ? Value()
                      : evaluator.notSupported(argument.nameRange,
                                               fmt::format("{}'s '{}'", name, argument.name))),
               false;
    }
    return true;
  }

  int sampleCount() {
    auto *array = arrays.front().as<ArrayObject>();
    int all = array ? samplePositions(evaluator, *array, call.range)
                    : arrays.front().as<RunTimeObject>()->instruction;
    return evaluator.emitCall("len", {all}, call.range);
  }

  Evaluator &evaluator;
  Call &call;
  std::string_view name;
  std::vector<Value> arrays;
};
} // namespace

Value chooseSamples(Evaluator &evaluator, const ArrayObject &array, const Value &index,
                    SourceRange range) {
  auto which = evaluator.materialize(index, range);
  return which ? select(evaluator, array, *which, range) : Value();
}

Value trainTestSplit(Evaluator &evaluator, Call &call) {
  Split split(evaluator, call, "train_test_split");
  if (!split.readArrays() ||
      !split.checkOptions({"test_size", "train_size", "random_state", "shuffle", "stratify"}))
    return {};
  std::vector<int> operands{split.sampleCount()};
  for (auto [option, absent] : {std::pair<std::string_view, Value>{"test_size", NoneValue()},
                                {"train_size", NoneValue()},
                                {"random_state", NoneValue()},
                                {"shuffle", true},
                                {"stratify", NoneValue()}}) {
    auto operand = split.option(option, absent);
    if (!operand)
      return {};
    operands.push_back(*operand);
  }
  int both = evaluator.emitCall("sklearn.model_selection.train_test_split", operands, call.range);
  std::vector<Value> parts;
  for (const Value &array : split.arrays)
    for (int64_t part : {0, 1}) {
      int which = evaluator.emit(Instruction::Int, {}, call.range, "", part);
      int index = evaluator.emit(Instruction::Subscript, {both, which}, call.range);
      parts.push_back(select(evaluator, array, index, call.range));
    }
  return evaluator.heap.list(std::move(parts));
}

Value shuffleArrays(Evaluator &evaluator, Call &call) {
  Split split(evaluator, call, "shuffle");
  if (!split.readArrays() || !split.checkOptions({"random_state"}))
    return {};
  auto seed = split.option("random_state", NoneValue());
  if (!seed)
    return {};
  int order = evaluator.emitCall("sklearn.utils.shuffle", {split.sampleCount(), *seed}, call.range);
  std::vector<Value> parts;
  for (const Value &array : split.arrays)
    parts.push_back(select(evaluator, array, order, call.range));
  return parts.size() == 1 ? parts.front() : evaluator.heap.list(std::move(parts));
}

} // namespace ingot::import
