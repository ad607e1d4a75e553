#include "compiler/Import/Keras/Labels.h"

#include "compiler/Import/Keras/Api.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
/// What labels a loss or metric takes.
enum class Needs {
  Indices,      // class indices
  Distribution, // a number for each class
  Elements,     // a number for each element of the output, or indices for an output of one unit
  Sides         // the same, of which each is 0 or 1
};

Needs needsOf(const std::string &type) {
  static constexpr std::pair<std::string_view, Needs> rows[] = {
      {"SparseCategoricalCrossentropy", Needs::Indices},
      {"SparseCategoricalAccuracy", Needs::Indices},
      {"SparseTopKCategoricalAccuracy", Needs::Indices},
      {"CategoricalCrossentropy", Needs::Distribution},
      {"CategoricalAccuracy", Needs::Distribution},
      {"TopKCategoricalAccuracy", Needs::Distribution},
      {"CategoricalHinge", Needs::Distribution},
      {"CosineSimilarity", Needs::Distribution},
      {"KLDivergence", Needs::Distribution},
      {"Hinge", Needs::Sides},
      {"SquaredHinge", Needs::Sides}};
  for (auto [name, needs] : rows)
    if (name == type)
      return needs;
  return Needs::Elements;
}

class LabelCheck {
public:
  LabelCheck(Evaluator &evaluator, const GraphModel &model, const Array &labels, SourceRange range)
      : evaluator(evaluator), labels(labels), range(range),
        tensor(evaluator.graph.tensors[model.outputs[0]]) {}

  bool areIndices() const { return labels.classes > 0 && !labels.one_hot; }
  bool isOneUnit() const { return !tensor.shape.empty() && tensor.shape.back() == 1; }

  bool check(const Config &config, std::string_view noun) {
    std::string name = snakeCase(config.type);
    switch (needsOf(config.type)) {
    case Needs::Indices:
      return checkIndices(name);
    case Needs::Distribution:
      if (areIndices())
        return error(
            fmt::format("{} needs a number for each class, and these labels are class indices; use "
                        "sparse_{}, or keras.utils.to_categorical(y, {})",
                        name,
                        name.ends_with("crossentropy") || name.ends_with("accuracy")
                            ? name
                            : "categorical_crossentropy",
                        labels.classes));
      return checkShape(name);
    case Needs::Sides:
      if (labels.classes == 0 || (areIndices() && labels.classes > 2)) {
        evaluator.notSupported(range,
                               fmt::format("the {} {} of labels that are not 0 and 1", noun, name),
                               "use keras.utils.to_categorical");
        return false;
      }
      [[fallthrough]];
    case Needs::Elements:
      if (!areIndices())
        return isNumberForOneUnit() || checkShape(name);
      if (isOneUnit() && tensor.shape.size() == 1) {
        if (config.type == "BinaryCrossentropy" && labels.classes > 2)
          evaluator
              .warning(range, fmt::format("the labels are 0 to {}, and {} is for labels of 0 and "
                                          "1; for classes use as many units with softmax, and "
                                          "sparse_categorical_crossentropy",
                                          labels.classes - 1, name))
              .note(evaluator.graph.nodes[tensor.node].range,
                    "the output of one unit is made here");
        return true;
      }
      return error(fmt::format(
          "{} needs a number for each element of the output, which is {}, and these labels are "
          "class indices; use keras.utils.to_categorical(y, {})",
          name, shapeText(tensor.shape), labels.classes));
    }
    return true;
  }

private:
  /// Labels [n] beside an output [n, 1], as Keras expands them.
  bool isNumberForOneUnit() const {
    return isOneUnit() && std::equal(labels.shape.begin(), labels.shape.end(), tensor.shape.begin(),
                                     tensor.shape.end() - 1);
  }

  bool error(const std::string &message) {
    evaluator.error(range, message)
        .note(evaluator.graph.nodes[tensor.node].range, "the output is made here");
    return false;
  }

  bool checkIndices(const std::string &name) {
    if (labels.one_hot)
      return error(fmt::format(
          "{} needs class indices, and these labels went through to_categorical; use {}", name,
          name.substr(name.find('_') + 1)));
    if (labels.classes == 0)
      return error(fmt::format("{} needs class indices, and these are not", name));
    if (tensor.shape.size() != 1)
      return error(fmt::format(
          "the model's output is {}, and {} needs one number for each of the {} classes; "
          "Flatten() before the last Dense layer",
          shapeText(tensor.shape), name, labels.classes));
    if (tensor.shape[0] >= labels.classes)
      return true;
    evaluator
        .error(evaluator.graph.layers[evaluator.graph.nodes[tensor.node].layer].range,
               fmt::format("the model's output has {} units, and the labels have {} classes",
                           tensor.shape[0], labels.classes))
        .note(range, fmt::format("the labels 0 to {} are given here; use {} units",
                                 labels.classes - 1, labels.classes));
    return false;
  }

  bool checkShape(const std::string &name) {
    if (labels.shape == tensor.shape)
      return true;
    return error(fmt::format(
        "the model's output is {}, and a sample of these labels is {}; {} needs both alike",
        shapeText(tensor.shape), shapeText(labels.shape), name));
  }

  Evaluator &evaluator;
  const Array &labels;
  SourceRange range;
  const SymbolicTensor &tensor;
};
} // namespace

// keras/src/trainers/compile_utils.py, get_metric: by the shapes of outputs and labels.
bool checkLabels(Evaluator &evaluator, GraphModel &model, const Array &labels, SourceRange range) {
  LabelCheck check(evaluator, model, labels, range);
  if (!check.check(model.compile->loss, "loss"))
    return false;
  for (Config &metric : model.compile->metric_configs) {
    if (metric.type == kAccuracy) {
      if (check.isOneUnit())
        metric = {"BinaryAccuracy", {{"threshold", 0.5}}};
      else
        metric.type = check.areIndices() ? "SparseCategoricalAccuracy" : "CategoricalAccuracy";
    }
    if (!check.check(metric, "metric"))
      return false;
  }
  return true;
}

bool takesIndices(const Config &loss) { return needsOf(loss.type) == Needs::Indices; }

Compile withoutOpenMetrics(Compile compile) {
  for (size_t i = compile.metrics.size(); i-- > 0;)
    if (compile.metric_configs[i].type == kAccuracy) {
      compile.metrics.erase(compile.metrics.begin() + static_cast<ptrdiff_t>(i));
      compile.metric_configs.erase(compile.metric_configs.begin() + static_cast<ptrdiff_t>(i));
    }
  return compile;
}

} // namespace ingot::import
