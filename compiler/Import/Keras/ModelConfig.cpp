// Follows keras/src/saving/serialization_lib.py, keras/src/models/functional.py and sequential.py
// (get_config of each).

#include "compiler/Import/Keras/ModelConfig.h"

#include "compiler/Import/Keras/Labels.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ingot::import {

namespace {
using Json = nlohmann::ordered_json;

Json object(std::string_view module, std::string_view type, Json config) {
  return {{"module", module},
          {"class_name", type},
          {"config", std::move(config)},
          {"registered_name", nullptr}};
}

Json shapeWithBatch(const Shape &sample) {
  Json shape = Json::array({nullptr});
  for (int64_t size : sample)
    shape.push_back(size);
  return shape;
}

//===- Arguments ------------------------------------------------------------------------------===//

Json defaultOf(const Default &value) {
  return visit(value, [](auto plain) { return Json(plain); });
}

Json argumentsOf(const ApiEntry &entry, const Config &config);

/// An initializer, regularizer or schedule; an activation that has arguments is a layer there.
Json configured(const Config &config, ApiEntry::Kind kind) {
  static constexpr std::pair<std::string_view, std::string_view> asClasses[] = {
      {"l1", "L1"},
      {"l2", "L2"},
      {"l1_l2", "L1L2"},
      {"relu", "ReLU"},
      {"leaky_relu", "LeakyReLU"},
      {"elu", "ELU"},
      {"softmax", "Softmax"}};
  std::string_view type = config.type;
  for (auto [function, name] : asClasses)
    if (function == type)
      type = name;
  std::string_view module = kind == ApiEntry::Kind::Initializer   ? "keras.initializers"
                            : kind == ApiEntry::Kind::Regularizer ? "keras.regularizers"
                            : kind == ApiEntry::Kind::Schedule    ? "keras.optimizers.schedules"
                                                                  : "keras.layers";
  const ApiEntry *entry = findEntry(module, type);
  return object(module, type, entry ? argumentsOf(*entry, config) : Json::object());
}

Json pairs(const std::vector<int64_t> &sides) {
  return {{sides[0], sides[1]}, {sides[2], sides[3]}};
}

Json valueOf(const Parameter &parameter, const ConfigValue &value) {
  if (auto *configs = std::get_if<std::vector<Config>>(&value)) {
    ApiEntry::Kind kind = parameter.kind == ArgumentKind::Initializer ? ApiEntry::Kind::Initializer
                          : parameter.kind == ArgumentKind::Regularizer
                              ? ApiEntry::Kind::Regularizer
                          : parameter.kind == ArgumentKind::Rate ? ApiEntry::Kind::Schedule
                                                                 : ApiEntry::Kind::Layer;
    return configured(configs->front(), kind);
  }
  if (parameter.kind == ArgumentKind::Sides2)
    return pairs(std::get<std::vector<int64_t>>(value));
  return std::visit(
      [](const auto &plain) -> Json {
        using Type = std::decay_t<decltype(plain)>;
        if constexpr (std::is_same_v<Type, std::monostate> ||
                      std::is_same_v<Type, std::vector<Config>>)
          return nullptr;
        else
          return plain;
      },
      value);
}

/// All arguments of a class but those that every layer has.
Json argumentsOf(const ApiEntry &entry, const Config &config) {
  Json arguments = Json::object();
  for (const Parameter &parameter : entry.parameters) {
    std::string name(parameter.name);
    auto given = config.arguments.find(name);
    if (parameter.kind == ArgumentKind::Name || parameter.kind == ArgumentKind::DType ||
        name == "trainable" || (entry.name == "LeakyReLU" && name == "alpha"))
      continue;
    if (parameter.kind == ArgumentKind::DataFormat)
      arguments[name] = "channels_last";
    else if (given == config.arguments.end())
      arguments[name] = defaultOf(parameter.value);
    else
      arguments[name] = valueOf(parameter, given->second);
  }
  // Keras's older name of it.
  if (entry.name == "LeakyReLU" && hasArgument(config, "alpha"))
    arguments["negative_slope"] = numberArgument(config, "alpha");
  return arguments;
}

Json named(const std::string &name, Json arguments) {
  Json config = {{"name", name}};
  config.update(arguments);
  return config;
}

//===- Layers ---------------------------------------------------------------------------------===//

Json dtype() { return object("keras", "DTypePolicy", {{"name", "float32"}}); }

/// The batch and whatever size it has, then the shape of a sample.
Json inputLayer(const GraphLayer &layer, const Shape &shape) {
  return object("keras.layers", "InputLayer",
                {{"batch_shape", shapeWithBatch(shape)},
                 {"dtype", "float32"},
                 {"sparse", false},
                 {"ragged", false},
                 {"name", layer.name}});
}

/// Operators on tensors, which are no layers of Keras's.
bool isOperation(const GraphLayer &layer) {
  return !layer.shownType.empty() && layer.config.type != "Activation";
}

Json operation(const GraphLayer &layer) {
  Json config = object("keras.src.ops.numpy", layer.shownType, {{"name", layer.name}});
  config["registered_name"] = layer.shownType;
  return config;
}

class ModelWriter {
public:
  explicit ModelWriter(const Graph &graph) : graph(graph) {}

