// The front end: from a script to what it describes.

#include "compiler/Import/Import.h"
#include "compiler/Import/Evaluate/Evaluator.h"
#include "compiler/Import/Keras/Labels.h"
#include "compiler/Import/Keras/ModelConfig.h"
#include "compiler/Import/Python/Parser.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>

namespace ingot::import {

namespace {
/// FNV-1a of the file's text, in hex: names a script, no proof against forgery.
std::string digestOf(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return fmt::format("{:016x}", hash);
}

/// A model's part of the graph, with indices of its own: models within it are put in place of their
/// calls.
class Description {
public:
  Description(const Graph &graph, const python::Source &source) : graph(graph), source(source) {}

  /// The name of a layer of the graph in the description, or null where it has none there.
  const std::string *nameOf(const Model &described, int layer) const {
    auto found = layers.find(layer);
    return found == layers.end() ? nullptr : &described.layers[found->second].name;
  }

  Model describe(const GraphModel &model) {
    result.name = model.name;
    result.sequential = model.sequential;
    result.position = place(model.range);
    Graph::Reach reach = graph.reach(model);
    addLayers(model, reach, "");
    connect(model, reach);
    std::map<int, int> tensors;
    if (model.sequential)
      for (int input : model.inputs)
        tensors[input] = addTensor(input, -1);
    expand(reach, tensors);
    for (int input : model.inputs)
      result.inputs.push_back(tensors.at(input));
    for (int output : model.outputs)
      result.outputs.push_back(tensors.at(output));
    for (size_t row = 0; row < outputs.size(); ++row)
      if (auto known = tensors.find(outputs[row]); known != tensors.end())
        result.rows[row].output = known->second;
    return std::move(result);
  }

private:
  Position place(SourceRange range) const { return source.position(range.begin); }

  int addTensor(int tensor, int node) {
    result.tensors.push_back({node, 0, graph.tensors[tensor].shape});
    return static_cast<int>(result.tensors.size()) - 1;
  }

  static bool isInput(const GraphLayer &layer) { return layer.config.type == "InputLayer"; }

  /// The layers, those of a model within the model in place of it.
  std::vector<int> addLayers(const GraphModel &model, const Graph::Reach &reach,
                             const std::string &prefix) {
    std::vector<int> added;
    for (int index : reach.layers) {
      const GraphLayer &layer = graph.layers[index];
      bool isListed =
          !isInput(layer) || (prefix.empty() && !model.sequential); // as Keras lists them
      std::vector<int> own = isListed ? addLayer(index, prefix) : std::vector<int>();
      if (prefix.empty() && isListed)
        addRow(layer, reach, own);
      for (int each : own)
        if (std::find(added.begin(), added.end(), each) == added.end())
          added.push_back(each);
    }
    return added;
  }

  std::vector<int> addLayer(int index, const std::string &prefix) {
    const GraphLayer &layer = graph.layers[index];
    if (layer.model >= 0) {
      const GraphModel &inner = graph.models[layer.model];
      return addLayers(inner, graph.reach(inner), prefix + layer.name + "/");
    }
    auto [known, isNew] = layers.try_emplace(index, static_cast<int>(result.layers.size()));
    if (isNew)
      result.layers.push_back(
          {layer.config, prefix + layer.name, place(layer.range), layer.trainable, index});
    return {known->second};
  }

  /// A row of the summary.
  void addRow(const GraphLayer &layer, const Graph::Reach &reach, std::vector<int> counted) {
    outputs.push_back(graph.nodes[lastNode(layer, reach)].outputs.front());
    result.rows.push_back(
        {layer.name, layer.shownType.empty() ? layer.config.type : layer.shownType,
         std::move(counted), -1, isInput(layer), layer.trainable, "", place(layer.range)});
  }

  /// Of a layer with several calls Keras's summary shows the shape of the last.
  static int lastNode(const GraphLayer &layer, const Graph::Reach &reach) {
    int last = layer.nodes.front();
    for (int node : layer.nodes)
      if (std::find(reach.nodes.begin(), reach.nodes.end(), node) != reach.nodes.end())
        last = node;
    return last;
  }

  /// What each layer is connected to, where the model is more than one way from input to output
  /// (keras/src/utils/summary_utils.py).
  void connect(const GraphModel &model, const Graph::Reach &reach) {
    if (model.sequential || graph.isChain(reach))
      return;
    for (size_t row = 0; row < reach.layers.size(); ++row)
      result.rows[row].connected_to = connections(graph.layers[reach.layers[row]], reach);
  }

