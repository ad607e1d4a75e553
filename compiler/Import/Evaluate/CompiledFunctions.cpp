// Functions of the script that the run calls: evaluated once on values of the run, as instructions.

#include "compiler/Import/Evaluate/Evaluator.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
/// How many of `least` to `most` numbers the function is called with: as many as it takes.
std::optional<size_t> argumentsOf(const FunctionObject &function, size_t least, size_t most) {
  const python::Arguments &parameters = *function.parameters;
  size_t taken = parameters.posonlyargs.size() + parameters.args.size();
  size_t needed = taken - std::min(taken, function.defaults.size());
  for (size_t i = 0; i < parameters.kwonlyargs.size(); ++i)
    if (i >= parameters.kw_defaults.size() || !parameters.kw_defaults[i])
      return std::nullopt;
  for (size_t count = most; count >= least; --count)
    if (needed <= count && (count <= taken || parameters.vararg))
      return count;
  return std::nullopt;
}

/// Whether it does something to the model or the data, which only the script itself may.
bool actsOnModel(const Instruction &instruction) {
  switch (instruction.opcode) {
  case Instruction::Fit:
  case Instruction::Evaluate:
  case Instruction::Predict:
  case Instruction::Summary:
  case Instruction::Samples:
  case Instruction::SampleCount:
  case Instruction::Rows:
    return true;
  default:
    return false;
  }
}
} // namespace

std::optional<CallbackFunction> Evaluator::compileFunction(const Value &value, size_t least,
                                                           size_t most, SourceRange range) {
  auto *function = value.as<FunctionObject>();
  auto count = argumentsOf(*function, least, most);
  if (!count) {
    error(range, fmt::format("the function must take {} to {} arguments", least, most))
        .note(function->definition, "it is defined here");
    return std::nullopt;
  }
  int begin = static_cast<int>(script.size());
  Call call{range, range, {}, {}};
  for (size_t i = 0; i < *count; ++i)
    call.positional.push_back({runTime(emit(Instruction::None, {}, range),
                                       i ? RunTimeObject::Type::Float : RunTimeObject::Type::Int),
                               range,
                               "",
                               {}});
  std::optional<int> result;
  {
    RunTimeRegion region(*this);
    result = materialize(callFunction(*function, call), range);
  }
  CallbackFunction compiled{static_cast<int>(*count), {script.begin() + begin, script.end()}, 0};
  script.resize(begin);
  if (!result)
    return std::nullopt;
  auto fails = [&](std::string_view what) {
    notSupported(range, fmt::format("a function that the run calls and that {}", what));
    return std::nullopt;
  };
  // What it has computed is gone when it has returned.
  for (Scope *outside = function->closure; outside; outside = outside->parent)
    for (auto &[name, variable] : outside->variables)
      if (auto *held = variable.value.as<RunTimeObject>(); held && held->instruction >= begin) {
        variable.value = {};
        return fails(fmt::format("changes '{}', a variable outside it,", name));
      }
  compiled.result = *result - begin;
  bool outside = compiled.result < 0;
  for (Instruction &instruction : compiled.instructions) {
    if (actsOnModel(instruction))
      return fails("uses the model or its data");
    for (int &operand : instruction.operands) {
      operand -= begin;
      outside |= operand < 0;
    }
  }
  if (outside)
    return fails("uses a value of the run from outside it");
  return compiled;
}

} // namespace ingot::import
