// Values of the run: instructions of the program.

#include "compiler/Import/Evaluate/Evaluator.h"
#include "compiler/Import/Evaluate/Text.h"

#include <fmt/format.h>

namespace ingot::import {

int Evaluator::emit(Instruction::Opcode opcode, std::vector<int> operands, SourceRange range, std::string text,
                    int64_t integer, double number) {
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
  if (value.isNone())
    return emit(Instruction::None, {}, range);
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
    return emit(value.as<ListObject>() ? Instruction::List : Instruction::Tuple, operands, range);
  }
  if (value.as<ArrayObject>())
    notSupported(range, "using the elements of an array", "its shape, dtype and number of classes are known");
  else if (value.as<TensorObject>())
    error(range, "a tensor of the model has no value here: it is what the model computes in fit and evaluate");
  else
    notSupported(range, fmt::format("a '{}' together with values of the run", typeName(value)));
  return std::nullopt;
}

Value Evaluator::print(Call &call) {
  std::string separator = " ", end = "\n";
  for (const Argument &keyword : call.keywords) {
    if (keyword.name == "flush" || keyword.value.isPoison() || keyword.value.isNone())
      continue;
    if (keyword.name != "sep" && keyword.name != "end")
      return notSupported(keyword.nameRange, fmt::format("print's '{}'", keyword.name), "use sep, end or flush");
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
    if (isKnown(value) && !value.as<ModelObject>() && !value.as<LayerObject>())
      operand = emit(Instruction::Str, {}, argument.range, toStr(value));
    else
      operand = materialize(value, argument.range);
    if (!operand)
      return {};
    operands.push_back(*operand);
  }
  operands[0] = emit(Instruction::Str, {}, call.range, separator);
  operands[1] = emit(Instruction::Str, {}, call.range, end);
  emit(Instruction::Print, operands, call.range);
  return NoneValue();
}

Value Evaluator::formatted(const Value &value, char conversion, const std::string &spec, SourceRange range) {
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
    return notSupported(call.keywords[0].nameRange,
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

/// Leaves out instructions whose value nothing uses and that do nothing else.
void Evaluator::pruneInstructions(Program &program) {
  std::vector<char> needed(script.size());
  for (size_t i = script.size(); i-- > 0;) {
    auto opcode = script[i].opcode;
    needed[i] |= opcode == Instruction::Rows || opcode == Instruction::Print || opcode == Instruction::Fit || opcode == Instruction::Evaluate ||
                 opcode == Instruction::Summary;
    if (needed[i])
      for (int operand : script[i].operands)
        needed[operand] = 1;
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

/// Keeps the arrays that fits and evaluations read. The number of samples is asked of one of those where it is of
/// the same part of the data set, whatever was done to the samples since.
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
  for (Instruction &instruction : program.script) {
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
