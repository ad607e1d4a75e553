// Attributes and methods of tensors, layers and models.

#include "compiler/Import/Keras/Callbacks.h"
#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/Keras/Models.h"
#include "compiler/Import/NumPy/Moments.h"

#include <fmt/format.h>

namespace ingot::import {
namespace {
Value addMethod(Evaluator &evaluator, Value self, Call &call) {
  if (call.positional.size() != 1) {
    evaluator.error(call.range, "add takes one layer");
    return {};
  }
  int model = self.as<ModelObject>()->model;
  addToSequential(evaluator, model, call.positional[0].value, call.positional[0].range);
  countBuild(evaluator.graph, evaluator.graph.models[model]);
  return NoneValue();
}

Value summaryMethod(Evaluator &evaluator, Value self, Call &call) {
  if (!call.keywords.empty())
    return evaluator.notSupported(call.keywords[0].nameRange,
                                  fmt::format("summary's '{}'", call.keywords[0].name));
  const GraphModel &model = evaluator.graph.models[self.as<ModelObject>()->model];
  if (!needsShape(evaluator, model) && !model.broken)
    evaluator.emitSummary(self.as<ModelObject>()->model, call.range);
  return NoneValue();
}

/// build((None, 28, 28, 1)): the batch, then the shape of a sample.
Value buildMethod(Evaluator &evaluator, Value self, Call &call) {
  int index = self.as<ModelObject>()->model;
  const Argument *argument = call.get(0, "input_shape");
  auto *sizes = argument ? sequence(argument->value) : nullptr;
  if (!argument || !sizes || sizes->empty()) {
    evaluator.error(call.range,
                    "build needs the input's shape with the batch, such as (None, 28, 28, 1)");
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
  return model ? evaluator.graph.models[model->model].name
               : evaluator.graph.layers[layer.as<LayerObject>()->layer].name;
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
      for (const Weight &weight : layer.entry->weights(layer.config, layer.builtShapes))
        count += elementCount(weight.shape);
  }
  return count;
}

Value countParams(Evaluator &evaluator, Value self, Call &call) {
  const GraphModel &model = evaluator.graph.models[self.as<ModelObject>()->model];
  if (model.broken)
    return {};
  if (model.outputs.empty()) {
    evaluator.error(call.range,
                    "the model's weights are not there yet: begin with Input(shape=...)");
    return {};
  }
  return parametersOf(evaluator.graph, model);
}

constexpr std::pair<std::string_view, MethodHandler> kModelMethods[] = {
    {"compile", compileModel},
    {"fit", fitModel},
    {"evaluate", evaluateModel},
    {"predict", predictModel},
    {"predict_on_batch", predictBatch},
    {"summary", summaryMethod},
    {"add", addMethod},
    {"build", buildMethod},
    {"get_layer", getLayerMethod},
    {"count_params", countParams},
    {"save", saveModel},
    {"save_weights", saveWeights},
    {"load_weights", loadWeights}};

/// Normalization.adapt(x): the run sets the layer's weights to the data's moments.
Value adaptMethod(Evaluator &evaluator, Value self, Call &call) {
  int index = self.as<LayerObject>()->layer;
  GraphLayer &layer = evaluator.graph.layers[index];
  const Argument *data = call.get(0, "data");
  if (!data || call.positional.size() + call.keywords.size() > 1) {
    evaluator.error(call.range, "adapt takes one array of samples");
    return {};
  }
  auto *array = data->value.as<ArrayObject>();
  if (!array)
    return data->value.isPoison()
               ? Value()
               : evaluator.notSupported(data->range, "adapt on anything but an array of samples",
                                        "adapt(x_train)");
  std::vector<int64_t> axes =
      hasArgument(layer.config, "axis") ? axesBeforeLast(*array) : allAxes(*array);
  layer.adapted = true;
  for (auto [weight, moment] : {std::pair{"mean", Moment::Mean}, {"variance", Moment::Variance}}) {
    auto value = dataMoment(evaluator, *array, moment, axes, false, call.range);
    if (!value)
      return evaluator.notSupported(data->range, "adapt on this array",
                                    "adapt it to the data set's array before other arithmetic");
    evaluator.emit(Instruction::Assign, {value->as<RunTimeObject>()->instruction}, call.range,
                   weight, index);
  }
  return NoneValue();
}

/// (None, 28, 28, 1)
Value batchShape(Evaluator &evaluator, int tensor) {
  std::vector<Value> dimensions = {NoneValue()};
  for (int64_t size : evaluator.graph.tensors[tensor].shape)
    dimensions.emplace_back(size);
  return evaluator.heap.tuple(std::move(dimensions));
}

std::optional<Value> layerAttribute(Evaluator &evaluator, int index, const std::string &name,
                                    SourceRange range) {
  const GraphLayer &layer = evaluator.graph.layers[index];
  if (name == "name")
    return evaluator.heap.str(layer.name);
  if (name == "trainable")
    return Value(layer.trainable);
  if (name == "input" || name == "output") {
    if (layer.nodes.size() != 1) {
      evaluator.error(range,
                      fmt::format("the layer '{}' was called {} times: its {} is not defined",
                                  layer.name, layer.nodes.size(), name));
      return Value();
    }
    const GraphNode &node = evaluator.graph.nodes[layer.nodes[0]];
    if (name == "output" || node.inputs.size() == 1)
      return tensorValue(evaluator, name == "output" ? node.outputs[0] : node.inputs[0]);
  }
  if ((name == "input_shape" || name == "output_shape") && layer.nodes.size() == 1) {
    const GraphNode &node = evaluator.graph.nodes[layer.nodes[0]];
    if (name == "output_shape" || node.inputs.size() == 1)
      return batchShape(evaluator, name == "output_shape" ? node.outputs[0] : node.inputs[0]);
  }
  if (name == "adapt" && layer.config.type == "Normalization" &&
      !hasArgument(layer.config, "mean")) {
    auto *object = evaluator.heap.make<LayerObject>();
    object->layer = index;
    return evaluator.heap.make<MethodObject>(object, name, adaptMethod);
  }
  for (std::string_view known :
       {"input", "get_weights", "set_weights", "weights", "kernel", "bias", "get_config",
        "count_params", "input_shape", "output_shape", "units", "filters", "activation", "adapt"})
    if (name == known)
      return evaluator.notSupported(range, fmt::format("a layer's '{}'", name));
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
/// Whether a layer, or a model used as one, is in a model.
bool reaches(const Graph &graph, const GraphModel &model, const Value &object) {
  if (auto *whole = object.as<ModelObject>(); whole && &graph.models[whole->model] == &model)
    return true;
  int wanted = object.as<LayerObject>() ? object.as<LayerObject>()->layer
                                        : graph.models[object.as<ModelObject>()->model].layer;
  for (int index : graph.reach(model).layers)
    if (index == wanted || (graph.layers[index].model >= 0 &&
                            reaches(graph, graph.models[graph.layers[index].model], object)))
      return true;
  return false;
}
} // namespace

bool assignKerasAttribute(Evaluator &evaluator, const Value &object, const std::string &name,
                          const Value &value, SourceRange range) {
  if (name != "trainable" || (!object.as<LayerObject>() && !object.as<ModelObject>()))
    return false;
  if (value.isPoison())
    return true;
  for (int fitted : evaluator.graph.fitModels)
    if (reaches(evaluator.graph, evaluator.graph.models[fitted], object)) {
      evaluator.notSupported(
          range, "changing 'trainable' after fit",
          "write two scripts: save_weights at the end of the first, load_weights "
          "in the second");
      return true;
    }
  if (auto trainable = value.boolean())
    setTrainable(evaluator, object, *trainable);
  else
    evaluator.error(range, fmt::format("'trainable' must be True or False, not {}", repr(value)));
  return true;
}

std::optional<Value> kerasAttribute(Evaluator &evaluator, const Value &object,
                                    const std::string &name, SourceRange range) {
  auto &graph = evaluator.graph;
  if (auto value = generatorAttribute(evaluator, object, name, range))
    return value;
  if (auto value = callbackAttribute(evaluator, object, name, range))
    return value;
  if (auto *tensor = object.as<TensorObject>()) {
    if (name != "shape")
      return std::nullopt;
    return batchShape(evaluator, tensor->tensor);
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
  if (name == "metrics_names" && data.compile) {
    std::vector<Value> names{evaluator.heap.str("loss")};
    if (!data.compile->metrics.empty())
      names.push_back(evaluator.heap.str("compile_metrics"));
    return evaluator.heap.list(std::move(names));
  }
  if (name == "trainable")
    return Value(data.layer < 0 || graph.layers[data.layer].trainable);
  if ((name == "input" || name == "output" || name == "inputs" || name == "outputs" ||
       name == "input_shape" || name == "output_shape") &&
      !data.broken) {
    if (needsShape(evaluator, data))
      return Value();
    if (name.ends_with("_shape"))
      return batchShape(evaluator, (name.starts_with("in") ? data.inputs : data.outputs)[0]);
    Value tensor = tensorValue(evaluator, (name.starts_with("in") ? data.inputs : data.outputs)[0]);
    return name.ends_with("s") ? evaluator.heap.list({tensor}) : tensor;
  }
  for (auto [method, handler] : kModelMethods)
    if (method == name && (name != "add" || data.sequential))
      return evaluator.heap.make<MethodObject>(object, name, handler);
  if (data.broken)
    return Value();
  for (std::string_view known :
       {"train_on_batch", "get_weights", "set_weights", "weights", "trainable_weights",
        "trainable_variables", "non_trainable_weights", "variables", "pop", "optimizer",
        "metrics_names", "test_on_batch"})
    if (name == known)
      return evaluator.notSupported(
          range, fmt::format("a model's '{}'", name),
          name == "optimizer" ? "LearningRateScheduler changes its learning rate" : "");
  return std::nullopt;
}

} // namespace ingot::import
