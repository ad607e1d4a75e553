// Parts of values: items, slices, attributes, iteration.

#include "compiler/Import/Evaluate/Evaluator.h"
#include "compiler/Import/Evaluate/Text.h"
#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/Keras/Datasets.h"
#include "compiler/Import/NumPy/Arrays.h"
#include "compiler/Import/NumPy/ComputedArrays.h"
#include "compiler/Import/NumPy/RunTimeFunctions.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ingot::import {

using Type = RunTimeObject::Type;

namespace {
/// The indices that a slice takes of `size` items, as slice.indices() does.
std::optional<std::vector<int64_t>> sliceIndices(const SliceObject &slice, int64_t size) {
  auto part = [](const Value &value) {
    return value.isNone() ? std::optional<int64_t>() : value.integer();
  };
  if ((!slice.start.isNone() && !slice.start.integer()) ||
      (!slice.stop.isNone() && !slice.stop.integer()) ||
      (!slice.step.isNone() && !slice.step.integer()))
    return std::nullopt;
  int64_t step = part(slice.step).value_or(1);
  if (step == 0)
    return std::nullopt;
  auto clamp = [&](std::optional<int64_t> at, int64_t absent) {
    if (!at)
      return absent;
    int64_t value = *at < 0 ? (*at < -size ? -1 : *at + size) : std::min(*at, size);
    return step < 0 ? std::min(value, size - 1) : std::max<int64_t>(value, 0);
  };
  int64_t at = clamp(part(slice.start), step < 0 ? size - 1 : 0);
  int64_t stop = clamp(part(slice.stop), step < 0 ? -1 : size);
  std::vector<int64_t> indices;
  while (step < 0 ? at > stop : at < stop) {
    indices.push_back(at);
    if (__builtin_add_overflow(at, step, &at))
      break;
  }
  return indices;
}

std::vector<Value> pick(const std::vector<Value> &items, const std::vector<int64_t> &indices) {
  std::vector<Value> picked;
  for (int64_t index : indices)
    picked.push_back(items[index]);
  return picked;
}

/// What to say of a column that a History does not have.
std::string missingColumn(const std::vector<std::string> &columns, const std::string &name) {
  auto has = [&](auto test) { return std::any_of(columns.begin(), columns.end(), test); };
  bool validated = has([](const std::string &column) { return column.starts_with("val_"); });
  if (name.starts_with("val_") && !validated)
    return fmt::format("the history has no '{}', since fit has no validation data; add "
                       "validation_data=(x_test, y_test) there",
                       name);
  std::string today = name;
  if (size_t at = today.rfind("acc"); at != today.npos && at + 3 == today.size())
    today += "uracy";
  bool renamed = has([&](const std::string &column) { return column == today; });
  auto near = renamed ? std::optional(today) : python::nearestName(name, columns);
  return fmt::format("the history has no '{}'{} {}", name,
                     near ? fmt::format("; did you mean '{}'? It has", *near) : "; it has",
                     fmt::join(columns, ", "));
}

/// What is known of a part of an array.
void describePart(RunTimeObject &part, RunTimeObject &array, const Value &index) {
  part.shape = subscriptShape(&array, index);
  part.dtype = part.shape ? array.dtype : "";
  part.isTensor = array.isTensor;
  if (part.type == Type::Unknown && part.shape && !part.shape->empty())
    part.type = Type::Array;
}

Value runTimeSubscript(Evaluator &evaluator, RunTimeObject &object, const Value &index,
                       SourceRange range) {
  if (object.type == Type::History) {
    std::string shown(evaluator.text(range));
    evaluator.error(range, "a 'History' has no items; its values are in .history")
        .fix(shown.insert(std::min(shown.find('['), shown.size()), ".history"));
    return {};
  }
  if (object.type == Type::HistoryDict && index.str()) {
    if (std::find(object.keys.begin(), object.keys.end(), *index.str()) == object.keys.end()) {
      evaluator.error(range, missingColumn(object.keys, *index.str()));
      return {};
    }
  }
  if (auto at = index.integer();
      at && object.length && (*at >= *object.length || *at < -*object.length)) {
    evaluator.error(
        range, fmt::format("index {} is out of range: there are {} values", *at, *object.length));
    return {};
  }
  if (auto *slice = index.as<SliceObject>()) {
    std::vector<int> operands = {object.instruction};
    for (const Value *part : {&slice->start, &slice->stop, &slice->step}) {
      auto operand = evaluator.materialize(*part, range);
      if (!operand)
        return {};
      operands.push_back(*operand);
    }
    Value result =
        evaluator.runTime(evaluator.emit(Instruction::Slice, operands, range), object.type);
    result.as<RunTimeObject>()->element = object.element;
    describePart(*result.as<RunTimeObject>(), object, index);
    return result;
  }
  auto operand = evaluator.materialize(index, range);
  if (!operand)
    return {};
  bool isHistory = object.type == Type::HistoryDict;
  auto *position = index.as<RunTimeObject>();
  bool many = index.as<ListObject>() || index.as<ArrayObject>() ||
              (position && (position->type == Type::Array || position->type == Type::List));
  Value result = evaluator.runTime(
      evaluator.emit(Instruction::Subscript, {object.instruction, *operand}, range),
      isHistory                            ? Type::List
      : object.type == Type::Array && many ? Type::Array
                                           : object.element);
  if (isHistory)
    result.as<RunTimeObject>()->element = Type::Float;
  if (object.type == Type::Array)
    describePart(*result.as<RunTimeObject>(), object, index);
  return result;
}
} // namespace