  Json model(const GraphModel &model, bool trainable) {
    return model.sequential ? sequential(model, trainable) : functional(model, trainable);
  }

private:
  Json layer(const GraphLayer &layer) {
    if (layer.model >= 0)
      return model(graph.models[layer.model], layer.trainable);
    if (isOperation(layer))
      return operation(layer);
    Json config = {{"name", layer.name}, {"dtype", dtype()}};
    if (!layer.trainable) // SpatialDropout2D does not take it at all
      config["trainable"] = false;
    if (layer.entry)
      config.update(argumentsOf(*layer.entry, layer.config));
    return object("keras.layers", layer.config.type, std::move(config));
  }

  Json sequential(const GraphModel &model, bool trainable) {
    const GraphNode &input = graph.nodes[graph.tensors[model.inputs[0]].node];
    const Shape &shape = graph.tensors[model.inputs[0]].shape;
    Json layers = Json::array({inputLayer(graph.layers[input.layer], shape)});
    for (int added : model.added)
      layers.push_back(layer(graph.layers[added]));
    return object("keras", "Sequential",
                  {{"name", model.name},
                   {"trainable", trainable},
                   {"dtype", dtype()},
                   {"layers", std::move(layers)},
                   {"build_input_shape", shapeWithBatch(shape)}});
  }

  Json functional(const GraphModel &model, bool trainable) {
    Graph::Reach reach = graph.reach(model);
    Json layers = Json::array();
    for (int index : reach.layers) {
      const GraphLayer &each = graph.layers[index];
      bool isInput = each.config.type == "InputLayer";
      Json config =
          isInput ? inputLayer(each, graph.tensors[graph.nodes[each.nodes[0]].outputs[0]].shape)
                  : layer(each);
      config["name"] = each.name;
      config["inbound_nodes"] = isInput ? Json::array() : calls(each, reach);
      layers.push_back(std::move(config));
    }
    Json config = object("keras.src.models.functional", "Functional",
                         {{"name", model.name},
                          {"trainable", trainable},
                          {"layers", std::move(layers)},
                          {"input_layers", place(model.inputs[0], reach)},
                          {"output_layers", place(model.outputs[0], reach)}});
    config["registered_name"] = "Functional";
    return config;
  }

  static bool reached(int node, const Graph::Reach &reach) {
    return std::find(reach.nodes.begin(), reach.nodes.end(), node) != reach.nodes.end();
  }

  /// Which layer's output a tensor is, and of which of its calls within the model.
  Json place(int tensor, const Graph::Reach &reach) {
    int node = graph.tensors[tensor].node;
    const GraphLayer &layer = graph.layers[graph.nodes[node].layer];
    int64_t call = 0;
    for (int each : layer.nodes)
      if (each == node)
        break;
      else
        call += reached(each, reach);
    return Json::array({layer.name, call, 0});
  }

