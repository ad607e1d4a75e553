// Sequential and functional models: what they are made of, and that they hold together.

#include "compiler/Import/Keras/Models.h"

#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/NumPy/ComputedArrays.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {
namespace {
bool hasName(const Graph &graph, const GraphModel &model, int added) {
  return std::any_of(model.added.begin(), model.added.end(), [&](int other) {
    return graph.layers[other].name == graph.layers[added].name;
  });
}

/// Calls a layer, or a model that is used as one, on a Sequential model's output.
bool appendLayer(Evaluator &evaluator, GraphModel &model, int layer, SourceRange range) {
  auto output = applyLayer(evaluator, layer, {model.outputs[0]}, range);
  if (output)
    model.outputs = {*output};
  model.broken |= !output;
  return output.has_value();
}

Value makeModel(Evaluator &evaluator, GraphModel model) {
  auto *object = evaluator.heap.make<ModelObject>();
  object->model = static_cast<int>(evaluator.graph.models.size());
  evaluator.graph.models.push_back(std::move(model));
  return object;
}

/// The tensors of Model's inputs= or outputs=: one, or a list of them.
std::optional<std::vector<int>> tensorsOf(Evaluator &evaluator, const Argument &argument,
                                          std::string_view what) {
  std::vector<Value> values = {argument.value};
  if (auto *items = sequence(argument.value))
    values = *items;
  std::vector<int> tensors;
  for (const Value &value : values) {
    auto *tensor = value.as<TensorObject>();
    if (!tensor) {
      if (!value.isPoison())
        evaluator.error(
            argument.range,
            fmt::format("Model's '{}' must be a tensor of the graph, not {}{}", what, someOf(value),
                        value.as<LayerObject>()     ? "; call the layer on its input"
                        : value.as<RunTimeObject>() ? "; its layers were called on an array; begin "
                                                      "with Input(shape=...)"
                                                    : ""));
      return std::nullopt;
    }
    tensors.push_back(tensor->tensor);
  }
  if (tensors.size() != 1) {
    evaluator.notSupported(argument.range, fmt::format("a model of {} {}", tensors.size(), what));
    return std::nullopt;
  }
  return tensors;
}
} // namespace

int layerOf(Evaluator &evaluator, int index) {
  GraphModel &model = evaluator.graph.models[index];
  if (model.layer >= 0)
    return model.layer;
  GraphLayer layer{nullptr,    {model.sequential ? "Sequential" : "Functional", {}},
                   model.name, model.range,
                   {},         {},
                   {}};
  layer.model = index;
  return model.layer = evaluator.graph.addLayer(std::move(layer));
}

void addToSequential(Evaluator &evaluator, int modelIndex, const Value &value, SourceRange range) {
  GraphModel &model = evaluator.graph.models[modelIndex];
  if (value.isPoison()) {
    model.broken = true;
    return;
  }
  if (auto *tensor = value.as<TensorObject>()) {
    if (model.broken)
      return;
    if (!model.inputs.empty() || !model.added.empty() ||
        !evaluator.graph.nodes[evaluator.graph.tensors[tensor->tensor].node].inputs.empty()) {
      evaluator.error(range, "a Sequential model takes layers, and an Input as the first alone");
      model.broken = true;
      return;
    }
    model.inputs = model.outputs = {tensor->tensor};
    return;
  }
  auto *layer = value.as<LayerObject>();
  auto *inner = value.as<ModelObject>();
  if (!layer && !inner) {
    auto *symbol = value.as<SymbolObject>();
    evaluator.error(range, symbol && symbol->entry->kind == ApiEntry::Kind::Layer
                               ? fmt::format("{0} is a class; write {0}(...) to make a layer of it",
                                             symbol->entry->name)
                               : "a Sequential model takes layers, not " + someOf(value));
    model.broken = true;
  }
  if (model.broken)
    return;
  if (inner && (inner->model == modelIndex || evaluator.graph.models[inner->model].broken)) {
    if (inner->model == modelIndex)
      evaluator.error(range, "a model cannot be a layer of itself");
    model.broken = true;
    return;
  }
  int index = layer ? layer->layer : layerOf(evaluator, inner->model);
  if (hasName(evaluator.graph, model, index)) {
    evaluator.error(
        range, fmt::format("two layers of the model have the name '{}'; give them unique names",
                           evaluator.graph.layers[index].name));
    model.broken = true;
    return;
  }
  std::optional<Shape> input = evaluator.graph.layers[index].inputShape;
  if (inner && !evaluator.graph.models[inner->model].inputs.empty())
    input = evaluator.graph.tensors[evaluator.graph.models[inner->model].inputs[0]].shape;
  SourceRange place = layer ? evaluator.graph.layers[index].range : range;
  bool isFirst = model.added.empty() && model.inputs.empty();
  if (isFirst && input)
    model.inputs = model.outputs = {
        makeInput(evaluator, *input, evaluator.graph.automaticName("InputLayer"), place)};
  if (model.inputs.empty() || appendLayer(evaluator, model, index, place))
    model.added.push_back(index);
}

void countBuild(Graph &graph, const GraphModel &model) {
  size_t least = !model.added.empty() && graph.layers[model.added[0]].model >= 0 ? 2 : 1;
  if (!model.broken && !model.inputs.empty() && model.added.size() >= least)
    graph.automaticName("Functional");
}

