// Models, and the names of Keras that are known and not supported yet: using one says so, and a
// misspelt name is still compared with it.

#include "compiler/Import/Keras/Api.h"

#include <algorithm>
#include <vector>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using Kind = ApiEntry::Kind;

constexpr Parameter modelParameters[] = {{"inputs"}, {"outputs"}, {"name", Name, nullptr}};
constexpr Parameter sequentialParameters[] = {{"layers", Any, nullptr},
                                              {"trainable", Any, true, Support::OnlyDefault},
                                              {"name", Name, nullptr}};

constexpr ApiEntry models[] = {
    {"Model", Kind::Model, "keras keras.models", true, modelParameters},
    {"Sequential", Kind::Sequential, "keras keras.models", true, sequentialParameters}};

/// Names of one kind, from the same modules.
struct Names {
  Kind kind;
  std::string_view modules, names; // separated by blanks
};

constexpr Names unsupported[] = {
    {Kind::Layer, "keras.layers",
     "Conv1D Conv3D MaxPooling1D Dot RandomCrop Embedding "
     "LSTM GRU SimpleRNN Bidirectional TimeDistributed Lambda "
     "Masking MultiHeadAttention Layer"},
    {Kind::Optimizer, "keras.optimizers keras.optimizers.legacy", "Ftrl Adafactor Lamb Muon"},
    {Kind::Loss, "keras.losses keras.metrics",
     "CategoricalFocalCrossentropy categorical_focal_crossentropy "
     "BinaryFocalCrossentropy binary_focal_crossentropy Tversky Dice dice CTC ctc Loss"},
    {Kind::Metric, "keras.metrics",
     "Accuracy Precision Recall AUC F1Score FBetaScore MeanIoU IoU R2Score "
     "RootMeanSquaredError CosineSimilarity TruePositives FalsePositives TrueNegatives "
     "FalseNegatives Mean Sum Metric"},
    {Kind::Initializer, "keras.initializers", "Orthogonal Identity VarianceScaling"},
    {Kind::Activation, "keras.activations keras.ops", "glu sparsemax"},
    {Kind::Regularizer, "keras.regularizers", "OrthogonalRegularizer orthogonal_regularizer"},
    {Kind::Callback, "keras.callbacks",
     "Callback BackupAndRestore LambdaCallback RemoteMonitor SwapEMAWeights ProgbarLogger"},
    {Kind::Other, "keras.utils", "plot_model"},
    {Kind::Other, "keras.models keras.saving", "load_model"},
    {Kind::Other, "keras.models", "clone_model"},
    {Kind::Other, "keras.optimizers.schedules", "LearningRateSchedule"},
    {Kind::Other, "sklearn.metrics", "confusion_matrix accuracy_score classification_report"},
    {Kind::Other, "numpy tensorflow", "argmax where"},
    {Kind::Other, "numpy", "zeros ones arange concatenate sum linspace"},
    {Kind::Other, "numpy.random random", "choice randint shuffle"},
    {Kind::Other, "numpy.random", "permutation"},
    {Kind::Other, "itertools", "product"},
    {Kind::Other, "sys", "exit argv"},
    {Kind::Other, "time", "time"},
    {Kind::Other, "tensorflow", "constant GradientTape function"},
};
} // namespace

std::span<const ApiEntry> functionEntries() { return models; }

std::span<const ApiEntry> unsupportedEntries() {
  static const std::vector<ApiEntry> entries = [] {
    std::vector<ApiEntry> all;
    for (const Names &group : unsupported)
      for (size_t at = 0, end; at < group.names.size(); at = end + 1) {
        end = std::min(group.names.find(' ', at), group.names.size());
        all.push_back(ApiEntry{group.names.substr(at, end - at), group.kind, group.modules});
      }
    return all;
  }();
  return entries;
}

} // namespace ingot::import