  Json calls(const GraphLayer &layer, const Graph::Reach &reach) {
    Json nodes = Json::array();
    for (int node : layer.nodes) {
      if (!reached(node, reach))
        continue;
      Json inputs = Json::array();
      for (int input : graph.nodes[node].inputs)
        inputs.push_back({{"class_name", "__keras_tensor__"},
                          {"config",
                           {{"shape", shapeWithBatch(graph.tensors[input].shape)},
                            {"dtype", "float32"},
                            {"keras_history", place(input, reach)}}}});
      nodes.push_back({{"args", arguments(layer, std::move(inputs))}, {"kwargs", Json::object()}});
    }
    return nodes;
  }

  /// How the tensors are given: as they are to operators, in a list to layers that merge some.
  static Json arguments(const GraphLayer &layer, Json inputs) {
    if (layer.config.type == "Arithmetic" && layer.shownType != "Negative") {
      double constant = numberArgument(layer.config, "constant");
      bool reversed = boolArgument(layer.config, "reversed");
      return reversed ? Json::array({constant, inputs[0]}) : Json::array({inputs[0], constant});
    }
    if (isOperation(layer) || !layer.entry || !layer.entry->merges)
      return inputs;
    return Json::array({std::move(inputs)});
  }

  const Graph &graph;
};

//===- Compilation ----------------------------------------------------------------------------===//

/// The first row of that name and kind: losses and metrics share names.
const ApiEntry *entryOf(ApiEntry::Kind kind, const std::string &type) {
  const ApiEntry *found = nullptr;
  anyEntry([&](const ApiEntry &entry) {
    bool same = entry.kind == kind && entry.name == type;
    if (same)
      found = &entry;
    return same;
  });
  return found;
}

bool hasDefaults(const ApiEntry &entry, const Config &config) {
  Json arguments = argumentsOf(entry, config);
  return std::all_of(
      entry.parameters.begin(), entry.parameters.end(), [&](const Parameter &parameter) {
        std::string name(parameter.name);
        return !arguments.contains(name) || arguments[name] == defaultOf(parameter.value);
      });
}

Json optimizerConfig(const Config &optimizer) {
  const ApiEntry *entry = entryOf(ApiEntry::Kind::Optimizer, optimizer.type);
  Json config = named(snakeCase(optimizer.type), argumentsOf(*entry, optimizer));
  if (Json &rate = config["learning_rate"]; rate.is_number()) // Keras keeps it as a float32
    rate = static_cast<double>(rate.get<float>());
  return object("keras.optimizers", optimizer.type, std::move(config));
}

Json lossConfig(const Config &loss) {
  const ApiEntry *entry = entryOf(ApiEntry::Kind::Loss, loss.type);
  std::string name = snakeCase(loss.type);
  if (hasDefaults(*entry, loss))
    return name;
  return object("keras.losses", loss.type, named(name, argumentsOf(*entry, loss)));
}

Json metricConfig(const std::string &name, const Config &metric) {
  if (metric.type == kAccuracy)
    return "accuracy";
  const ApiEntry *entry = entryOf(ApiEntry::Kind::Metric, metric.type);
  const ApiEntry *same = findByAlias(ApiEntry::Kind::Metric, name);
  if (!same)
    same = findByAlias(ApiEntry::Kind::Loss, name);
  if (!entry || (same && hasDefaults(*entry, metric)))
    return name;
  return object("keras.metrics", metric.type, named(name, argumentsOf(*entry, metric)));
}

Json compileConfig(const Compile &compile) {
  Json metrics = Json::array();
  for (size_t i = 0; i < compile.metrics.size(); ++i)
    metrics.push_back(metricConfig(compile.metrics[i], compile.metric_configs[i]));
  return {{"optimizer", optimizerConfig(compile.optimizer)},
          {"loss", lossConfig(compile.loss)},
          {"loss_weights", nullptr},
          {"metrics", std::move(metrics)},
          {"weighted_metrics", nullptr},
          {"run_eagerly", false},
          {"steps_per_execution", 1},
          {"jit_compile", false}};
}
} // namespace

std::string modelConfig(const Graph &graph, const GraphModel &model) {
  bool trainable = model.layer < 0 || graph.layers[model.layer].trainable;
  Json config = ModelWriter(graph).model(model, trainable);
  if (model.compile)
    config["compile_config"] = compileConfig(*model.compile);
  return config.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

} // namespace ingot::import
