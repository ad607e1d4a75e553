#include "runtime/Keras/KerasModel.h"
#include "runtime/Checkpoint/Weights.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <map>
#include <span>

namespace ingot::runtime {

/// Parameters by their names up to the last '/': "conv2d", "base/conv2d".
using LayerWeights = std::map<std::string, std::vector<uint32_t>>;

static LayerWeights weightsByLayer(const IngotProgram &program) {
  LayerWeights weights;
  for (uint32_t i = 0; i < program.parameter_count; ++i) {
    std::string name = program.parameters[i].name;
    if (isWeight(program.parameters[i]))
      weights[name.substr(0, name.rfind('/'))].push_back(i);
  }
  return weights;
}

/// Operators on tensors stand among the layers, and are none.
static bool isLayer(const Json &config) {
  return !config.value("module", "").starts_with("keras.src.ops");
}

static std::vector<KerasLayer> layersOf(const Json &model, const std::string &prefix,
                                        const LayerWeights &weights) {
  std::vector<KerasLayer> layers;
  for (const Json &each : model["config"]["layers"]) {
    const Json &config = each["config"];
    KerasLayer layer{config.value("name", ""), each.value("class_name", ""), {}, {}};
    if (!isLayer(each) || (model["class_name"] == "Sequential" && layer.type == "InputLayer"))
      continue;
    std::string path = prefix + layer.name;
    if (config.contains("layers"))
      layer.layers = layersOf(each, path + "/", weights);
    else if (auto own = weights.find(path); own != weights.end())
      layer.weights = own->second;
    layers.push_back(std::move(layer));
  }
  return layers;
}

KerasLayer kerasModel(const IngotProgram &program, const Json &config) {
  return {config["config"].value("name", ""),
          config.value("class_name", ""),
          layersOf(config, "", weightsByLayer(program)),
          {}};
}

static void collect(const KerasLayer &layer, const IngotProgram &program, bool trained,
                    std::vector<uint32_t> &weights) {
  for (uint32_t weight : layer.weights)
    if ((program.parameters[weight].role == INGOT_TRAINABLE) == trained)
      weights.push_back(weight);
  for (const KerasLayer &inner : layer.layers)
    collect(inner, program, trained, weights);
}

std::vector<uint32_t> weightsInOrder(const KerasLayer &layer, const IngotProgram &program) {
  std::vector<uint32_t> weights;
  for (bool trained : {true, false})
    collect(layer, program, trained, weights);
  return weights;
}

std::string snakeCase(const std::string &type) {
  auto is = [&](size_t at, int (*kind)(int)) {
    return at < type.size() && kind(static_cast<unsigned char>(type[at]));
  };
  std::string name;
  for (size_t i = 0; i < type.size(); ++i) {
    if (i > 0 && is(i, std::isupper) && (is(i + 1, std::islower) || is(i - 1, std::islower)))
      name += '_';
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(type[i])));
  }
  return name;
}

std::vector<OptimizerVariable> optimizerVariables(const IngotProgram &program, const Json &config) {
  if (!config.contains("compile_config"))
    return {};
  const Json &optimizer = config["compile_config"]["optimizer"];
  std::vector<OptimizerVariable> variables{{OptimizerVariable::Iterations, 0, "iteration"}};
  if (optimizer["config"]["learning_rate"].is_number())
    variables.push_back({OptimizerVariable::LearningRate, 0, "learning_rate"});
  // The program has the slots of one kind side by side, scalars last.
  std::map<std::string, std::vector<uint32_t>> slots;
  std::vector<std::string> kinds, scalars;
  for (uint32_t i = 0; i < program.parameter_count; ++i) {
    if (program.parameters[i].role != INGOT_SLOT)
      continue;
    std::string name = program.parameters[i].name, kind = name.substr(name.rfind('/') + 1);
    auto &known = program.parameters[i].rank == 0 && std::count(name.begin(), name.end(), '/') < 2
                      ? scalars
                      : kinds;
    if (slots[kind].empty())
      known.push_back(kind);
    slots[kind].push_back(i);
  }
  auto add = [&](uint32_t slot) {
    std::string name = program.parameters[slot].name;
    std::replace(name.begin(), name.end(), '/', '_');
    variables.push_back({OptimizerVariable::Slot, slot, name});
  };
  // Where an optimizer makes two kinds by one call, a weight has both side by side.
  size_t pair = optimizer["class_name"] == "RMSprop" || kinds.size() < 2 ? 0 : 2;
  if (pair)
    for (size_t i = 0; i < slots[kinds[0]].size(); ++i)
      for (size_t kind = 0; kind < pair; ++kind)
        add(slots[kinds[kind]].at(i));
  for (size_t kind = pair; kind < kinds.size(); ++kind)
    for (uint32_t slot : slots[kinds[kind]])
      add(slot);
  for (const std::string &kind : scalars)
    add(slots[kind].front());
  return variables;
}

} // namespace ingot::runtime
