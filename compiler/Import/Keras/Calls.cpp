// Making layers and models, and linking tensors.

#include "compiler/Import/Keras/Calls.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

void addTrace(Evaluator &evaluator, python::Diagnostic &diagnostic, int tensor) {
  const SymbolicTensor &input = evaluator.graph.tensors[tensor];
  const GraphLayer &layer = evaluator.graph.layers[evaluator.graph.nodes[input.node].layer];
  diagnostic.note(evaluator.graph.nodes[input.node].range,
                  fmt::format("here the input is {}, from '{}' defined here", shapeText(input.shape), layer.name));
}

Value tensorValue(Evaluator &evaluator, int tensor) {
  auto *object = evaluator.heap.make<TensorObject>();
  object->tensor = tensor;
  return object;
}

namespace {

std::string nameOf(Evaluator &evaluator, const ApiEntry &entry, const Call &call) {
  const Argument *name = call.keyword("name");
  if (name && name->value.str())
    return *name->value.str();
  std::string_view type = entry.aliasOf.empty() ? entry.name : entry.aliasOf;
  return evaluator.graph.automaticName(type);
}

std::optional<Shape> shapeArgument(Evaluator &evaluator, const Argument &argument, std::string_view what) {
  if (argument.value.isPoison() || containsPoison(argument.value))
    return std::nullopt;
  Shape shape;
  auto *items = sequence(argument.value);
  if (!items) {
    auto &diagnostic = evaluator.error(argument.range, fmt::format("{} must be a tuple, such as (28, 28, 1), not {}",
                                                                   what, typeName(argument.value)));
    if (argument.value.integer())
      diagnostic.message += fmt::format("; did you mean ({},)?", *argument.value.integer());
    return std::nullopt;
  }
  for (const Value &item : *items) {
    auto size = item.integer();
    if (item.isNone() || (!size && item.as<RunTimeObject>())) {
      evaluator.notSupported(argument.range, fmt::format("{} with a size that is not known", what),
                             "leave out the number of samples: x_train.shape[1:]");
      return std::nullopt;
    }
    if (!size || *size < 1 || *size > (1 << 24)) {
      evaluator.error(argument.range, fmt::format("{} must hold positive ints, not {}", what, repr(item)));
      return std::nullopt;
    }
    shape.push_back(*size);
  }
  int64_t elements = 1;
  for (int64_t size : shape)
    if (__builtin_mul_overflow(elements, size, &elements) || elements > (int64_t(1) << 31) || shape.size() > 7) {
      evaluator.error(argument.range, fmt::format("{} is too large", what));
      return std::nullopt;
    }
  return shape;
}

int makeInput(Evaluator &evaluator, Shape shape, std::string name, SourceRange range) {
  static const ApiEntry *entry = findEntry("keras.layers", "InputLayer");
  GraphLayer layer{entry, {"InputLayer", {{"shape", shape}}}, std::move(name), range, {}, {}, {}};
  int index = evaluator.graph.addLayer(std::move(layer));
  return evaluator.graph.addNode(index, {}, std::move(shape), range, false);
}

Value callInput(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  if (!configure(evaluator, entry, call))
    return {};
  const Argument *shape = call.get(0, "shape");
  if (!shape) {
    evaluator.error(call.range, "Input needs its shape, such as Input(shape=(28, 28, 1))");
    return {};
  }
  if (const Argument *batch = call.get(1, "batch_size"))
    if (!batch->value.isNone() && (!batch->value.isInt() || *batch->value.integer() < 1)) {
      evaluator.error(batch->range, "Input's 'batch_size' must be a positive int or None");
      return {};
    }
  auto known = shapeArgument(evaluator, *shape, "Input's 'shape'");
  const Argument *name = call.keyword("name");
  if (!known)
    return {};
  return tensorValue(evaluator, makeInput(evaluator, *known,
                                          name && name->value.str() ? *name->value.str()
                                                                    : evaluator.graph.automaticName("InputLayer"),
                                          call.range));
}

Value callLayerClass(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  Call rest = call;
  std::optional<Shape> inputShape;
  auto shape = std::find_if(rest.keywords.begin(), rest.keywords.end(),
                            [](const Argument &argument) { return argument.name == "input_shape"; });
  bool shapeFails = false;
  if (shape != rest.keywords.end()) {
    inputShape = shapeArgument(evaluator, *shape, "'input_shape'");
    shapeFails = !inputShape;
    if (inputShape && entry.shape == findEntry("keras.layers", "Conv2D")->shape && inputShape->size() != 3) {
      evaluator.error(shape->range, fmt::format("'input_shape' has {} dimension{}, and Conv2D needs 3 (height, width, "
                                                "channels), such as (28, 28, 1)",
                                                inputShape->size(), inputShape->size() == 1 ? "" : "s"));
      shapeFails = true;
    }
    rest.keywords.erase(shape);
  }
  std::string name = nameOf(evaluator, entry, call);
  auto config = configure(evaluator, entry, rest);
  if (!config || shapeFails)
    return {};
  GraphLayer layer{&entry, *config, name, call.range, {}, inputShape, {}};
  if (auto trainable = config->arguments.find("trainable"); trainable != config->arguments.end())
    layer.trainable = std::get<bool>(trainable->second);
  auto *object = evaluator.heap.make<LayerObject>();
  object->layer = evaluator.graph.addLayer(std::move(layer));
  return object;
}

/// Why a layer cannot be called on these inputs, or its output's shape.
ShapeResult outputOf(const Graph &graph, const GraphLayer &layer, const std::vector<Shape> &inputs) {
  if (layer.model >= 0) {
    const GraphModel &model = graph.models[layer.model];
    const Shape &wanted = graph.tensors[model.inputs[0]].shape;
    return {graph.tensors[model.outputs[0]].shape,
            wanted == inputs[0] ? ""
                                : fmt::format("the model takes an input of {}, not {}", shapeText(wanted),
                                              shapeText(inputs[0])), ""};
  }
  ShapeResult result = layer.entry->shape(layer.config, inputs);
  if (result.error.empty() && !layer.builtShapes.empty()) {
    auto old = layer.entry->weights(layer.config, layer.builtShapes), now = layer.entry->weights(layer.config, inputs);
    for (size_t i = 0; i < old.size(); ++i)
      if (old[i].shape != now[i].shape)
        result.error = fmt::format("the layer was built for an input of {}, and this one is {}",
                                   shapeText(layer.builtShapes[0]), shapeText(inputs[0]));
  }
  int64_t elements = 1;
  for (int64_t size : result.shape)
    if (__builtin_mul_overflow(elements, size, &elements) || elements > (int64_t(1) << 31))
      result.error = "its output has too many elements";
  return result;
}

} // namespace

