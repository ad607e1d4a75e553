// model.save, save_weights and load_weights: actions of the executable, in the script's order.

#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/Keras/Models.h"

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter saveParameters[] = {{"filepath"},
                                        {"overwrite", Any, true},
                                        {"zipped", Any, nullptr, OnlyDefault},
                                        {"include_optimizer", Any, true},
                                        {"save_format", Any, nullptr, OnlyDefault}};
constexpr Parameter saveWeightsParameters[] = {
    {"filepath"}, {"overwrite", Any, true}, {"max_shard_size", Any, nullptr, OnlyDefault}};
constexpr Parameter loadWeightsParameters[] = {{"filepath"},
                                               {"skip_mismatch", Any, false, OnlyDefault},
                                               {"by_name", Any, false, OnlyDefault},
                                               {"objects_to_skip", Any, nullptr, OnlyDefault}};

struct FileMethod {
  std::string_view name;
  std::span<const Parameter> parameters;
  Instruction::Opcode opcode;
  std::initializer_list<std::string_view> endings; // that Keras takes
  std::string_view remedy;
};
constexpr FileMethod save{"save",
                          saveParameters,
                          Instruction::SaveModel,
                          {".keras", ".h5", ".hdf5"},
                          "a model is saved as .keras or .h5"};
constexpr FileMethod saveOnlyWeights{"save_weights",
                                     saveWeightsParameters,
                                     Instruction::SaveWeights,
                                     {".weights.h5"},
                                     "weights are saved as .weights.h5"};
constexpr FileMethod load{"load_weights",
                          loadWeightsParameters,
                          Instruction::LoadWeights,
                          {".keras", ".h5", ".hdf5"},
                          "weights are read from .weights.h5, .h5 or .keras"};

/// Reports a name with another ending than Keras takes (keras/src/saving/saving_api.py).
bool checkName(Evaluator &evaluator, const FileMethod &method, const Argument &path) {
  if (!isKnown(path.value))
    return true; // the run finds out
  const std::string *name = path.value.str();
  if (!name) {
    evaluator.error(path.range, fmt::format("{}'s 'filepath' must be a string, not {}", method.name,
                                            repr(path.value)));
    return false;
  }
  for (std::string_view ending : method.endings)
    if (name->ends_with(ending))
      return true;
  evaluator.error(path.range, fmt::format("{} cannot take the file '{}': {}", method.name, *name,
                                          method.remedy));
  return false;
}

Value callFileMethod(Evaluator &evaluator, const FileMethod &method, const Value &self,
                     const Call &call) {
  GraphModel &model = evaluator.graph.models[self.as<ModelObject>()->model];
  auto given = matchArguments(evaluator, method.name, method.parameters, call);
  if (!given || model.broken || needsShape(evaluator, model))
    return {};
  for (size_t i = 1; i < given->size(); ++i) {
    const Argument *argument = (*given)[i];
    bool plain = !argument || argument->value.isNone() ||
                 (argument->value.boolean() && !*argument->value.boolean());
    if (method.parameters[i].support == OnlyDefault && !plain)
      return evaluator.notSupported(
          argument->range, fmt::format("{}'s '{}'", method.name, method.parameters[i].name));
  }
  const Argument &path = *(*given)[0];
  if (path.value.isPoison() || !checkName(evaluator, method, path))
    return {};
  auto value = evaluator.materialize(path.value, path.range);
  if (!value)
    return {};
  evaluator.graph.kerasFiles = true;
  evaluator.emit(method.opcode, {*value}, call.range);
  return NoneValue();
}
} // namespace

Value saveModel(Evaluator &evaluator, Value self, Call &call) {
  return callFileMethod(evaluator, save, self, call);
}

Value saveWeights(Evaluator &evaluator, Value self, Call &call) {
  return callFileMethod(evaluator, saveOnlyWeights, self, call);
}

Value loadWeights(Evaluator &evaluator, Value self, Call &call) {
  return callFileMethod(evaluator, load, self, call);
}

} // namespace ingot::import
