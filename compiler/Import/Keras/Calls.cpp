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

namespace {
Value tensorValue(Evaluator &evaluator, int tensor) {
  auto *object = evaluator.heap.make<TensorObject>();
  object->tensor = tensor;
  return object;
}

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
  auto *object = evaluator.heap.make<LayerObject>();
  object->layer = evaluator.graph.addLayer({&entry, *config, name, call.range, {}, inputShape, {}});
  return object;
}

/// One call of a layer; nothing after an error.
std::optional<int> apply(Evaluator &evaluator, int layerIndex, int input, SourceRange range) {
  GraphLayer &layer = evaluator.graph.layers[layerIndex];
  const SymbolicTensor tensor = evaluator.graph.tensors[input];
  if (evaluator.graph.nodes.size() > 20000) {
    evaluator.error(range, "the script makes more than 20000 layer calls");
    return std::nullopt;
  }
  ShapeResult result = layer.entry->shape(layer.config, {tensor.shape});
  if (result.error.empty() && !layer.builtShapes.empty()) {
    auto old = layer.entry->weights(layer.config, layer.builtShapes), now = layer.entry->weights(layer.config, {tensor.shape});
    for (size_t i = 0; i < old.size(); ++i)
      if (old[i].shape != now[i].shape)
        result.error = fmt::format("the layer was built for an input of {}, and this one is {}",
                                   shapeText(layer.builtShapes[0]), shapeText(tensor.shape));
  }
  int64_t elements = 1;
  for (int64_t size : result.shape)
    if (__builtin_mul_overflow(elements, size, &elements) || elements > (int64_t(1) << 31))
      result.error = "its output has too many elements";
  if (!result.error.empty()) {
    if (!tensor.guessed) {
      auto &diagnostic = evaluator.error(range, fmt::format("layer '{}': {}{}", layer.name, result.error,
                                                            result.remedy.empty() ? "" : "; " + result.remedy));
      addTrace(evaluator, diagnostic, input);
    }
    return std::nullopt;
  }
  if (layer.builtShapes.empty())
    layer.builtShapes = {tensor.shape};
  return evaluator.graph.addNode(layerIndex, {input}, result.shape, range, tensor.guessed);
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
    if (!model.inputs.empty() || !evaluator.graph.nodes[evaluator.graph.tensors[tensor->tensor].node].inputs.empty()) {
      evaluator.error(range, "a Sequential model takes layers, and an Input as the first alone");
      model.broken = true;
      return;
    }
    model.inputs = model.outputs = {tensor->tensor};
    return;
  }
  auto *layer = value.as<LayerObject>();
  if (!layer) {
    if (value.as<ModelObject>())
      evaluator.notSupported(range, "a model within a model");
    else
      evaluator.error(range, fmt::format("a Sequential model takes layers, not a '{}'", typeName(value)));
    model.broken = true;
    return;
  }
  GraphLayer &object = evaluator.graph.layers[layer->layer];
  if (model.inputs.empty()) {
    if (!object.inputShape) {
      model.added.push_back(layer->layer);
      if (model.added.size() == 1)
        return;
      model.added.pop_back();
      evaluator.error(evaluator.graph.layers[model.added[0]].range,
                      "the model's input shape is not known; begin with Input(shape=(28, 28, 1)) or give this layer "
                      "input_shape=");
      model.broken = true;
      return;
    }
    model.inputs = model.outputs = {
        makeInput(evaluator, *object.inputShape, evaluator.graph.automaticName("InputLayer"), object.range)};
  }
  for (int other : model.added)
    if (evaluator.graph.layers[other].name == object.name) {
      evaluator.error(range, fmt::format("two layers of the model have the name '{}'; give them unique names",
                                         object.name));
      model.broken = true;
      return;
    }
  auto output = apply(evaluator, layer->layer, model.outputs[0], object.range);
  if (!output) {
    model.broken = true;
    return;
  }
  model.added.push_back(layer->layer);
  model.outputs = {*output};
}