std::optional<int> applyLayer(Evaluator &evaluator, int layerIndex, std::vector<int> inputs, SourceRange range) {
  GraphLayer &layer = evaluator.graph.layers[layerIndex];
  if (evaluator.graph.nodes.size() > 20000) {
    evaluator.error(range, "the script makes more than 20000 layer calls");
    return std::nullopt;
  }
  if (layer.model >= 0 && evaluator.graph.models[layer.model].inputs.empty() &&
      !buildSequential(evaluator, layer.model, evaluator.graph.tensors[inputs[0]].shape, range))
    return std::nullopt;
  std::vector<Shape> shapes;
  bool guessed = false;
  for (int input : inputs) {
    shapes.push_back(evaluator.graph.tensors[input].shape);
    guessed |= evaluator.graph.tensors[input].guessed;
  }
  ShapeResult result = outputOf(evaluator.graph, layer, shapes);
  if (!result.error.empty()) {
    if (!guessed) {
      auto &diagnostic = evaluator.error(range, fmt::format("layer '{}': {}{}", layer.name, result.error,
                                                            result.remedy.empty() ? "" : "; " + result.remedy));
      for (auto input = inputs.begin(); input != inputs.end(); ++input)
        if (std::find(inputs.begin(), input, *input) == input)
          addTrace(evaluator, diagnostic, *input);
    }
    return std::nullopt;
  }
  if (layer.builtShapes.empty())
    layer.builtShapes = shapes;
  return evaluator.graph.addNode(layerIndex, std::move(inputs), result.shape, range, guessed);
}