  std::string connections(const GraphLayer &layer, const Graph::Reach &reach) const {
    std::string text;
    for (int node : layer.nodes) {
      if (std::find(reach.nodes.begin(), reach.nodes.end(), node) == reach.nodes.end())
        continue;
      for (int input : graph.nodes[node].inputs) {
        const GraphLayer &from = graph.layers[graph.nodes[graph.tensors[input].node].layer];
        size_t call = std::find(from.nodes.begin(), from.nodes.end(), graph.tensors[input].node) -
                      from.nodes.begin();
        text += fmt::format("{}{}[{}][0]", text.empty() ? "" : ", ", from.name, call);
      }
    }
    return text.empty() ? "-" : text;
  }

  /// The calls, those of models within the model in place of the model's call. `tensors` says which
  /// tensors of the graph are which of the description.
  void expand(const Graph::Reach &reach, std::map<int, int> &tensors) {
    for (int node : reach.nodes) {
      const GraphNode &from = graph.nodes[node];
      const GraphLayer &layer = graph.layers[from.layer];
      if (isInput(layer) && (tensors.count(from.outputs.front()) || !layers.count(from.layer)))
        continue;
      if (layer.model >= 0) {
        const GraphModel &inner = graph.models[layer.model];
        std::map<int, int> inside;
        for (size_t i = 0; i < inner.inputs.size(); ++i)
          inside[inner.inputs[i]] = tensors.at(from.inputs[i]);
        expand(graph.reach(inner), inside);
        for (size_t i = 0; i < inner.outputs.size(); ++i)
          tensors[from.outputs[i]] = inside.at(inner.outputs[i]);
        continue;
      }
      int index = static_cast<int>(result.nodes.size());
      Node to{layers.at(from.layer), {}, {}, place(from.range)};
      for (int input : from.inputs)
        to.inputs.push_back(tensors.at(input));
      for (int output : from.outputs) {
        tensors[output] = addTensor(output, index);
        to.outputs.push_back(tensors[output]);
      }
      result.nodes.push_back(std::move(to));
    }
  }