Value Evaluator::subscript(const Value &container, const Value &index, SourceRange range) {
  if (container.isPoison() || index.isPoison())
    return {};
  if (auto *module = container.as<ModuleObject>(); module && module->isPlotting())
    return container;
  if (container.as<ArrayObject>())
    return arraySubscript(*this, container, index, range);
  if (auto *object = container.as<RunTimeObject>())
    return runTimeSubscript(*this, *object, index, range);
  if (auto *dict = container.as<DictObject>(); dict && index.as<RunTimeObject>()) {
    auto all = materialize(container, range), key = materialize(index, range);
    bool texts = std::all_of(dict->entries.items.begin(), dict->entries.items.end(),
                             [](auto &item) { return item.second.str() != nullptr; });
    return all && key ? runTime(emit(Instruction::Subscript, {*all, *key}, range),
                                texts ? Type::Str : Type::Unknown)
                      : Value();
  }
  if (auto *dict = container.as<DictObject>()) {
    auto key = hashKey(index);
    const Value *found = key ? dict->entries.find(*key) : nullptr;
    if (!found)
      error(range, fmt::format("the dict has no key {}", repr(index)));
    return found ? *found : Value();
  }
  std::vector<Value> items;
  auto *text = container.str();
  if (text)
    for (std::string &point : splitCodePoints(*text))
      items.push_back(heap.str(std::move(point)));
  else if (auto *known = sequence(container))
    items = *known;
  else if (container.as<RangeObject>()) {
    auto all = iterate(container, range);
    if (!all)
      return {};
    items = *all;
  } else {
    error(range, someOf(container) + " has no items");
    return {};
  }
  int64_t size = static_cast<int64_t>(items.size());
  if (auto *slice = index.as<SliceObject>()) {
    auto indices = sliceIndices(*slice, size);
    if (!indices) {
      error(range, "a slice's parts must be ints, and its step not 0");
      return {};
    }
    std::vector<Value> part = pick(items, *indices);
    if (text) {
      std::string joined;
      for (const Value &point : part)
        joined += *point.str();
      return heap.str(joined);
    }
    return container.as<TupleObject>() ? heap.tuple(std::move(part)) : heap.list(std::move(part));
  }
  auto at = index.integer();
  if (!at) {
    if (index.as<RunTimeObject>()) {
      auto a = materialize(container, range), b = materialize(index, range);
      bool texts =
          std::all_of(items.begin(), items.end(), [](const Value &item) { return item.str(); });
      return a && b && texts ? runTime(emit(Instruction::Subscript, {*a, *b}, range), Type::Str)
             : a && b        ? runTime(emit(Instruction::Subscript, {*a, *b}, range), Type::Unknown)
                             : Value();
    }
    error(range, fmt::format("an index of {} must be an int, not '{}'", someOf(container),
                             typeName(index)));
    return {};
  }
  if (*at < -size || *at >= size) {
    error(range, fmt::format("index {} is out of range: the {} has {} item{}", *at,
                             typeName(container), size, size == 1 ? "" : "s"));
    return {};
  }
  return items[*at < 0 ? *at + size : *at];
}

bool Evaluator::isOfRun(const Value &value) {
  auto *object = value.as<RunTimeObject>();
  return value.as<ArrayObject>() ||
         (object && !object->length && object->type != Type::HistoryDict &&
          object->type != Type::Int && object->type != Type::Float);
}

