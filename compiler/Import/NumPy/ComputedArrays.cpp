#include "compiler/Import/NumPy/ComputedArrays.h"

#include "compiler/Import/NumPy/Arrays.h"

namespace ingot::import {

namespace {
using Extents = std::vector<int64_t>;

/// A new array whose samples `instruction` gives, as float32 or as class indices.
ArrayObject *describe(Evaluator &evaluator, SourceRange range, int instruction, Extents shape,
                      int64_t classes) {
  auto *array = evaluator.heap.make<ArrayObject>();
  array->buffer = std::make_shared<SampleBuffer>();
  Array &description = array->buffer->array;
  description.source = evaluator.text(range);
  description.key = classes ? "labels" : "images";
  description.labels = classes > 0;
  description.classes = classes;
  description.source_dtype = description.dtype = classes ? "int32" : "float32";
  description.source_shape = shape;
  description.instruction = instruction;
  array->shape = std::move(shape);
  array->origin = range;
  return array;
}
} // namespace

ArrayObject *computedSamples(Evaluator &evaluator, const Argument &argument,
                             const std::vector<int64_t> &fallback, int64_t classes) {
  const Value &value = argument.value;
  if (auto *array = value.as<ArrayObject>())
    return array->sample && array->leading.size() != 1
               ? nullptr
               : computedCopy(evaluator, *array, argument.range);
  auto *numbers = value.as<RunTimeObject>();
  if (!numbers || !mayBeArray(value))
    return nullptr;
  bool known = numbers->shape && !numbers->shape->empty() && !classes;
  return describe(evaluator, argument.range, numbers->instruction,
                  known ? Extents(numbers->shape->begin() + 1, numbers->shape->end()) : fallback,
                  classes);
}

ArrayObject *computedCopy(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  auto elements = evaluator.materializeArray(array, range);
  if (!elements)
    return nullptr;
  const Array &from = array.buffer->array;
  bool indices = from.labels && from.classes && !from.one_hot;
  ArrayObject *copy =
      describe(evaluator, range, *elements, array.shape, indices ? from.classes : 0);
  Array &description = copy->buffer->array;
  description.labels = from.labels;
  description.gaps = from.gaps;
  description.generator = from.generator;
  description.centre = from.centre;
  description.deviation = from.deviation;
  return copy;
}

int sourceElements(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  int all = array.buffer->array.instruction;
  return array.rows < 0
             ? all
             : evaluator.emit(Instruction::Subscript,
                              {all, evaluator.emitCall("list", {array.rows}, range)}, range);
}

std::optional<std::vector<int64_t>> knownShape(const Value &value) {
  if (auto *array = value.as<ArrayObject>()) {
    Extents shape = array->leading;
    if (!array->sample)
      shape.push_back(-1);
    shape.insert(shape.end(), array->shape.begin(), array->shape.end());
    return shape;
  }
  if (auto *numbers = value.as<RunTimeObject>()) {
    bool single =
        numbers->type == RunTimeObject::Type::Float || numbers->type == RunTimeObject::Type::Int;
    return single ? std::optional(Extents()) : numbers->shape;
  }
  return value.number() || value.as<ScalarObject>() ? std::optional(Extents()) : std::nullopt;
}

/// The shape of two arrays that an operator takes together; nothing where it is not known.
static std::optional<Extents> broadcast(const std::optional<Extents> &a,
                                        const std::optional<Extents> &b) {
  if (!a || !b)
    return std::nullopt;
  const Extents &longer = a->size() >= b->size() ? *a : *b,
                &shorter = a->size() >= b->size() ? *b : *a;
  Extents shape = longer;
  for (size_t i = 0; i < shorter.size(); ++i) {
    int64_t &extent = shape[shape.size() - 1 - i];
    int64_t other = shorter[shorter.size() - 1 - i];
    if (extent == 1)
      extent = other;
    else if (other != 1 && other != extent)
      return std::nullopt; // the run finds out
  }
  return shape;
}

void describeResult(RunTimeObject &result, std::string_view op, const Value &a, const Value &b) {
  result.shape = broadcast(knownShape(a), knownShape(b));
  for (const Value *operand : {&a, &b})
    if (auto *tensor = operand->as<RunTimeObject>())
      result.isTensor |= tensor->isTensor;
  if (result.shape)
    result.dtype = resultType(a, b, op);
}

bool mayBeArray(const Value &value) {
  using Type = RunTimeObject::Type;
  auto *numbers = value.as<RunTimeObject>();
  return value.as<ArrayObject>() ||
         (numbers && (numbers->type == Type::Array || numbers->type == Type::Unknown ||
                      numbers->type == Type::List));
}

} // namespace ingot::import