namespace {
bool hasName(const Graph &graph, const GraphModel &model, int added) {
  return std::any_of(model.added.begin(), model.added.end(),
                     [&](int other) { return graph.layers[other].name == graph.layers[added].name; });
}

/// Calls a layer, or a model that is used as one, on a Sequential model's output.
bool appendLayer(Evaluator &evaluator, GraphModel &model, int layer, SourceRange range) {
  auto output = applyLayer(evaluator, layer, {model.outputs[0]}, range);
  if (output)
    model.outputs = {*output};
  model.broken |= !output;
  return output.has_value();
}

/// The layer as which other models use this one. A Sequential model without an input shape gets that of the first
/// call.
int layerOf(Evaluator &evaluator, int index) {
  GraphModel &model = evaluator.graph.models[index];
  if (model.layer >= 0)
    return model.layer;
  GraphLayer layer{nullptr, {model.sequential ? "Sequential" : "Functional", {}}, model.name, model.range, {}, {}, {}};
  layer.model = index;
  return model.layer = evaluator.graph.addLayer(std::move(layer));
}

/// Adds one layer to a Sequential model.
void addToSequential(Evaluator &evaluator, int modelIndex, const Value &value, SourceRange range) {
  GraphModel &model = evaluator.graph.models[modelIndex];
  if (model.broken)
    return;
  if (value.isPoison()) {
    model.broken = true;
    return;
  }
  if (auto *tensor = value.as<TensorObject>()) {
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
    evaluator.error(range, fmt::format("a Sequential model takes layers, not a '{}'", typeName(value)));
    model.broken = true;
    return;
  }
  if (inner && (inner->model == modelIndex || evaluator.graph.models[inner->model].broken)) {
    if (inner->model == modelIndex)
      evaluator.error(range, "a model cannot be a layer of itself");
    model.broken = true;
    return;
  }
  int index = layer ? layer->layer : layerOf(evaluator, inner->model);
  if (hasName(evaluator.graph, model, index)) {
    evaluator.error(range, fmt::format("two layers of the model have the name '{}'; give them unique names",
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
    model.inputs = model.outputs = {makeInput(evaluator, *input, evaluator.graph.automaticName("InputLayer"), place)};
  if (model.inputs.empty() || appendLayer(evaluator, model, index, place))
    model.added.push_back(index);
}

Value makeModel(Evaluator &evaluator, GraphModel model) {
  auto *object = evaluator.heap.make<ModelObject>();
  object->model = static_cast<int>(evaluator.graph.models.size());
  evaluator.graph.models.push_back(std::move(model));
  return object;
}

/// The input shape of a Sequential model is not known, and this needs it.
bool needsShape(Evaluator &evaluator, const GraphModel &model) {
  if (model.broken || !model.inputs.empty())
    return false;
  SourceRange range = model.added.empty() ? model.range : evaluator.graph.layers[model.added[0]].range;
  evaluator.error(range, "the model's input shape is not known; begin with Input(shape=(28, 28, 1)) or give this layer "
                         "input_shape=");
  return true;
}

Value callSequential(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  if (!matchArguments(evaluator, entry.name, entry.parameters, call))
    return {};
  GraphModel model;
  const Argument *name = call.keyword("name");
  model.name = name && name->value.str() ? *name->value.str() : evaluator.graph.automaticName("Sequential");
  model.sequential = true;
  model.range = call.range;
  Value object = makeModel(evaluator, std::move(model));
  if (const Argument *layers = call.get(0, "layers"); layers && !layers->value.isNone()) {
    auto items = evaluator.iterate(layers->value, layers->range);
    for (size_t i = 0; items && i < items->size(); ++i)
      addToSequential(evaluator, object.as<ModelObject>()->model, (*items)[i], layers->range);
    if (!items)
      evaluator.graph.models.back().broken = true;
  }
  return object;
}

/// The tensors of Model's inputs= or outputs=: one, or a list of them.
std::optional<std::vector<int>> tensorsOf(Evaluator &evaluator, const Argument &argument, std::string_view what) {
  std::vector<Value> values = {argument.value};
  if (auto *items = sequence(argument.value))
    values = *items;
  std::vector<int> tensors;
  for (const Value &value : values) {
    auto *tensor = value.as<TensorObject>();
    if (!tensor) {
      if (!value.isPoison())
        evaluator.error(argument.range, fmt::format("Model's '{}' must be a tensor of the graph, not a '{}'{}", what,
                                                    typeName(value),
                                                    value.as<LayerObject>() ? "; call the layer on its input" : ""));
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

Value callModelClass(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  auto given = matchArguments(evaluator, entry.name, entry.parameters, call);
  if (!given)
    return {};
  auto inputs = tensorsOf(evaluator, *(*given)[0], "inputs"), outputs = tensorsOf(evaluator, *(*given)[1], "outputs");
  GraphModel model;
  const Argument *name = (*given)[2];
  model.name = name && name->value.str() ? *name->value.str() : evaluator.graph.automaticName("Functional");
  model.range = call.range;
  model.broken = !inputs || !outputs;
  if (model.broken)
    return makeModel(evaluator, std::move(model));
  model.inputs = *inputs;
  model.outputs = *outputs;
  auto &graph = evaluator.graph;
  if (!graph.nodes[graph.tensors[model.inputs[0]].node].inputs.empty()) {
    evaluator.error((*given)[0]->range, "Model's 'inputs' must be made by Input(...)");
    model.broken = true;
  }
  Graph::Reach reach = graph.reach(model);
  if (reach.loose >= 0 && !model.broken) {
    auto &loose = graph.nodes[graph.tensors[reach.loose].node];
    evaluator
        .error(call.range, fmt::format("the graph is disconnected: the output needs '{}', which is not among the "
                                       "model's inputs",
                                       graph.layers[loose.layer].name))
        .note(loose.range, fmt::format("'{}' is defined here", graph.layers[loose.layer].name));
    model.broken = true;
  }
  std::map<std::string, int> names;
  for (int layer : reach.layers)
    if (!model.broken && ++names[graph.layers[layer].name] == 2) {
      evaluator.error(graph.layers[layer].range, fmt::format("two layers of the model have the name '{}'; give them "
                                                             "unique names",
                                                             graph.layers[layer].name));
      model.broken = true;
    }
  return makeModel(evaluator, std::move(model));
}

/// keras.layers.add([a, b], name=...): Add(name=...)([a, b]).
Value callMerge(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  Call rest = call;
  auto inputs = takeFirst(rest, {"inputs"});
  if (!inputs) {
    evaluator.error(call.range, fmt::format("{} needs its argument 'inputs', a list of tensors", entry.name));
    return {};
  }
  Value layer = callLayerClass(evaluator, *findEntry("keras.layers", entry.aliasOf), rest);
  if (layer.isPoison())
    return {};
  Call on{call.range, call.callee, {*inputs}, {}};
  return callObject(evaluator, layer, on);
}

/// The tensors that a layer is called on, or nothing after an error.
std::optional<std::vector<int>> inputsOf(Evaluator &evaluator, const ApiEntry &entry, std::string_view type,
                                         const Call &call) {
  const Argument &argument = call.positional[0];
  if (argument.value.isPoison() || containsPoison(argument.value))
    return std::nullopt;
  auto *items = sequence(argument.value);
  if (entry.merges) {
    if (call.positional.size() > 1 || !items || items->empty()) {
      evaluator.error(call.range, fmt::format("the {} layer takes one list of tensors: {}()([a, b])", type, type));
      return std::nullopt;
    }
  } else if (call.positional.size() > 1 || (items && items->size() != 1)) {
    evaluator.error(call.range, fmt::format("the {} layer takes one tensor, and {} are given", type,
                                            items ? items->size() : call.positional.size()));
    return std::nullopt;
  }
  std::vector<int> tensors;
  for (const Value &value : items ? *items : std::vector<Value>{argument.value}) {
    auto *tensor = value.as<TensorObject>();
    if (!tensor) {
      evaluator.error(argument.range, fmt::format("the {} layer is called on a '{}', not on a tensor of the graph{}",
                                                  type, typeName(value),
                                                  value.as<ArrayObject>() ? "; begin with Input(shape=...)" : ""));
      return std::nullopt;
    }
    tensors.push_back(tensor->tensor);
  }
  return tensors;
}
} // namespace

Value callSymbol(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  if (!entry.supported) {
    if (!entry.parameters.empty() && !matchArguments(evaluator, entry.name, entry.parameters, call))
      return {};
    std::string what = entry.kind == ApiEntry::Kind::Layer ? "the layer " : "";
    return evaluator.notSupported(call.callee, what + std::string(entry.name));
  }
  switch (entry.kind) {
  case ApiEntry::Kind::Input:
    return callInput(evaluator, entry, call);
  case ApiEntry::Kind::Layer:
    return callLayerClass(evaluator, entry, call);
  case ApiEntry::Kind::Model:
    return callModelClass(evaluator, entry, call);
  case ApiEntry::Kind::Sequential:
    return callSequential(evaluator, entry, call);
  case ApiEntry::Kind::Activation:
    return callActivation(evaluator, entry, call);
  case ApiEntry::Kind::Merge:
    return callMerge(evaluator, entry, call);
  default: {
    if (!entry.aliasOf.empty())
      return evaluator.notSupported(call.callee, fmt::format("calling {}", entry.name), "give it to compile");
    auto config = configure(evaluator, entry, call);
    if (!config || (entry.name == "ImageDataGenerator" && !checkGenerator(evaluator, *config, call.range)))
      return {};
    auto *object = evaluator.heap.make<ConfigObject>();
    object->entry = &entry;
    object->config = *config;
    if (const Argument *name = call.keyword("name"); name && name->value.str())
      object->config.arguments["name"] = *name->value.str();
    object->origin = call.range;
    return object;
  }
  }
}

namespace {
/// A model called on tensors: a layer of other models.
Value callModel(Evaluator &evaluator, int index, const Call &call) {
  GraphModel &model = evaluator.graph.models[index];
  if (model.broken)
    return {};
  if (call.positional.empty() || call.positional.size() > 1) {
    evaluator.error(call.range, "a model is called on one tensor");
    return {};
  }
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
} // namespace

Value callObject(Evaluator &evaluator, const Value &object, Call &call) {
  auto *layer = object.as<LayerObject>();
  if (auto *model = object.as<ModelObject>())
    return callModel(evaluator, model->model, call);
  if (!layer)
    return evaluator.notSupported(call.range, "calling this object");
  const GraphLayer &called = evaluator.graph.layers[layer->layer];
  std::string type = called.config.type;
  std::vector<int> inputs;
  if (call.positional.empty()) {
    auto &diagnostic = evaluator.error(call.range, fmt::format("the {} layer is called without an input tensor", type));
    auto [name, variable] = evaluator.unusedTensor();
    if (!variable || called.entry->merges)
      return {};
    diagnostic.message += fmt::format("; did you mean '{}'?", name);
    int input = variable->value.as<TensorObject>()->tensor;
    diagnostic.note(variable->assigned,
                    fmt::format("'{}', a tensor of {} that nothing uses, is assigned here", name,
                                shapeText(evaluator.graph.tensors[input].shape)));
    variable->used = true;
    SymbolicTensor guess = evaluator.graph.tensors[input];
    guess.guessed = true;
    evaluator.graph.tensors.push_back(guess);
    inputs = {static_cast<int>(evaluator.graph.tensors.size()) - 1};
  } else {
    auto given = inputsOf(evaluator, *called.entry, type, call);
    if (!given)
      return {};
    inputs = *given;
  }
  auto output = applyLayer(evaluator, layer->layer, inputs, call.range);
  return output ? tensorValue(evaluator, *output) : Value();
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
  if (model.pendingCompile) {
    auto *self = evaluator.heap.make<ModelObject>();
    self->model = index;
    auto compile = std::move(model.pendingCompile);
    compileModel(evaluator, self, *compile);
  }
  return !evaluator.graph.models[index].broken;
}

namespace {
Value addMethod(Evaluator &evaluator, Value self, Call &call) {
  if (call.positional.size() != 1) {
    evaluator.error(call.range, "add takes one layer");
    return {};
  }
  addToSequential(evaluator, self.as<ModelObject>()->model, call.positional[0].value, call.positional[0].range);
  return NoneValue();
}

Value summaryMethod(Evaluator &evaluator, Value self, Call &call) {
  if (!call.keywords.empty())
    return evaluator.notSupported(call.keywords[0].nameRange, fmt::format("summary's '{}'", call.keywords[0].name));
  const GraphModel &model = evaluator.graph.models[self.as<ModelObject>()->model];
  if (!needsShape(evaluator, model) && !model.broken)
    evaluator.emit(Instruction::Summary, {}, call.range);
  return NoneValue();
}

/// build((None, 28, 28, 1)): the batch, then the shape of a sample.
Value buildMethod(Evaluator &evaluator, Value self, Call &call) {
  int index = self.as<ModelObject>()->model;
  const Argument *argument = call.get(0, "input_shape");
  auto *sizes = argument ? sequence(argument->value) : nullptr;
  if (!argument || !sizes || sizes->empty()) {
    evaluator.error(call.range, "build needs the input's shape with the batch, such as (None, 28, 28, 1)");
    return {};
  }
  if (!evaluator.graph.models[index].inputs.empty())
    return NoneValue();
  Argument sample = *argument;
  sample.value = evaluator.heap.tuple({sizes->begin() + 1, sizes->end()});
  if (auto shape = shapeArgument(evaluator, sample, "build's 'input_shape'"))
    buildSequential(evaluator, index, *shape, call.range);
  return NoneValue();
}

/// The layers of a model as Keras lists them: without the Input of a Sequential model.
std::vector<Value> layersOf(Evaluator &evaluator, const GraphModel &model) {
  std::vector<Value> layers;
  for (int index : model.sequential ? model.added : evaluator.graph.reach(model).layers) {
    const GraphLayer &layer = evaluator.graph.layers[index];
    if (layer.model >= 0) {
      auto *object = evaluator.heap.make<ModelObject>();
      object->model = layer.model;
      layers.emplace_back(object);
    } else {
      auto *object = evaluator.heap.make<LayerObject>();
      object->layer = index;
      layers.emplace_back(object);
    }
  }
  return layers;
}

std::string nameOfLayer(const Evaluator &evaluator, const Value &layer) {
  auto *model = layer.as<ModelObject>();
  return model ? evaluator.graph.models[model->model].name : evaluator.graph.layers[layer.as<LayerObject>()->layer].name;
}

Value getLayerMethod(Evaluator &evaluator, Value self, Call &call) {
  const GraphModel &model = evaluator.graph.models[self.as<ModelObject>()->model];
  if (model.broken)
    return {};
  std::vector<Value> layers = layersOf(evaluator, model);
  const Argument *name = call.get(0, "name"), *index = call.keyword("index");
  if (index && index->value.integer()) {
    int64_t position = *index->value.integer();
    if (position >= 0 && position < static_cast<int64_t>(layers.size()))
      return layers[position];
    evaluator.error(index->range, fmt::format("the model has {} layers", layers.size()));
    return {};
  }
  if (!name || !name->value.str()) {
    evaluator.error(call.range, "get_layer needs the name of a layer, or index=");
    return {};
  }
  std::vector<std::string> names;
  for (const Value &layer : layers) {
    names.push_back(nameOfLayer(evaluator, layer));
    if (names.back() == *name->value.str())
      return layer;
  }
  auto near = python::nearestName(*name->value.str(), names);
  evaluator.error(name->range, fmt::format("the model has no layer '{}'{}", *name->value.str(),
                                           near ? fmt::format("; did you mean '{}'?", *near) : ""));
  return {};
}

/// How many numbers the weights of the model's layers hold.
int64_t parametersOf(const Graph &graph, const GraphModel &model) {
  int64_t count = 0;
  for (int index : graph.reach(model).layers) {
    const GraphLayer &layer = graph.layers[index];
    if (layer.model >= 0)
      count += parametersOf(graph, graph.models[layer.model]);
    else if (layer.entry && layer.entry->weights && !layer.builtShapes.empty())
      for (const Weight &weight : layer.entry->weights(layer.config, layer.builtShapes)) {
        int64_t elements = 1;
        for (int64_t size : weight.shape)
          elements *= size;
        count += elements;
      }
  }
  return count;
}

Value countParams(Evaluator &evaluator, Value self, Call &call) {
  const GraphModel &model = evaluator.graph.models[self.as<ModelObject>()->model];
  if (model.broken)
    return {};
  if (model.outputs.empty()) {
    evaluator.error(call.range, "the model's weights are not there yet: begin with Input(shape=...)");
    return {};
  }
  return parametersOf(evaluator.graph, model);
}

constexpr std::pair<std::string_view, MethodHandler> kModelMethods[] = {
    {"compile", compileModel}, {"fit", fitModel}, {"evaluate", evaluateModel}, {"predict", predictModel},
    {"summary", summaryMethod}, {"add", addMethod}, {"build", buildMethod}, {"get_layer", getLayerMethod},
    {"count_params", countParams}};
} // namespace

namespace {
std::optional<Value> layerAttribute(Evaluator &evaluator, int index, const std::string &name, SourceRange range) {
  const GraphLayer &layer = evaluator.graph.layers[index];
  if (name == "name")
    return evaluator.heap.str(layer.name);
  if (name == "trainable")
    return Value(layer.trainable);
  if (name == "input" || name == "output") {
    if (layer.nodes.size() != 1) {
      evaluator.error(range, fmt::format("the layer '{}' was called {} times: its {} is not defined", layer.name,
                                         layer.nodes.size(), name));
      return Value();
    }
    const GraphNode &node = evaluator.graph.nodes[layer.nodes[0]];
    if (name == "output" || node.inputs.size() == 1)
      return tensorValue(evaluator, name == "output" ? node.outputs[0] : node.inputs[0]);
  }
  for (std::string_view known : {"input", "get_weights", "set_weights", "weights", "kernel", "bias", "get_config",
                                 "count_params", "input_shape", "output_shape", "units", "filters", "activation",
                                 "adapt"})
    if (name == known)
      return evaluator.notSupported(range, fmt::format("a layer's '{}'", name),
                                    name == "adapt" ? "give the layer mean= and variance=" : "");
  return std::nullopt;
}

/// Marks a layer, or all layers of a model used as one, as trainable or not.
void setTrainable(Evaluator &evaluator, const Value &object, bool trainable) {
  if (auto *layer = object.as<LayerObject>()) {
    evaluator.graph.layers[layer->layer].trainable = trainable;
    evaluator.graph.layers[layer->layer].config.arguments["trainable"] = trainable;
    return;
  }
  int index = object.as<ModelObject>()->model;
  evaluator.graph.layers[layerOf(evaluator, index)].trainable = trainable;
  for (const Value &layer : layersOf(evaluator, evaluator.graph.models[index]))
    setTrainable(evaluator, layer, trainable);
}
} // namespace

bool assignKerasAttribute(Evaluator &evaluator, const Value &object, const std::string &name, const Value &value,
                          SourceRange range) {
  if (name != "trainable" || (!object.as<LayerObject>() && !object.as<ModelObject>()))
    return false;
  if (value.isPoison())
    return true;
  if (auto trainable = value.boolean())
    setTrainable(evaluator, object, *trainable);
  else
    evaluator.error(range, fmt::format("'trainable' must be True or False, not {}", repr(value)));
  return true;
}

std::optional<Value> kerasAttribute(Evaluator &evaluator, const Value &object, const std::string &name,
                                    SourceRange range) {
  auto &graph = evaluator.graph;
  if (auto value = generatorAttribute(evaluator, object, name, range))
    return value;
  if (auto *tensor = object.as<TensorObject>()) {
    if (name != "shape")
      return std::nullopt;
    std::vector<Value> dimensions = {NoneValue()};
    for (int64_t size : graph.tensors[tensor->tensor].shape)
      dimensions.emplace_back(size);
    return evaluator.heap.tuple(std::move(dimensions));
  }
  if (auto *layer = object.as<LayerObject>())
    return layerAttribute(evaluator, layer->layer, name, range);
  auto *model = object.as<ModelObject>();
  if (!model)
    return std::nullopt;
  const GraphModel &data = graph.models[model->model];
  if (name == "name")
    return evaluator.heap.str(data.name);
  if (name == "layers" && !data.broken)
    return evaluator.heap.list(layersOf(evaluator, data));
  if (name == "trainable")
    return Value(data.layer < 0 || graph.layers[data.layer].trainable);
  if ((name == "input" || name == "output" || name == "inputs" || name == "outputs") && !data.broken) {
    if (needsShape(evaluator, data))
      return Value();
    Value tensor = tensorValue(evaluator, (name.starts_with("in") ? data.inputs : data.outputs)[0]);
    return name.ends_with("s") ? evaluator.heap.list({tensor}) : tensor;
  }
  for (auto [method, handler] : kModelMethods)
    if (method == name && (name != "add" || data.sequential))
      return evaluator.heap.make<MethodObject>(object, name, handler);
  if (data.broken)
    return Value();
  for (std::string_view known : {"save", "save_weights", "load_weights", "train_on_batch", "get_weights", "set_weights", "weights", "pop",
                                 "output_shape", "input_shape", "optimizer", "metrics_names", "test_on_batch", "predict_on_batch"})
    if (name == known)
      return evaluator.notSupported(range, fmt::format("a model's '{}'", name));
  return std::nullopt;
}

} // namespace ingot::import
