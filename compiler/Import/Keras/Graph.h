// The layers, tensors and models that a script makes, as Keras's functional API links them, and
// what it does with them: compile, fit, evaluate.

#ifndef INGOT_COMPILER_IMPORT_KERAS_GRAPH_H
#define INGOT_COMPILER_IMPORT_KERAS_GRAPH_H

#include "compiler/Import/Keras/Api.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ingot::import {

/// A layer object, used or not.
struct GraphLayer {
  const ApiEntry *entry = nullptr;
  Config config;
  std::string name;
  SourceRange range; // of the call that made it
  std::vector<int> nodes;
  std::optional<Shape> inputShape; // input_shape=
  std::vector<Shape> builtShapes;  // of its first inputs
  std::string shownType = {};      // what the summary calls its type, where that is not the class
  int model = -1;                  // the model that is used as this layer, or -1
  bool trainable = true;
  bool adapted = false; // Normalization: adapt() was called
};

/// One call of a layer.
struct GraphNode {
  int layer = -1;
  std::vector<int> inputs, outputs; // tensors
  SourceRange range;
};

struct SymbolicTensor {
  int node = -1;
  Shape shape;          // of one sample
  bool guessed = false; // an error upstream was mended by a guess: say nothing about its shape
};

struct GraphModel {
  std::string name;
  bool sequential = false;
  std::vector<int> inputs, outputs; // tensors
  std::vector<int> added;           // Sequential: its layers, in order
  bool broken = false;              // an error was reported about it
  SourceRange range;
  std::optional<Compile> compile;
  SourceRange compileRange;
  bool trained = false, evaluated = false, predicted = false;
  bool isCall = false; // it stands for a layer that is called on an array
  int layer = -1;      // as which layer other models use it, or -1
  int depth = 1;       // 1 + that of the deepest model within
  std::shared_ptr<Call>
      pendingCompile; // of a Sequential model whose input shape was not known then
};

/// A callback object, used or not.
struct GraphCallback {
  Config config;
  SourceRange range;                         // of the call that made it
  std::map<std::string, SourceRange> places; // of its arguments
  Value schedule;                            // LearningRateScheduler's
  // Since the first fit that it followed:
  bool used = false;
  std::optional<bool> higher_is_better;
  std::optional<CallbackFunction> function;
  Value history; // of a History: what that fit returned

  /// Where an argument stands; the call where it is not given.
  SourceRange place(const std::string &argument) const;
};

class Graph {
public:
  // Deques: references to what is there stay valid as more is made.
  std::deque<GraphLayer> layers;
  std::deque<GraphNode> nodes;
  std::deque<SymbolicTensor> tensors;
  std::deque<GraphModel> models;
  std::deque<GraphCallback> callbacks;

  std::vector<Array> arrays;
  std::vector<Fit> fits;
  std::vector<Evaluation> evaluations;
  std::vector<Prediction> predictions;
  std::vector<Values> values;
  std::vector<int> fitModels, evaluationModels, predictionModels; // which model each is of
  bool kerasFiles = false; // whether the program writes or reads such files

  bool isFitted(int model) const {
    return std::find(fitModels.begin(), fitModels.end(), model) != fitModels.end();
  }

  /// Keras's automatic name: the class in snake case, counted over all layers made.
  std::string automaticName(std::string_view name);
  /// All names start anew, as keras.backend.clear_session() says.
  void clearNames() { counts.clear(); }

  int addLayer(GraphLayer layer);
  /// One call of a layer, whose single output has that shape; gives the output tensor.
  int addNode(int layer, std::vector<int> inputs, Shape output, SourceRange range, bool guessed);
  int arrayIndex(const Array &array);

  /// The nodes that the model's outputs need, Keras's order of layers (model.layers). False if the
  /// outputs need a tensor that neither is an input nor is made of inputs: `loose` is then that
  /// tensor.
  struct Reach {
    std::vector<int> layers, nodes;
    int loose = -1;
  };
  Reach reach(const GraphModel &model) const;
  /// Whether these nodes are one way from an input to an output, no layer called twice.
  bool isChain(const Reach &reach) const;

private:
  std::map<std::string, int> counts;
};

} // namespace ingot::import

#endif