std::optional<std::vector<Value>> Evaluator::iterate(const Value &value, SourceRange range,
                                                     std::optional<size_t> length) {
  std::vector<Value> items;
  if (value.isPoison())
    return std::nullopt;
  if (auto *known = sequence(value))
    return *known;
  if (auto *object = value.as<RangeObject>()) {
    if (!checkSize(object->size(), range))
      return std::nullopt;
    for (int64_t i = 0, count = object->size(); i < count; ++i)
      items.emplace_back(object->start + i * object->step);
    return items;
  }
  if (auto *dataset = value.as<DatasetObject>()) {
    if (dataset->count)
      return datasetBatches(*this, *dataset, *dataset->count, range);
    notSupported(range, "a loop over all of a Dataset", "take(n) gives the first n batches");
    return std::nullopt;
  }
  auto *dict = value.as<DictObject>();
  auto *set = value.as<SetObject>();
  if (dict || set) {
    for (auto &[key, item] : (dict ? dict->entries : set->entries).items)
      items.push_back(key);
    return items;
  }
  if (auto *text = value.str()) {
    for (std::string &point : splitCodePoints(*text))
      items.push_back(heap.str(std::move(point)));
    return items;
  }
  auto *object = value.as<RunTimeObject>();
  if (object && object->type == Type::HistoryDict) {
    for (const std::string &key : object->keys)
      items.push_back(heap.str(key));
    return items;
  }
  if (object && object->length)
    length = length == object->length ? length : std::optional<size_t>(*object->length);
  if (object && length && *length <= 1000 && object->type != Type::Float &&
      object->type != Type::Int) {
    for (size_t i = 0; i < *length; ++i)
      items.push_back(subscript(value, Value(static_cast<int64_t>(i)), range));
    return items;
  }
  if (auto *module = value.as<ModuleObject>();
      module && length && module->isPlotting()) // fig, ax = plt.subplots()
    return std::vector<Value>(*length, value);
  if (object && object->type != Type::Float && object->type != Type::Int)
    notSupported(range, "a loop over values that only the run knows");
  else if (value.as<ArrayObject>())
    notSupported(range, "a loop over the samples of an array");
  else if (auto *module = value.as<ModuleObject>(); module && !module->isPlotting())
    error(range, fmt::format("'{}' is a module{}", module->path,
                             module->path.starts_with("keras.datasets.")
                                 ? fmt::format("; did you mean {}.load_data()?", text(range))
                                 : ", which has no items"));
  else if (!module)
    error(range, (object ? "a number" : someOf(value)) + " cannot be iterated over");
  return std::nullopt;
}

Value Evaluator::attribute(const Value &object, const std::string &name, SourceRange range,
                           SourceRange nameRange) {
  if (object.isPoison())
    return {};
  if (auto *module = object.as<ModuleObject>())
    return moduleAttribute(*module, name, nameRange);
  auto *history = object.as<RunTimeObject>();
  if (history && history->type == Type::History && (name == "epoch" || name == "params"))
    return runTime(emit(Instruction::History, {history->instruction}, range, name),
                   name == "epoch" ? Type::List : Type::Dict);
  if (auto *value = object.as<RunTimeObject>();
      value && value->type == Type::History && name == "history") {
    Value dict =
        runTime(emit(Instruction::History, {value->instruction}, range), Type::HistoryDict);
    dict.as<RunTimeObject>()->keys = value->keys;
    return dict;
  }
  if (object.as<ArrayObject>())
    if (auto value = arrayAttribute(*this, object, name, range))
      return *value;
  if (object.as<DatasetObject>())
    if (auto value = datasetAttribute(*this, object, name))
      return *value;
  if (auto value = kerasAttribute(*this, object, name, range))
    return *value;
  if (Value method = findMethod(object, name); !method.isPoison())
    return method;
  if (auto value = runTimeAttribute(*this, object, name, range))
    return *value;
  if (std::string_view today = todaysMethod(name); !today.empty() && object.as<ModelObject>()) {
    error(nameRange, fmt::format("'{}' is an older Keras's name; today it is '{}'", name, today));
    return {};
  }
  std::vector<std::string> names = methodNames(object);
  if (object.as<ModelObject>())
    names.insert(names.end(), {"layers", "inputs", "outputs", "name", "trainable"});
  auto near = python::nearestName(name, names);
  // What was meant makes the model whole.
  if (auto *model = object.as<ModelObject>(); model && (near == "add" || near == "compile"))
    graph.models[static_cast<size_t>(model->model)].broken = true;
  std::string type = object.as<RunTimeObject>() && object.as<RunTimeObject>()->type == Type::History
                         ? "History"
                         : typeName(object);
  auto &diagnostic =
      error(nameRange,
            fmt::format("{} '{}' has no attribute '{}'{}", type == "int" ? "an" : "a", type, name,
                        near ? fmt::format("; did you mean '{}'?", *near)
                        : sequence(object) && name == "shape"
                            ? "; arrays of a data set are unpacked by (x_train, y_train), "
                              "(x_test, y_test) = ...load_data()"
                        : sequence(object) || object.isInt() || object.isFloat()
                            ? ""
                            : ", or it is not supported yet"));
  if (near)
    diagnostic.fix(*near);
  return {};
}

} // namespace ingot::import
