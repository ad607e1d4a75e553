// Values of the run: instructions of the program.

#include "compiler/Import/Evaluate/Evaluator.h"
#include "compiler/Import/Evaluate/Text.h"
#include "compiler/Import/NumPy/RunTimeFunctions.h"

#include <fmt/format.h>

namespace ingot::import {

int Evaluator::emit(Instruction::Opcode opcode, std::vector<int> operands, SourceRange range,
                    std::string text, int64_t integer, double number) {
  Instruction instruction;
  instruction.opcode = opcode;
  instruction.operands = std::move(operands);
  instruction.integer = integer;
  instruction.number = number;
  instruction.text = std::move(text);
  instruction.position = position(range);
  script.push_back(std::move(instruction));
  return static_cast<int>(script.size()) - 1;
}

Value Evaluator::runTime(int instruction, RunTimeObject::Type type) {
  auto *object = heap.make<RunTimeObject>();
  object->instruction = instruction;
  object->type = type;
  return object;
}

std::optional<int> Evaluator::materialize(const Value &value, SourceRange range) {
  if (value.isPoison())
    return std::nullopt;
  if (auto *object = value.as<RunTimeObject>())
    return object->instruction;
  if (auto *array = value.as<ArrayObject>())
    return materializeArray(*array, range);
  if (value.isNone())
    return emit(Instruction::None, {}, range);
  if (value.isEllipsis())
    return emitCall("Ellipsis", {}, range);
  if (auto *scalar = value.as<ScalarObject>()) {
    int number = emit(Instruction::Float, {}, range, "", 0, scalar->value);
    return emitCall("numpy.array", {number, emit(Instruction::Str, {}, range, scalar->dtype)},
                    range);
  }
  if (const bool *flag = value.boolean())
    return emit(Instruction::Bool, {}, range, "", *flag);
  if (auto integer = value.integer())
    return emit(Instruction::Int, {}, range, "", *integer);
  if (auto number = value.number())
    return emit(Instruction::Float, {}, range, "", 0, *number);
  if (auto *text = value.str())
    return emit(Instruction::Str, {}, range, *text);
  if (auto *items = sequence(value); items && expressionDepth < 200) {
    std::vector<int> operands;
    ++expressionDepth;
    for (const Value &item : *items) {
      auto operand = materialize(item, range);
      if (!operand) {
        --expressionDepth;
        return std::nullopt;
      }
      operands.push_back(*operand);
    }
    --expressionDepth;
    auto *list = value.as<ListObject>();
    int made = emit(list ? Instruction::List : Instruction::Tuple, operands, range);
    if (!list || list->view.empty())
      return made;
    if (list->view == "numpy.array")
      return emitCall(list->view, {made, emit(Instruction::None, {}, range)}, range);
    int open = emit(Instruction::Str, {}, range, list->view + "("),
        close = emit(Instruction::Str, {}, range, ")");
    return emit(Instruction::Join, {open, made, close}, range);
  }
  // What has parts of its own: a call of its parts.
  std::vector<Value> parts;
  std::string_view maker;
  if (auto *slice = value.as<SliceObject>()) {
    parts = {slice->start, slice->stop, slice->step};
    maker = "slice";
  } else if (auto *known = value.as<RangeObject>()) {
    parts = {Value(known->start), Value(known->stop), Value(known->step)};
    maker = "range";
  } else if (auto *dict = value.as<DictObject>(); dict && expressionDepth < 200) {
    for (auto &[key, item] : dict->entries.items) {
      parts.push_back(key);
      parts.push_back(item);
    }
    maker = "dict";
  } else if (auto *set = value.as<SetObject>()) {
    std::vector<Value> items;
    for (auto &[key, item] : set->entries.items)
      items.push_back(key);
    parts = {heap.list(std::move(items))};
    maker = "set";
  }
  if (!maker.empty()) {
    std::vector<int> operands;
    ++expressionDepth;
    for (const Value &part : parts) {
      auto operand = materialize(part, range);
      if (!operand)
        break;
      operands.push_back(*operand);
    }
    --expressionDepth;
    return operands.size() == parts.size() ? std::optional(emitCall(maker, operands, range))
                                           : std::nullopt;
  }
  if (value.as<TensorObject>())
    error(range, "a tensor of the model has no value here: it is what the model computes in fit "
                 "and evaluate");
  else
    notSupported(range, someOf(value) + " together with values of the run");
  return std::nullopt;
}

int Evaluator::emitCall(std::string_view function, std::vector<int> operands, SourceRange range) {
  return emit(Instruction::Call, std::move(operands), range, std::string(function));
}

/// The samples as loaded, those that are asked for, then what NumPy did to them.
std::optional<int> Evaluator::materializeArray(const ArrayObject &array, SourceRange range) {
  Array source = array.buffer->array;
  std::vector<ArrayStep> steps = std::move(source.steps);
  source.steps.clear();
  source.shape = source.source_shape;
  source.dtype = source.source_dtype;
  auto integer = [&](int64_t value) { return emit(Instruction::Int, {}, range, "", value); };
  auto text = [&](const std::string &value) { return emit(Instruction::Str, {}, range, value); };
  int value = source.reader.empty()
                  ? source.instruction
                  : emit(Instruction::Samples, {}, range, "", graph.arrayIndex(source));
  if (!array.row.isPoison()) {
    auto row = materialize(array.row, range);
    if (!row)
      return std::nullopt;
    value = emit(Instruction::Subscript, {value, *row}, range);
  } else if (array.rows >= 0) {
    value = emit(Instruction::Subscript, {value, emitCall("list", {array.rows}, range)}, range);
  }
  value = emitCall(".astype", {value, text(source.source_dtype)}, range);
  for (const ArrayStep &step : steps) {
    value = emitCall(".astype", {value, text(step.dtype)}, range);
    static const char *const operators[] = {"", "+", "-", "*", "/", "-", "/"};
    if (step.kind == ArrayStep::Cast)
      continue;
    int constant = step.values >= 0 ? graph.values[step.values].instruction
                                    : emit(Instruction::Float, {}, range, "", 0, step.constant);
    constant = emitCall("numpy.array", {constant, text(step.dtype)}, range);
    bool reversed =
        step.kind == ArrayStep::ReverseSubtract || step.kind == ArrayStep::ReverseDivide;
    value = emit(Instruction::Binary,
                 reversed ? std::vector{constant, value} : std::vector{value, constant}, range,
                 operators[step.kind]);
  }
  if (int64_t classes = array.buffer->array.one_hot) {
    value = emitCall(".reshape", {value, emit(Instruction::Tuple, {integer(-1)}, range)}, range);
    return emitCall("numpy.one_hot", {value, integer(classes)}, range);
  }
  if (array.shape != array.buffer->array.source_shape || !array.leading.empty()) {
    std::vector<int> shape;
    if (!array.sample)
      shape.push_back(integer(-1));
    for (auto *extents : {&array.leading, &array.shape})
      for (int64_t extent : *extents)
        shape.push_back(integer(extent));
    value = emitCall(".reshape", {value, emit(Instruction::Tuple, shape, range)}, range);
  }
  return value;
}

Value Evaluator::percentAtRunTime(const std::string &pattern, const Value &arguments,
                                  SourceRange range) {
  std::string problem;
  std::vector<PercentPart> formats = percentParts(pattern, problem);
  auto *tuple = arguments.as<TupleObject>();
  auto *dict = arguments.as<DictObject>();
  std::vector<Value> items = tuple ? tuple->items : std::vector<Value>{arguments}, parts;
  size_t next = 0;
  for (const PercentPart &format : formats) {
    if (!format.conversion) {
      parts.push_back(heap.str(format.literal));
      continue;
    }
    const Value *value = nullptr;
    if (format.named)
      value = dict ? dict->entries.find("s" + format.name) : nullptr;
    else
      value = next < items.size() ? &items[next++] : nullptr;
    if (!value)
      problem = format.named ? fmt::format("the mapping has no key '{}'", format.name)
                             : "not enough arguments for format string";
    if (!value)
      break;
    char conversion =
        std::string_view("sra").find(format.type) != std::string_view::npos ? format.type : 0;
    Value shown = *value;
    if (std::string_view("diuxXo").find(format.type) != std::string_view::npos && !isKnown(shown)) {
      auto operand = materialize(shown, range);
      if (!operand)
        return {};
      shown = runTime(emitCall("int", {*operand}, range), RunTimeObject::Type::Int);
    }
    parts.push_back(formatted(shown, conversion, percentSpec(format), range));
  }
  if (problem.empty() && tuple && next < items.size())
    problem = "not all arguments converted during string formatting";
  if (!problem.empty()) {
    error(range, problem);
    return {};
  }
  return joined(parts, range);
}

Value Evaluator::print(Call &call) {
  std::string separator = " ", end = "\n";
  for (const Argument &keyword : call.keywords) {
    if (keyword.name == "flush" || keyword.value.isPoison() || keyword.value.isNone())
      continue;
    if (keyword.name != "sep" && keyword.name != "end")
      return notSupported(keyword.nameRange, fmt::format("print's '{}'", keyword.name),
                          "use sep, end or flush");
    if (!keyword.value.str()) {
      error(keyword.range, fmt::format("print's '{}' must be a str", keyword.name));
      return {};
    }
    (keyword.name == "sep" ? separator : end) = *keyword.value.str();
  }
  std::vector<int> operands = {0, 0};
  for (const Argument &argument : call.positional) {
    const Value &value = argument.value;
    std::optional<int> operand;
    auto *list = value.as<ListObject>();
    bool isArray = list && list->view == "numpy.array";
    if (isKnown(value) && !isArray && !value.as<ModelObject>() && !value.as<LayerObject>())
      operand = emit(Instruction::Str, {}, argument.range, toStr(value));
    else
      operand = materialize(value, argument.range);
    if (!operand)
      return {};
    if (auto *tensor = value.as<RunTimeObject>(); tensor && tensor->isTensor)
      operand = emitCall("tensorflow.str", {*operand}, argument.range);
    operands.push_back(*operand);
  }
  operands[0] = emit(Instruction::Str, {}, call.range, separator);
  operands[1] = emit(Instruction::Str, {}, call.range, end);
  emit(Instruction::Print, operands, call.range);
  return NoneValue();
}

Value Evaluator::formatted(const Value &value, char conversion, const std::string &spec,
                           SourceRange range) {
  if (value.isPoison() || value.as<ModuleObject>())
    return {};
  if (!isKnown(value)) {
    auto operand = materialize(value, range);
    if (!operand)
      return {};
    std::string text = (conversion ? std::string(1, conversion) : "") + ":" + spec;
    return runTime(emit(Instruction::Format, {*operand}, range, text), RunTimeObject::Type::Str);
  }
  Value shown = value;
  if (conversion)
    shown = heap.str(conversion == 's' ? toStr(value) : repr(value));
  Formatted result = formatValue(shown, spec);
  if (!result.error.empty()) {
    error(range, result.error);
    return {};
  }
  return heap.str(result.text);
}

Value Evaluator::callAtRunTime(std::string_view name, Call &call, RunTimeObject::Type type) {
  if (!call.keywords.empty())
    return notSupported(
        call.keywords[0].nameRange,
        fmt::format("the argument '{}' of {} on a value of the run", call.keywords[0].name, name));
  std::vector<int> operands;
  for (const Argument &argument : call.positional) {
    auto operand = materialize(argument.value, argument.range);
    if (!operand)
      return {};
    operands.push_back(*operand);
  }
  return runTime(emit(Instruction::Call, operands, call.range, std::string(name)), type);
}

/// Whether an instruction is there for what it does.
static bool isEffect(const Instruction &instruction) {
  switch (instruction.opcode) {
  case Instruction::Print:
  case Instruction::Fit:
  case Instruction::Evaluate:
  case Instruction::Predict:
  case Instruction::Summary:
  case Instruction::Rows:
  case Instruction::SaveModel:
  case Instruction::SaveWeights:
  case Instruction::LoadWeights:
  case Instruction::Assign:
  case Instruction::Label:
  case Instruction::Jump:
  case Instruction::Branch:
    return true;
  case Instruction::Call:
    return isRunTimeEffect(instruction.text);
  default:
    return false;
  }
}

/// Leaves out instructions whose value nothing uses and that do nothing else. Jumps stay.
void Evaluator::pruneInstructions(Program &program) {
  std::vector<char> needed(script.size());
  // In a loop a use may stand before what sets the variable: again until nothing is new.
  for (bool found = true; found;) {
    found = false;
    for (size_t i = script.size(); i-- > 0;) {
      bool sets = script[i].opcode == Instruction::Set || script[i].opcode == Instruction::Append;
      if (!needed[i] && !isEffect(script[i]) && !(sets && needed[script[i].operands[0]]))
        continue;
      found |= !needed[i];
      needed[i] = 1;
      for (int operand : script[i].operands) {
        found |= !needed[operand];
        needed[operand] = 1;
      }
    }
  }
  std::vector<int> index(script.size());
  for (size_t i = 0; i < script.size(); ++i) {
    if (!needed[i])
      continue;
    Instruction instruction = script[i];
    for (int &operand : instruction.operands)
      operand = index[operand];
    index[i] = static_cast<int>(program.script.size());
    program.script.push_back(std::move(instruction));
  }
}

/// Keeps the arrays that fits and evaluations read. The number of samples is asked of one of those
/// where it is of the same part of the data set, whatever was done to the samples since.
void Evaluator::pruneArrays(Program &program) {
  std::vector<Array> kept;
  std::vector<int> index(program.arrays.size(), -1);
  auto keep = [&](int &array) {
    if (array < 0)
      return;
    if (index[array] < 0) {
      index[array] = static_cast<int>(kept.size());
      kept.push_back(program.arrays[array]);
    }
    array = index[array];
  };
  for (Fit &fit : program.fits)
    for (int *array : {&fit.x, &fit.y, &fit.validation_x, &fit.validation_y})
      keep(*array);
  for (Evaluation &evaluation : program.evaluations)
    for (int *array : {&evaluation.x, &evaluation.y})
      keep(*array);
  for (Prediction &prediction : program.predictions)
    keep(prediction.x);
  for (Instruction &instruction : program.script) {
    if (instruction.opcode == Instruction::Samples) {
      int array = static_cast<int>(instruction.integer);
      keep(array);
      instruction.integer = array;
    }
    if (instruction.opcode != Instruction::SampleCount)
      continue;
    const Array &asked = program.arrays[instruction.integer];
    int found = -1;
    for (size_t i = 0; i < kept.size() && found < 0; ++i)
      if (kept[i].source == asked.source && kept[i].test == asked.test &&
          (asked.reader != "numpy" || kept[i].key == asked.key) && kept[i].options == asked.options)
        found = static_cast<int>(i);
    int array = static_cast<int>(instruction.integer);
    if (found < 0)
      keep(array);
    instruction.integer = found < 0 ? array : found;
  }
  program.arrays = std::move(kept);
}

} // namespace ingot::import
