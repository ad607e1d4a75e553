// The front end: from a script to what it describes.

#include "compiler/Import/Import.h"
#include "compiler/Import/Evaluate/Evaluator.h"
#include "compiler/Import/Python/Parser.h"

#include <algorithm>
#include <filesystem>

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

/// The model's part of the graph, with indices of its own.
Model describe(const Graph &graph, const GraphModel &model, const python::Source &source) {
  auto place = [&](SourceRange range) { return source.position(range.begin); };
  Graph::Reach reach = graph.reach(model);
  Model result;
  result.name = model.name;
  result.sequential = model.sequential;
  result.position = place(model.range);
  std::map<int, int> layers, tensors;
  auto tensorIndex = [&](int tensor, int node) {
    auto [found, inserted] = tensors.try_emplace(tensor, static_cast<int>(result.tensors.size()));
    if (inserted)
      result.tensors.push_back({node, 0, graph.tensors[tensor].shape});
    return found->second;
  };
  for (int layer : reach.layers) {
    const GraphLayer &from = graph.layers[layer];
    if (model.sequential && from.config.type == "InputLayer")
      continue; // Keras does not list it in a Sequential model
    layers[layer] = static_cast<int>(result.layers.size());
    result.layers.push_back({from.config, from.name, place(from.range)});
  }
  for (int input : model.inputs)
    if (model.sequential)
      tensorIndex(input, -1);
  for (int node : reach.nodes) {
    const GraphNode &from = graph.nodes[node];
    if (!layers.count(from.layer))
      continue;
    int index = static_cast<int>(result.nodes.size());
    Node to{layers[from.layer], {}, {}, place(from.range)};
    for (int input : from.inputs)
      to.inputs.push_back(tensorIndex(input, -1));
    for (int output : from.outputs)
      to.outputs.push_back(tensorIndex(output, index));
    result.nodes.push_back(std::move(to));
  }
  for (int input : model.inputs)
    result.inputs.push_back(tensors.at(input));
  for (int output : model.outputs)
    result.outputs.push_back(tensors.at(output));
  return result;
}
} // namespace

std::optional<Program> Evaluator::finish() {
  int used = -1;
  for (size_t i = 0; i < graph.models.size(); ++i) {
    const GraphModel &model = graph.models[i];
    if (!model.trained && !model.evaluated)
      continue;
    if (used >= 0 && !sink.hasErrors())
      notSupported(model.range, "a second model that is trained");
    used = static_cast<int>(i);
  }
  if (used < 0) {
    if (graph.models.empty()) {
      if (!sink.hasErrors())
        error({0, 0}, "the script makes no model; a program needs a model, model.compile and model.fit");
      return std::nullopt;
    }
    used = static_cast<int>(graph.models.size()) - 1;
    warning(graph.models[used].range, "the model is never trained: there is no model.fit(...)");
  }
  const GraphModel &model = graph.models[used];
  if (sink.hasErrors() || model.broken)
    return std::nullopt;
  if (model.inputs.empty() || model.inputs == model.outputs) {
    error(model.range, "the model has no layers");
    return std::nullopt;
  }
  // Every layer called on the way to nothing: the classic lost-layer typo.
  Graph::Reach reach = graph.reach(model);
  for (size_t node = 0; node < graph.nodes.size(); ++node) {
    const GraphNode &call = graph.nodes[node];
    bool alive = std::find(reach.nodes.begin(), reach.nodes.end(), static_cast<int>(node)) != reach.nodes.end();
    if (!alive && graph.models.size() == 1)
      warning(call.range, fmt::format("layer '{}' never reaches the model's output", graph.layers[call.layer].name))
          .note(model.range, "the model is made here");
  }
  Program program;
  program.name = std::filesystem::path(source.path()).stem().string();
  program.path = source.path();
  program.digest = digestOf(source.text());
  program.model = describe(graph, model, source);
  program.compile = model.compile;
  program.arrays = graph.arrays;
  program.fits = graph.fits;
  program.evaluations = graph.evaluations;
  program.predictions = graph.predictions;
  pruneInstructions(program);
  pruneArrays(program);
  return program;
}

std::optional<Program> importScript(const python::Source &source, python::DiagnosticSink &sink,
                                    const ImportOptions &) {
  python::Tree tree = python::parse(source, sink);
  Evaluator evaluator(source, sink);
  evaluator.runModule(*tree.module);
  auto program = evaluator.finish();
  return sink.hasErrors() ? std::nullopt : std::move(program);
}

} // namespace ingot::import