Value makeModel(Evaluator &evaluator, GraphModel model) {
  auto *object = evaluator.heap.make<ModelObject>();
  object->model = static_cast<int>(evaluator.graph.models.size());
  evaluator.graph.models.push_back(std::move(model));
  return object;
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
  case ApiEntry::Kind::Activation: {
    if (call.positional.size() == 1 && call.positional[0].value.as<TensorObject>()) {
      Config config{"Activation", {{"activation", std::string(entry.name)}}};
      static const ApiEntry *activation = findEntry("keras.layers", "Activation");
      auto *layer = evaluator.heap.make<LayerObject>();
      layer->layer = evaluator.graph.addLayer(
          {activation, config, evaluator.graph.automaticName("Activation"), call.range, {}, {}, {}});
      return callObject(evaluator, layer, call);
    }
    return evaluator.notSupported(call.range, fmt::format("calling '{}' on anything but a tensor", entry.name));
  }
  default: {
    if (!entry.aliasOf.empty())
      return evaluator.notSupported(call.callee, fmt::format("calling {}", entry.name), "give it to compile");
    auto config = configure(evaluator, entry, call);
    if (!config)
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

Value callObject(Evaluator &evaluator, const Value &object, Call &call) {
  auto *layer = object.as<LayerObject>();
  if (!layer)
    return evaluator.notSupported(call.range, object.as<ModelObject>() ? "calling a model" : "calling this object");
  const GraphLayer &called = evaluator.graph.layers[layer->layer];
  std::string type = called.config.type;
  int input = -1;
  if (call.positional.empty()) {
    auto &diagnostic = evaluator.error(call.range, fmt::format("the {} layer is called without an input tensor", type));
    auto [name, variable] = evaluator.unusedTensor();
    if (!variable)
      return {};
    diagnostic.message += fmt::format("; did you mean '{}'?", name);
    input = variable->value.as<TensorObject>()->tensor;
    diagnostic.note(variable->assigned,
                    fmt::format("'{}', a tensor of {} that nothing uses, is assigned here", name,
                                shapeText(evaluator.graph.tensors[input].shape)));
    variable->used = true;
    SymbolicTensor guess = evaluator.graph.tensors[input];
    guess.guessed = true;
    evaluator.graph.tensors.push_back(guess);
    input = static_cast<int>(evaluator.graph.tensors.size()) - 1;
  } else {
    const Argument &argument = call.positional[0];
    auto *tensor = argument.value.as<TensorObject>();
    if (argument.value.isPoison())
      return {};
    auto *items = sequence(argument.value);
    if (call.positional.size() > 1 || (items && items->size() != 1)) {
      evaluator.error(call.range, fmt::format("the {} layer takes one tensor, and {} are given", type,
                                              items ? items->size() : call.positional.size()));
      return {};
    }
    if (items)
      tensor = (*items)[0].as<TensorObject>();
    if (!tensor) {
      evaluator.error(argument.range,
                      fmt::format("the {} layer is called on a '{}', not on a tensor of the graph{}", type,
                                  typeName(argument.value),
                                  argument.value.as<ArrayObject>() ? "; begin with Input(shape=...)" : ""));
      return {};
    }
    input = tensor->tensor;
  }
  auto output = apply(evaluator, layer->layer, input, call.range);
  return output ? tensorValue(evaluator, *output) : Value();
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
  for (const Argument &argument : call.keywords)
    if (argument.name != "line_length")
      return evaluator.notSupported(argument.nameRange, fmt::format("summary's '{}'", argument.name));
  if (!evaluator.graph.models[self.as<ModelObject>()->model].broken)
    evaluator.emit(Instruction::Summary, {}, call.range);
  return NoneValue();
}

constexpr std::pair<std::string_view, MethodHandler> kModelMethods[] = {
    {"compile", compileModel}, {"fit", fitModel}, {"evaluate", evaluateModel}, {"predict", predictModel}, {"summary", summaryMethod},
    {"add", addMethod}};
} // namespace

std::optional<Value> kerasAttribute(Evaluator &evaluator, const Value &object, const std::string &name,
                                    SourceRange range) {
  auto &graph = evaluator.graph;
  if (auto *tensor = object.as<TensorObject>()) {
    if (name != "shape")
      return std::nullopt;
    std::vector<Value> dimensions = {NoneValue()};
    for (int64_t size : graph.tensors[tensor->tensor].shape)
      dimensions.emplace_back(size);
    return evaluator.heap.tuple(std::move(dimensions));
  }
  if (auto *layer = object.as<LayerObject>(); layer && name == "name")
    return evaluator.heap.str(graph.layers[layer->layer].name);
  auto *model = object.as<ModelObject>();
  if (!model)
    return std::nullopt;
  const GraphModel &data = graph.models[model->model];
  if (name == "name")
    return evaluator.heap.str(data.name);
  for (auto [method, handler] : kModelMethods) {
    if (method != name || (name == "add" && !data.sequential))
      continue;
    auto *bound = evaluator.heap.make<MethodObject>();
    bound->self = object;
    bound->name = name;
    bound->handler = handler;
    return Value(bound);
  }
  if (data.broken)
    return Value();
  for (std::string_view known : {"save", "save_weights", "load_weights", "get_layer", "layers",
                                 "train_on_batch", "get_weights", "set_weights", "trainable", "weights", "pop",
                                 "output_shape", "input_shape", "count_params", "optimizer", "metrics_names"})
    if (name == known)
      return evaluator.notSupported(range, fmt::format("a model's '{}'", name));
  return std::nullopt;
}

} // namespace ingot::import
