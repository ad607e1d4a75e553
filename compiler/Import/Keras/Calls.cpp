// Making layers and calling them on tensors.

#include "compiler/Import/Keras/Calls.h"

#include "compiler/Import/Keras/Callbacks.h"
#include "compiler/Import/Keras/Models.h"
#include "compiler/Import/NumPy/ComputedArrays.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

void addTrace(Evaluator &evaluator, python::Diagnostic &diagnostic, int tensor) {
  const SymbolicTensor &input = evaluator.graph.tensors[tensor];
  const GraphLayer &layer = evaluator.graph.layers[evaluator.graph.nodes[input.node].layer];
  diagnostic.note(evaluator.graph.nodes[input.node].range,
                  fmt::format("here the input is {}, from '{}' defined here",
                              shapeText(input.shape), layer.name));
}

Value tensorValue(Evaluator &evaluator, int tensor) {
  auto *object = evaluator.heap.make<TensorObject>();
  object->tensor = tensor;
  return object;
}

static constexpr int64_t kMostElements = int64_t(1) << 31; // of a sample

std::optional<Shape> shapeArgument(Evaluator &evaluator, const Argument &argument,
                                   std::string_view what) {
  if (argument.value.isPoison() || containsPoison(argument.value))
    return std::nullopt;
  Shape shape;
  auto *items = sequence(argument.value);
  if (!items) {
    auto &diagnostic = evaluator.error(
        argument.range, fmt::format("{} must be a tuple, such as (28, 28, 1), not {}", what,
                                    typeName(argument.value)));
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
      evaluator.error(argument.range,
                      fmt::format("{} must hold positive ints, not {}", what, repr(item)));
      return std::nullopt;
    }
    shape.push_back(*size);
  }
  if (elementCount(shape) > kMostElements || shape.size() > 7) {
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

std::optional<std::vector<int>> inputsOf(Evaluator &evaluator, const ApiEntry &entry,
                                         std::string_view type, const Call &call) {
  const Argument &argument = call.positional[0];
  if (argument.value.isPoison() || containsPoison(argument.value))
    return std::nullopt;
  auto *items = sequence(argument.value);
  if (entry.merges) {
    if (call.positional.size() > 1 || !items || items->empty()) {
      evaluator.error(
          call.range,
          fmt::format("the {} layer takes one list of tensors: {}()([a, b])", type, type));
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
      evaluator.error(argument.range,
                      fmt::format("the {} layer is called on {}, not on a tensor of the graph{}",
                                  type, someOf(value),
                                  value.as<ArrayObject>() ? "; begin with Input(shape=...)" : ""));
      return std::nullopt;
    }
    tensors.push_back(tensor->tensor);
  }
  return tensors;
}

namespace {
std::string nameOf(Evaluator &evaluator, const ApiEntry &entry, const Call &call) {
  const Argument *name = call.keyword("name");
  if (name && name->value.str())
    return *name->value.str();
  std::string_view type = entry.aliasOf.empty() ? entry.name : entry.aliasOf;
  return evaluator.graph.automaticName(type);
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
                                          name && name->value.str()
                                              ? *name->value.str()
                                              : evaluator.graph.automaticName("InputLayer"),
                                          call.range));
}

/// Flatten(x) for Flatten()(x): the tensor is where the layer's own arguments belong.
bool takesTensor(Evaluator &evaluator, const Call &call) {
  for (const Argument &argument : call.positional) {
    auto *items = sequence(argument.value);
    if (!argument.value.as<TensorObject>() &&
        !(items && !items->empty() && items->front().as<TensorObject>()))
      continue;
    std::string own;
    for (auto *arguments : {&call.positional, &call.keywords})
      for (const Argument &other : *arguments)
        if (&other != &argument)
          own += (own.empty() ? "" : ", ") + (other.name.empty() ? "" : other.name + "=") +
                 std::string(evaluator.text(other.range));
    std::string meant =
        fmt::format("{}({})({})", evaluator.text(call.callee), own, evaluator.text(argument.range));
    evaluator.error(
        argument.range,
        fmt::format("a layer takes its input in parentheses of their own; did you mean {}?",
                    meant));
    return true;
  }
  return false;
}