bool buildSequential(Evaluator &evaluator, int index, const Shape &input, SourceRange range) {
  GraphModel &model = evaluator.graph.models[index];
  if (model.broken || model.added.empty()) {
    if (!model.broken)
      evaluator.error(range, "the model has no layers");
    model.broken = true;
    return false;
  }
  model.inputs = model.outputs = {
      makeInput(evaluator, input, evaluator.graph.automaticName("InputLayer"), model.range)};
  for (int layer : model.added)
    if (!appendLayer(evaluator, model, layer, evaluator.graph.layers[layer].range))
      return false;
  countBuild(evaluator.graph, model);
  if (model.pendingCompile) {
    auto *self = evaluator.heap.make<ModelObject>();
    self->model = index;
    auto compile = std::move(model.pendingCompile);
    compileModel(evaluator, self, *compile);
  }
  return !evaluator.graph.models[index].broken;
}

bool needsShape(Evaluator &evaluator, const GraphModel &model) {
  if (model.broken || !model.inputs.empty())
    return false;
  SourceRange range =
      model.added.empty() ? model.range : evaluator.graph.layers[model.added[0]].range;
  evaluator.error(range, "the model's input shape is not known; begin with Input(shape=(28, 28, "
                         "1)) or give this layer "
                         "input_shape=");
  return true;
}

Value callSequential(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  if (!call.positional.empty() &&
      (call.positional[0].value.as<LayerObject>() || call.positional[0].value.as<TensorObject>())) {
    evaluator.error({call.positional.front().range.begin, call.positional.back().range.end},
                    "Sequential takes one list of layers: Sequential([...])");
    return {};
  }
  if (!matchArguments(evaluator, entry.name, entry.parameters, call))
    return {};
  GraphModel model;
  const Argument *name = call.keyword("name");
  model.name =
      name && name->value.str() ? *name->value.str() : evaluator.graph.automaticName("Sequential");
  model.sequential = true;
  model.range = call.range;
  Value object = makeModel(evaluator, std::move(model));
  if (const Argument *layers = call.get(0, "layers"); layers && !layers->value.isNone()) {
    auto items = evaluator.iterate(layers->value, layers->range);
    for (size_t i = 0; items && i < items->size(); ++i)
      addToSequential(evaluator, object.as<ModelObject>()->model, (*items)[i], layers->range);
    if (!items)
      evaluator.graph.models.back().broken = true;
    countBuild(evaluator.graph, evaluator.graph.models[object.as<ModelObject>()->model]);
  }
  return object;
}

static bool madeByInput(const Graph &graph, int tensor) {
  return graph.nodes[graph.tensors[tensor].node].inputs.empty();
}

/// A model's inputs begin graphs. Tells whether they do.
static bool checkInputs(Evaluator &evaluator, const GraphModel &model, SourceRange inputs,
                        SourceRange outputs) {
  auto isInput = [&](int tensor) { return madeByInput(evaluator.graph, tensor); };
  if (std::all_of(model.inputs.begin(), model.inputs.end(), isInput))
    return true;
  if (std::all_of(model.outputs.begin(), model.outputs.end(), isInput))
    evaluator.error(inputs, "Model's 'inputs' and 'outputs' are swapped: Model(inputs, outputs)")
        .note(outputs, "this is made by Input(...)");
  else
    evaluator.error(inputs, "Model's 'inputs' must be made by Input(...)");
  return false;
}

Value callModelClass(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  auto given = matchArguments(evaluator, entry.name, entry.parameters, call);
  if (!given)
    return {};
  auto inputs = tensorsOf(evaluator, *(*given)[0], "inputs"),
       outputs = tensorsOf(evaluator, *(*given)[1], "outputs");
  GraphModel model;
  const Argument *name = (*given)[2];
  model.name =
      name && name->value.str() ? *name->value.str() : evaluator.graph.automaticName("Functional");
  model.range = call.range;
  model.broken = !inputs || !outputs;
  if (model.broken)
    return makeModel(evaluator, std::move(model));
  model.inputs = *inputs;
  model.outputs = *outputs;
  model.broken = !checkInputs(evaluator, model, (*given)[0]->range, (*given)[1]->range);
  auto &graph = evaluator.graph;
  Graph::Reach reach = graph.reach(model);
  if (reach.loose >= 0 && !model.broken) {
    auto &loose = graph.nodes[graph.tensors[reach.loose].node];
    evaluator
        .error(
            call.range,
            fmt::format("the graph is disconnected: the output needs '{}', which is not among the "
                        "model's inputs",
                        graph.layers[loose.layer].name))
        .note(loose.range, fmt::format("'{}' is defined here", graph.layers[loose.layer].name));
    model.broken = true;
  }
  std::map<std::string, int> names;
  for (int layer : reach.layers)
    if (!model.broken && ++names[graph.layers[layer].name] == 2) {
      evaluator.error(graph.layers[layer].range,
                      fmt::format("two layers of the model have the name '{}'; give them "
                                  "unique names",
                                  graph.layers[layer].name));
      model.broken = true;
    }
  return makeModel(evaluator, std::move(model));
}

Value callModel(Evaluator &evaluator, int index, const Call &call) {
  GraphModel &model = evaluator.graph.models[index];
  if (model.broken)
    return {};
  if (call.positional.empty() || call.positional.size() > 1) {
    evaluator.error(call.range, "a model is called on one tensor");
    return {};
  }
  if (mayBeArray(call.positional[0].value))
    return callModelOnArray(evaluator, index, call);
  static const ApiEntry one{"", ApiEntry::Kind::Layer, {}};
  auto inputs = inputsOf(evaluator, one, model.sequential ? "Sequential" : "Functional", call);
  if (!inputs)
    return {};
  const Shape shape = evaluator.graph.tensors[(*inputs)[0]].shape;
  if (model.inputs.empty() && !buildSequential(evaluator, index, shape, call.range))
    return {};
  auto output = applyLayer(evaluator, layerOf(evaluator, index), *inputs, call.range);
  return output ? tensorValue(evaluator, *output) : Value();
}

} // namespace ingot::import