  const Graph &graph;
  const python::Source &source;
  Model result;
  std::map<int, int> layers; // of the graph: index into result.layers
  std::vector<int> outputs;  // of rows: tensors of the graph
};
} // namespace

/// Which model it is of is known at the script's end: the rows are there for any but the program's.
void Evaluator::emitSummary(int index, SourceRange range) {
  Model model = Description(graph, source).describe(graph.models[index]);
  auto integer = [&](int64_t value) { return emit(Instruction::Int, {}, range, "", value); };
  auto text = [&](const std::string &value) { return emit(Instruction::Str, {}, range, value); };
  auto count = [&](const Layer &layer, bool trainable) {
    const GraphLayer &made = graph.layers[layer.object];
    int64_t numbers = 0;
    if (made.entry->weights && !made.builtShapes.empty())
      for (const Weight &weight : made.entry->weights(made.config, made.builtShapes))
        if ((weight.trainable && layer.trainable) == trainable)
          numbers += elementCount(weight.shape);
    return numbers;
  };
  int64_t trainable = 0, fixed = 0;
  for (const Layer &layer : model.layers) {
    trainable += count(layer, true);
    fixed += count(layer, false);
  }
  std::vector<int> operands{text(model.name), integer(trainable), integer(fixed)};
  for (const Row &row : model.rows) {
    int64_t parameters = 0;
    for (int layer : row.layers)
      parameters += count(model.layers[layer], true) + count(model.layers[layer], false);
    std::string shape = row.output < 0 ? "?" : batchShapeText(model.tensors[row.output].shape);
    operands.push_back(emit(
        Instruction::Tuple,
        {text(row.name), text(row.type), text(shape), integer(parameters), text(row.connected_to)},
        range));
  }
  emit(Instruction::Summary, operands, range, "", index);
}

/// The model that the program trains, or else evaluates, or else predicts with; -1 after an error.
int Evaluator::usedModel() {
  int used = -1, predicts = -1, last = -1;
  for (size_t i = 0; i < graph.models.size(); ++i) {
    const GraphModel &model = graph.models[i];
    if (model.isCall)
      continue;
    last = static_cast<int>(i);
    if (model.predicted)
      predicts = last;
    if (!model.trained && !model.evaluated)
      continue;
    if (used >= 0 && !sink.hasErrors())
      notSupported(model.range, "a second model that is trained", "write a script for each model");
    used = static_cast<int>(i);
  }
  if (used >= 0)
    return used;
  if (last < 0) {
    if (!sink.hasErrors())
      error({0, 0},
            "the script makes no model; a program needs a model, model.compile and model.fit");
    return -1;
  }
  used = predicts >= 0 ? predicts : last;
  warning(graph.models[used].range, "the model is never trained: there is no model.fit(...)");
  return used;
}

/// Describes the models that predict beside the program's own; false after an error.
bool Evaluator::describeOthers(Program &program, int used) {
  std::set<int> weighted; // layers of the program's model
  for (const Layer &layer : program.model.layers)
    weighted.insert(layer.object);
  std::map<int, int> known{{used, -1}};
  for (size_t i = 0; i < program.predictions.size(); ++i) {
    int index = graph.predictionModels[i];
    auto [found, isNew] = known.try_emplace(index, static_cast<int>(program.others.size()));
    program.predictions[i].model = found->second;
    if (!isNew)
      continue;
    const GraphModel &other = graph.models[index];
    program.others.push_back(Description(graph, source).describe(other));
    for (const Layer &layer : program.others.back().layers) {
      const GraphLayer &made = graph.layers[layer.object];
      if (!made.entry->weights || made.builtShapes.empty() ||
          made.entry->weights(made.config, made.builtShapes).empty() ||
          weighted.contains(layer.object))
        continue;
      notSupported(other.range,
                   fmt::format("a second model with weights of its own ('{}')", layer.name),
                   "its layers with weights must be those of the model that is trained");
      return false;
    }
  }
  return true;
}

std::optional<Program> Evaluator::finish() {
  int used = usedModel();
  if (used < 0)
    return std::nullopt;
  const GraphModel &model = graph.models[used];
  if (sink.hasErrors() || model.broken)
    return std::nullopt;
  if (model.inputs.empty() || model.inputs == model.outputs) {
    error(model.range, "the model has no layers");
    return std::nullopt;
  }
  // Every layer called on the way to nothing: the classic lost-layer typo.
  std::vector<char> alive(graph.nodes.size());
  for (const GraphModel &each : graph.models)
    if (!each.broken && !each.inputs.empty())
      for (int node : graph.reach(each).nodes)
        alive[node] = 1;
  for (size_t node = 0; node < graph.nodes.size(); ++node) {
    const GraphNode &call = graph.nodes[node];
    if (!alive[node])
      warning(call.range, fmt::format("layer '{}' never reaches the model's output",
                                      graph.layers[call.layer].name))
          .note(model.range, "the model is made here");
  }
  for (int index : graph.reach(model).layers)
    if (const GraphLayer &layer = graph.layers[index]; layer.config.type == "Normalization" &&
                                                       !hasArgument(layer.config, "mean") &&
                                                       !layer.adapted)
      error(layer.range,
            fmt::format("layer '{}' has neither mean= and variance= nor was it adapted "
                        "to data; call its adapt(x_train) before fit",
                        layer.name));
  Program program;
  program.name = std::filesystem::path(source.path()).stem().string();
  program.path = source.path();
  program.digest = digestOf(source.text());
  Description description(graph, source);
  program.model = description.describe(model);
  for (Instruction &instruction : script)
    if (instruction.opcode == Instruction::Summary && instruction.integer == used)
      instruction.operands.clear();
  // Weights of layers that data were adapted to; layers that the model does not have need none.
  for (Instruction &instruction : script)
    if (instruction.opcode == Instruction::Assign && !instruction.text.empty()) {
      const std::string *name =
          description.nameOf(program.model, static_cast<int>(instruction.integer));
      instruction.opcode = name ? Instruction::Assign : Instruction::None;
      instruction.text = name ? *name + "/" + instruction.text : "";
    }
  if (model.compile)
    program.compile = withoutOpenMetrics(*model.compile);
  program.arrays = graph.arrays;
  program.fits = graph.fits;
  keepCallbacks(program);
  program.evaluations = graph.evaluations;
  program.predictions = graph.predictions;
  if (!describeOthers(program, used))
    return std::nullopt;
  if (graph.kerasFiles)
    program.keras_config = modelConfig(graph, model);
  program.values = graph.values;
  pruneInstructions(program);
  pruneArrays(program);
  return program;
}

/// Those that fits use, each once.
void Evaluator::keepCallbacks(Program &program) {
  std::map<int, int> index;
  for (Fit &fit : program.fits)
    for (int &callback : fit.callbacks) {
      auto [found, isNew] = index.try_emplace(callback, static_cast<int>(program.callbacks.size()));
      const GraphCallback &made = graph.callbacks[callback];
      if (isNew)
        program.callbacks.push_back({made.config, made.higher_is_better.value_or(false),
                                     made.function, position(made.range)});
      callback = found->second;
    }
}

std::optional<Program> importScript(const python::Source &source, python::DiagnosticSink &sink,
                                    const ImportOptions &options) {
  if (sink.hasErrors()) // the file is no text: its syntax tells nothing
    return std::nullopt;
  python::Tree tree = python::parse(source, sink);
  Evaluator evaluator(source, sink);
  evaluator.graph.kerasFiles = options.keras_files;
  evaluator.runModule(*tree.module);
  auto program = evaluator.finish();
  return sink.hasErrors() ? std::nullopt : std::move(program);
}

} // namespace ingot::import
