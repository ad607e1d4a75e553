// Models, layers, activations and losses that are called on arrays: TensorFlow computes them at
// once, the executable where the call stands.

#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/Keras/FitData.h"
#include "compiler/Import/Keras/Layers/Layers.h"
#include "compiler/Import/NumPy/ComputedArrays.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
bool isAugmentation(const GraphLayer &layer) {
  std::span<const ApiEntry> all = augmentationLayers();
  return layer.entry && std::any_of(all.begin(), all.end(), [&](const ApiEntry &entry) {
           return entry.name == layer.config.type;
         });
}

bool augments(const Graph &graph, const GraphModel &model) {
  const Graph::Reach reach = graph.reach(model);
  return std::any_of(reach.layers.begin(), reach.layers.end(), [&](int index) {
    const GraphLayer &layer = graph.layers[index];
    return layer.model >= 0 ? augments(graph, graph.models[layer.model]) : isAugmentation(layer);
  });
}

/// The layers compute as in inference; false, after an error, where the call means another mode.
bool checkMode(Evaluator &evaluator, const GraphModel &model, const Call &call) {
  bool given = false;
  for (const Argument &argument : call.keywords) {
    if (argument.value.isPoison())
      return false;
    if (argument.name != "training" || truth(argument.value) != false) {
      evaluator.notSupported(argument.nameRange,
                             fmt::format("'{}' of a call on an array", argument.name),
                             "training=False computes as in predict");
      return false;
    }
    given = true;
  }
  if (given || !augments(evaluator.graph, model))
    return true;
  evaluator.notSupported(call.range, "calling layers of random augmentation on an array",
                         "they augment in fit alone; leave the preview out");
  return false;
}

Value tensorOf(const Value &result) {
  if (auto *tensor = result.as<RunTimeObject>())
    tensor->isTensor = true;
  return result;
}
} // namespace

Value callModelOnArray(Evaluator &evaluator, int index, const Call &call) {
  buildFromData(evaluator, index, &call.positional[0]);
  const GraphModel &model = evaluator.graph.models[index];
  if (model.broken)
    return {};
  if (model.inputs.empty()) {
    evaluator
        .error(call.range, "the model's input shape is not known; begin with Input(shape=(28, 28, "
                           "1))")
        .note(model.range, "the model is made here");
    return {};
  }
  return checkMode(evaluator, model, call)
             ? tensorOf(predictSamples(evaluator, index, call.positional[0], 32, 0, call.range))
             : Value();
}

Value callLayerOnArray(Evaluator &evaluator, int index, const Call &call) {
  const Argument &argument = call.positional[0];
  auto shape = knownShape(argument.value);
  if (!shape || shape->empty())
    return evaluator.notSupported(call.range,
                                  "calling a layer on an array whose shape is not known",
                                  "call it on samples of a data set, such as x_test[:5]");
  auto &graph = evaluator.graph;
  GraphModel model;
  model.name = graph.layers[index].name;
  model.range = call.range;
  model.isCall = true;
  model.inputs = {
      makeInput(evaluator, {shape->begin() + 1, shape->end()}, "array", argument.range)};
  auto output = applyLayer(evaluator, index, model.inputs, call.range);
  if (!output)
    return {};
  model.outputs = {*output};
  // It is no call in the graph of a model that the script makes.
  graph.layers[index].nodes.pop_back();
  if (!checkMode(evaluator, model, call))
    return {};
  graph.models.push_back(std::move(model));
  return tensorOf(predictSamples(evaluator, static_cast<int>(graph.models.size()) - 1, argument, 32,
                                 0, call.range));
}

Value callActivationOnArray(Evaluator &evaluator, const ApiEntry &entry, const Argument &argument,
                            const Call &rest) {
  static constexpr std::string_view known[] = {"softmax", "sigmoid", "relu"};
  bool plain = rest.positional.empty() &&
               std::all_of(rest.keywords.begin(), rest.keywords.end(), [](const Argument &each) {
                 return each.name == "name" || (each.name == "axis" && each.value.integer() == -1);
               });
  if (!plain || std::find(std::begin(known), std::end(known), entry.name) == std::end(known))
    return evaluator.notSupported(rest.range, fmt::format("'{}' of an array", entry.name),
                                  "softmax, sigmoid and relu with their defaults are");
  auto operand = evaluator.materialize(argument.value, argument.range);
  if (!operand)
    return {};
  Value result = evaluator.runTime(
      evaluator.emitCall(fmt::format("keras.activations.{}", entry.name), {*operand}, rest.range),
      RunTimeObject::Type::Array);
  result.as<RunTimeObject>()->shape = knownShape(argument.value);
  result.as<RunTimeObject>()->dtype = "float32";
  return tensorOf(result);
}

Value callLossOnArrays(Evaluator &evaluator, const ConfigObject &loss, const Call &call) {
  static constexpr std::string_view known[] = {"SparseCategoricalCrossentropy",
                                               "CategoricalCrossentropy", "BinaryCrossentropy",
                                               "MeanSquaredError", "MeanAbsoluteError"};
  const Argument *labels = call.get(0, "y_true"), *outputs = call.get(1, "y_pred");
  if (std::find(std::begin(known), std::end(known), loss.config.type) == std::end(known) ||
      numberArgument(loss.config, "label_smoothing") != 0)
    return evaluator.notSupported(call.range, fmt::format("calling {}", loss.config.type),
                                  "give it to compile; evaluate computes it");
  if (!labels || !outputs || call.positional.size() + call.keywords.size() != 2) {
    evaluator.error(call.range, "a loss is called on labels and outputs: loss(y_true, y_pred)");
    return {};
  }
  auto y = evaluator.materialize(labels->value, labels->range),
       p = evaluator.materialize(outputs->value, outputs->range);
  if (!y || !p)
    return {};
  std::vector<int> operands{*y, *p};
  operands.push_back(evaluator.emit(Instruction::Bool, {}, call.range, "",
                                    loss.config.arguments.contains("from_logits") &&
                                        boolArgument(loss.config, "from_logits")));
  Value result = evaluator.runTime(
      evaluator.emitCall("keras.losses." + loss.config.type, operands, call.range),
      RunTimeObject::Type::Unknown);
  result.as<RunTimeObject>()->shape.emplace();
  result.as<RunTimeObject>()->dtype = "float32";
  return tensorOf(result);
}

} // namespace ingot::import
