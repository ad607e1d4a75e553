// Names of layers, and the order in which Keras lists a model's layers.

#include "compiler/Import/Keras/Graph.h"

#include <algorithm>
#include <set>

namespace ingot::import {

std::string Graph::automaticName(std::string_view name) {
  std::string base = snakeCase(name);
  int count = counts[base]++;
  return count ? base + "_" + std::to_string(count) : base;
}

int Graph::addLayer(GraphLayer layer) {
  layers.push_back(std::move(layer));
  return static_cast<int>(layers.size()) - 1;
}

int Graph::addNode(int layer, std::vector<int> inputs, Shape output, SourceRange range,
                   bool guessed) {
  int node = static_cast<int>(nodes.size()), tensor = static_cast<int>(tensors.size());
  nodes.push_back({layer, std::move(inputs), {tensor}, range});
  tensors.push_back({node, std::move(output), guessed});
  layers[layer].nodes.push_back(node);
  return tensor;
}

namespace {
bool sameArray(const Array &a, const Array &b) {
  auto sameStep = [](const ArrayStep &x, const ArrayStep &y) {
    return x.kind == y.kind && x.dtype == y.dtype && x.constant == y.constant &&
           x.values == y.values;
  };
  return a.reader == b.reader && a.instruction == b.instruction && a.source == b.source &&
         a.key == b.key && a.options == b.options && a.test == b.test && a.shape == b.shape &&
         a.dtype == b.dtype && a.one_hot == b.one_hot && a.generator == b.generator &&
         a.centre == b.centre && a.deviation == b.deviation &&
         std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(), sameStep);
}
} // namespace

int Graph::arrayIndex(const Array &array) {
  for (size_t i = 0; i < arrays.size(); ++i)
    if (sameArray(arrays[i], array))
      return static_cast<int>(i);
  arrays.push_back(array);
  return static_cast<int>(arrays.size()) - 1;
}

namespace {
/// Depth first from the outputs, without recursion: a deep net must not exhaust the stack.
struct Walk {
  const Graph &graph;
  std::set<int> inputs;        // tensors
  std::vector<int> finished;   // nodes, inputs first
  std::vector<int> layerOrder; // layers as they were met
  std::vector<char> visited;
  int loose = -1;

  void from(int tensor) {
    struct Frame {
      int node;
      size_t next;
    };
    std::vector<Frame> stack;
    auto enter = [&](int t) {
      int node = graph.tensors[t].node;
      if (visited[node])
        return;
      visited[node] = 1;
      int layer = graph.nodes[node].layer;
      if (std::find(layerOrder.begin(), layerOrder.end(), layer) == layerOrder.end())
        layerOrder.push_back(layer);
      bool stop = inputs.count(t) != 0;
      if (!stop && graph.nodes[node].inputs.empty() && loose < 0)
        loose = t;
      stack.push_back({node, stop ? graph.nodes[node].inputs.size() : 0});
    };
    enter(tensor);
    while (!stack.empty()) {
      auto &[node, next] = stack.back();
      auto &operands = graph.nodes[node].inputs;
      if (next < operands.size()) {
        enter(operands[next++]);
        continue;
      }
      finished.push_back(node);
      stack.pop_back();
    }
  }
};
} // namespace

Graph::Reach Graph::reach(const GraphModel &model) const {
  Walk walk{
      *this, {model.inputs.begin(), model.inputs.end()}, {}, {}, std::vector<char>(nodes.size())};
  for (int tensor : model.outputs)
    walk.from(tensor);
  // A layer's depth is the longest way from it to an output. Deeper layers come first; those of one
  // depth in the order in which the walk met them.
  std::map<int, int> nodeDepth, layerDepth;
  for (auto node = walk.finished.rbegin(); node != walk.finished.rend(); ++node) {
    int layer = nodes[*node].layer;
    int depth = std::max(nodeDepth[*node], layerDepth[layer]);
    nodeDepth[*node] = layerDepth[layer] = depth;
    for (int tensor : nodes[*node].inputs) {
      int &before = nodeDepth[tensors[tensor].node];
      before = std::max(before, depth + 1);
    }
  }
  Reach result;
  result.loose = walk.loose;
  result.nodes = walk.finished;
  result.layers = walk.layerOrder;
  for (int tensor : model.inputs) // an input that no output needs is listed all the same
    if (int node = tensors[tensor].node; !walk.visited[node]) {
      result.nodes.insert(result.nodes.begin(), node);
      result.layers.insert(result.layers.begin(), nodes[node].layer);
      layerDepth[nodes[node].layer] = 0;
    }
  std::stable_sort(result.layers.begin(), result.layers.end(),
                   [&](int a, int b) { return layerDepth[a] > layerDepth[b]; });
  return result;
}

bool Graph::isChain(const Reach &reach) const {
  std::set<int> called;
  std::map<int, int> readers; // of tensors
  int inputs = 0;
  for (int node : reach.nodes) {
    inputs += nodes[node].inputs.empty();
    if (nodes[node].inputs.size() > 1 || !called.insert(nodes[node].layer).second)
      return false;
    for (int tensor : nodes[node].inputs)
      if (++readers[tensor] > 1)
        return false;
  }
  return inputs <= 1;
}

} // namespace ingot::import