Value callLayerClass(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  if (takesTensor(evaluator, call))
    return {};
  Call rest = call;
  std::optional<Shape> inputShape;
  auto shape =
      std::find_if(rest.keywords.begin(), rest.keywords.end(),
                   [](const Argument &argument) { return argument.name == "input_shape"; });
  bool shapeFails = false;
  if (shape != rest.keywords.end()) {
    inputShape = shapeArgument(evaluator, *shape, "'input_shape'");
    shapeFails = !inputShape;
    if (inputShape && entry.shape == findEntry("keras.layers", "Conv2D")->shape &&
        inputShape->size() != 3) {
      auto [meant, variable] = evaluator.imageShape();
      auto &diagnostic = evaluator.error(
          shape->range,
          fmt::format("'input_shape' has {} dimension{}, and {} needs 3 (height, width, "
                      "channels){}",
                      inputShape->size(), inputShape->size() == 1 ? "" : "s", entry.name,
                      variable ? fmt::format("; did you mean '{}'?", meant)
                               : ", such as (28, 28, 1)"));
      if (variable)
        diagnostic.fix(meant).note(
            variable->assigned,
            fmt::format("'{}', which is {}, is assigned here", meant, repr(variable->value)));
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
ShapeResult outputOf(const Graph &graph, const GraphLayer &layer,
                     const std::vector<Shape> &inputs) {
  if (layer.model >= 0) {
    const GraphModel &model = graph.models[layer.model];
    const Shape &wanted = graph.tensors[model.inputs[0]].shape;
    return {graph.tensors[model.outputs[0]].shape,
            wanted == inputs[0] ? ""
                                : fmt::format("the model takes an input of {}, not {}",
                                              shapeText(wanted), shapeText(inputs[0])),
            ""};
  }
  ShapeResult result = layer.entry->shape(layer.config, inputs);
  if (result.error.empty() && !layer.builtShapes.empty()) {
    auto old = layer.entry->weights(layer.config, layer.builtShapes),
         now = layer.entry->weights(layer.config, inputs);
    for (size_t i = 0; i < old.size(); ++i)
      if (old[i].shape != now[i].shape)
        result.error = fmt::format("the layer was built for an input of {}, and this one is {}",
                                   shapeText(layer.builtShapes[0]), shapeText(inputs[0]));
  }
  if (elementCount(result.shape) > kMostElements)
    result.error = "its output has too many elements";
  return result;
}

} // namespace

std::optional<int> applyLayer(Evaluator &evaluator, int layerIndex, std::vector<int> inputs,
                              SourceRange range) {
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
      auto &diagnostic =
          evaluator.error(range, fmt::format("layer '{}': {}{}", layer.name, result.error,
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
/// keras.layers.add([a, b], name=...): Add(name=...)([a, b]).
Value callMerge(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  Call rest = call;
  auto inputs = takeFirst(rest, {"inputs"});
  if (!inputs) {
    evaluator.error(call.range,
                    fmt::format("{} needs its argument 'inputs', a list of tensors", entry.name));
    return {};
  }
  Value layer = callLayerClass(evaluator, *findEntry("keras.layers", entry.aliasOf), rest);
  if (layer.isPoison())
    return {};
  Call on{call.range, call.callee, {*inputs}, {}};
  return callObject(evaluator, layer, on);
}

} // namespace

Value callSymbol(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  if (!entry.supported) {
    if (!entry.parameters.empty() && !matchArguments(evaluator, entry.name, entry.parameters, call))
      return {};
    if (entry.name == "load_model")
      return evaluator.notSupported(call.callee, "load_model",
                                    "the architecture comes from the script: build the model there "
                                    "and read its weights with model.load_weights(...)");
    std::string what = entry.kind == ApiEntry::Kind::Layer ? "the layer " : "";
    return evaluator.notSupported(
        call.callee, what + std::string(entry.name),
        entry.kind == ApiEntry::Kind::Metric
            ? "sklearn.metrics has precision_score, recall_score, f1_score and "
              "classification_report of predictions"
            : "");
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
  case ApiEntry::Kind::Callback:
    return callCallbackClass(evaluator, entry, call);
  default: {
    if (!entry.aliasOf.empty())
      return evaluator.notSupported(call.callee, fmt::format("calling {}", entry.name),
                                    "give it to compile");
    auto config = configure(evaluator, entry, call);
    if (!config ||
        (entry.name == "ImageDataGenerator" && !checkGenerator(evaluator, *config, call.range)))
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
  if (auto *model = object.as<ModelObject>())
    return callModel(evaluator, model->model, call);
  if (auto *config = object.as<ConfigObject>();
      config && config->entry->kind == ApiEntry::Kind::Loss)
    return callLossOnArrays(evaluator, *config, call);
  if (!layer)
    return evaluator.notSupported(call.range, "calling this object");
  if (!call.positional.empty() && mayBeArray(call.positional[0].value))
    return callLayerOnArray(evaluator, layer->layer, call);
  const GraphLayer &called = evaluator.graph.layers[layer->layer];
  std::string type = called.config.type;
  std::vector<int> inputs;
  if (call.positional.empty()) {
    auto &diagnostic = evaluator.error(
        call.range, fmt::format("the {} layer is called without an input tensor", type));
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

} // namespace ingot::import
