// tf.data.Dataset: images and labels in batches. What only makes reading faster does nothing here;
// all orders of shuffling and batching shuffle the samples, as Keras's users mean it.

#include "compiler/Import/Keras/Datasets.h"

#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/NumPy/ComputedArrays.h"

#include <fmt/format.h>

namespace ingot::import {

namespace {
Value self(Evaluator &, Value self, Call &) { return self; }

DatasetObject *copied(Evaluator &evaluator, const Value &self) {
  return evaluator.heap.make<DatasetObject>(*self.as<DatasetObject>());
}

/// map(function): what it makes of the images and labels.
Value map(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.checkArguments(call, "map", 1, 3,
                                {"map_func", "num_parallel_calls", "deterministic"}))
    return {};
  const Argument *function = call.get(0, "map_func");
  if (!function || function->value.isPoison())
    return {};
  auto *dataset = self.as<DatasetObject>();
  Call inner{call.range,
             function->range,
             {{dataset->x, call.range, "", {}}, {dataset->y, call.range, "", {}}},
             {}};
  Value mapped = evaluator.call(function->value, inner);
  auto *pair = sequence(mapped);
  if (mapped.isPoison())
    return {};
  if (!pair || pair->size() != 2 || !mayBeArray((*pair)[0]) || !mayBeArray((*pair)[1]))
    return evaluator.notSupported(function->range,
                                  "a map that gives anything but a pair of images and labels");
  DatasetObject *result = copied(evaluator, self);
  result->x = (*pair)[0];
  result->y = (*pair)[1];
  return result;
}

Value shuffled(Evaluator &evaluator, Value self, Call &) {
  DatasetObject *result = copied(evaluator, self);
  result->shuffle = true;
  return result;
}

Value batched(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.checkArguments(
          call, "batch", 1, 4,
          {"batch_size", "drop_remainder", "num_parallel_calls", "deterministic"}))
    return {};
  DatasetObject *result = copied(evaluator, self);
  if (result->batch) {
    evaluator.error(call.range, "this Dataset has batches already");
    return {};
  }
  if (const Argument *drop = call.get(1, "drop_remainder"); drop && truth(drop->value) != false)
    return evaluator.notSupported(drop->range, "a batch that drops the last, smaller one");
  auto size = countArgument(evaluator, call.get(0, "batch_size"), 32, 1, "batch's 'batch_size'");
  if (!size)
    return {};
  result->batch = *size;
  if (result->count)
    result->count = (*result->count + *size - 1) / *size;
  return result;
}

/// take(n) and skip(n) of samples, or of batches where it has any.
template <bool takes> Value part(Evaluator &evaluator, Value self, Call &call) {
  const char *name = takes ? "take" : "skip";
  if (!evaluator.checkArguments(call, name, 1, 1, {"count"}))
    return {};
  const Argument *count = call.get(0, "count");
  DatasetObject *result = copied(evaluator, self);
  if (!count || count->value.isPoison())
    return {};
  if (result->shuffle && !takes)
    return evaluator.notSupported(call.range, fmt::format("{} after shuffle", name),
                                  fmt::format("{} first, then shuffle", name));
  result->isPreview |= result->shuffle;
  std::optional<int64_t> number = count->value.integer();
  if (takes)
    result->count = number && result->count ? std::min(*number, *result->count) : number;
  else if (result->count)
    result->count =
        number ? std::optional(std::max<int64_t>(*result->count - *number, 0)) : std::nullopt;
  Value end =
      evaluator.binary("*", count->value, Value(std::max<int64_t>(result->batch, 1)), count->range);
  auto *slice = evaluator.heap.make<SliceObject>();
  slice->start = takes ? Value(NoneValue()) : end;
  slice->stop = takes ? end : Value(NoneValue());
  slice->step = NoneValue();
  for (Value *each : {&result->x, &result->y})
    *each = evaluator.subscript(*each, slice, call.range);
  return result;
}
} // namespace

Value datasetFromTensorSlices(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "from_tensor_slices", 1, 2, {"tensors", "name"}))
    return {};
  const Argument *tensors = call.get(0, "tensors");
  auto *pair = tensors ? sequence(tensors->value) : nullptr;
  if (!tensors || tensors->value.isPoison())
    return {};
  if (!pair || pair->size() != 2 || !mayBeArray((*pair)[0]) || !mayBeArray((*pair)[1])) {
    for (const Value &each : pair ? *pair : std::vector<Value>())
      if (each.isPoison())
        return {};
    return evaluator.notSupported(tensors->range,
                                  "a Dataset of anything but a pair (images, labels) of arrays");
  }
  auto *result = evaluator.heap.make<DatasetObject>();
  result->x = (*pair)[0];
  result->y = (*pair)[1];
  result->batch = 0;
  result->shuffle = false;
  return result;
}

std::optional<std::vector<Value>> datasetBatches(Evaluator &evaluator, const DatasetObject &dataset,
                                                 int64_t count, SourceRange range) {
  std::vector<Value> batches;
  if (!evaluator.checkSize(static_cast<uint64_t>(std::max<int64_t>(count, 0)), range))
    return std::nullopt;
  for (int64_t i = 0; i < count; ++i) {
    Value index = Value(i);
    if (dataset.batch) {
      auto *slice = evaluator.heap.make<SliceObject>();
      slice->start = Value(i * dataset.batch);
      slice->stop = Value((i + 1) * dataset.batch);
      slice->step = NoneValue();
      index = slice;
    }
    batches.push_back(evaluator.heap.tuple({evaluator.subscript(dataset.x, index, range),
                                            evaluator.subscript(dataset.y, index, range)}));
  }
  return batches;
}

bool checkWhole(Evaluator &evaluator, const DatasetObject &dataset, SourceRange range) {
  if (dataset.isPreview)
    evaluator.notSupported(range, "take after shuffle", "take first, then shuffle");
  return !dataset.isPreview;
}

std::optional<Value> datasetAttribute(Evaluator &evaluator, const Value &value,
                                      const std::string &name) {
  static constexpr std::pair<std::string_view, MethodHandler> methods[] = {
      {"batch", batched},    {"cache", self},       {"map", map},        {"prefetch", self},
      {"shuffle", shuffled}, {"skip", part<false>}, {"take", part<true>}};
  if (name == "class_names") {
    std::vector<Value> names;
    for (const std::string &text : value.as<DatasetObject>()->classNames)
      names.push_back(evaluator.heap.str(text));
    return evaluator.heap.list(std::move(names));
  }
  for (auto [known, handler] : methods)
    if (known == name)
      return evaluator.heap.make<MethodObject>(value, name, handler);
  return std::nullopt;
}

} // namespace ingot::import
