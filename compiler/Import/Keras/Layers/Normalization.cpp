// Normalizations.

#include "compiler/Import/Keras/Layers/Layers.h"

#include <algorithm>
#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter batchNormalizationParameters[] = {
    {"axis", Integer, -1},
    {"momentum", Float, 0.99},
    {"epsilon", Float, 1e-3},
    {"center", Boolean, true},
    {"scale", Boolean, true},
    {"beta_initializer", Initializer, "zeros"},
    {"gamma_initializer", Initializer, "ones"},
    {"moving_mean_initializer", Initializer, "zeros"},
    {"moving_variance_initializer", Initializer, "ones"},
    {"beta_regularizer", Regularizer, nullptr},
    {"gamma_regularizer", Regularizer, nullptr},
    {"beta_constraint", Any, nullptr, OnlyDefault},
    {"gamma_constraint", Any, nullptr, OnlyDefault},
    {"renorm", Boolean, false, OnlyDefault},
    {"renorm_clipping", Any, nullptr, OnlyDefault},
    {"renorm_momentum", Float, 0.99, Ignored}, // has an effect with renorm only
    {"synchronized", Boolean, false, Ignored}, // among several devices
    INGOT_LAYER_PARAMETERS};

/// The axis counted from the batch's, or 0 where the input has no such axis.
int64_t featureAxis(const Config &config, const Shape &input) {
  int64_t rank = static_cast<int64_t>(input.size()) + 1, axis = intArgument(config, "axis");
  return axis >= rank || axis < -rank ? 0 : (axis + rank) % rank;
}

ShapeResult batchNormalizationShape(const Config &config, const std::vector<Shape> &inputs) {
  if (featureAxis(config, inputs[0]) == 0)
    return {{},
            fmt::format("BatchNormalization's axis {} is none of the {} dimensions of a sample",
                        intArgument(config, "axis"), inputs[0].size()),
            inputs[0].empty() ? "" : "axis=-1 for the last"};
  return {inputs[0], "", ""};
}

std::vector<Weight> batchNormalizationWeights(const Config &config,
                                              const std::vector<Shape> &inputs) {
  Shape features = {inputs[0][featureAxis(config, inputs[0]) - 1]};
  std::vector<Weight> weights;
  if (boolArgument(config, "scale"))
    weights.push_back({"gamma", features, "gamma_initializer"});
  if (boolArgument(config, "center"))
    weights.push_back({"beta", features, "beta_initializer"});
  weights.push_back({"moving_mean", features, "moving_mean_initializer", false});
  weights.push_back({"moving_variance", features, "moving_variance_initializer", false});
  return weights;
}

constexpr Parameter layerNormalizationParameters[] = {
    {"axis", Integers, -1},
    {"epsilon", Float, 1e-3},
    {"center", Boolean, true},
    {"scale", Boolean, true},
    {"beta_initializer", Initializer, "zeros"},
    {"gamma_initializer", Initializer, "ones"},
    {"beta_regularizer", Any, nullptr, OnlyDefault},
    {"gamma_regularizer", Any, nullptr, OnlyDefault},
    {"beta_constraint", Any, nullptr, OnlyDefault},
    {"gamma_constraint", Any, nullptr, OnlyDefault},
    {"rms_scaling", Boolean, false, OnlyDefault},
    INGOT_LAYER_PARAMETERS};

ShapeResult layerNormalizationShape(const Config &config, const std::vector<Shape> &inputs) {
  int64_t rank = static_cast<int64_t>(inputs[0].size()) + 1;
  std::vector<int64_t> axes = intsArgument(config, "axis");
  for (int64_t &axis : axes) {
    if (axis >= rank || axis < -rank || (axis + rank) % rank == 0)
      return {{},
              fmt::format("LayerNormalization's axis {} is none of the {} dimensions of a sample",
                          axis, rank - 1),
              rank == 1 ? "" : "axis=-1 for the last"};
    axis = (axis + rank) % rank;
  }
  std::sort(axes.begin(), axes.end());
  int64_t count = static_cast<int64_t>(axes.size());
  for (int64_t i = 0; i < count; ++i)
    if (axes[i] != rank - count + i)
      return {{},
              "LayerNormalization along other axes than the last ones is not supported yet",
              "axis=-1"};
  return {inputs[0], "", ""};
}

std::vector<Weight> layerNormalizationWeights(const Config &config,
                                              const std::vector<Shape> &inputs) {
  int64_t count = static_cast<int64_t>(intsArgument(config, "axis").size());
  Shape features(inputs[0].end() - count, inputs[0].end());
  std::vector<Weight> weights;
  if (boolArgument(config, "scale"))
    weights.push_back({"gamma", features, "gamma_initializer"});
  if (boolArgument(config, "center"))
    weights.push_back({"beta", features, "beta_initializer"});
  return weights;
}

constexpr Parameter groupNormalizationParameters[] = {
    {"groups", Integer, 32},
    {"axis", Integer, -1, OnlyDefault},
    {"epsilon", Float, 1e-3},
    {"center", Boolean, true},
    {"scale", Boolean, true},
    {"beta_initializer", Initializer, "zeros"},
    {"gamma_initializer", Initializer, "ones"},
    {"beta_regularizer", Regularizer, nullptr},
    {"gamma_regularizer", Regularizer, nullptr},
    {"beta_constraint", Any, nullptr, OnlyDefault},
    {"gamma_constraint", Any, nullptr, OnlyDefault},
    INGOT_LAYER_PARAMETERS};

/// groups=-1 is as many as channels.
ShapeResult groupNormalizationShape(const Config &config, const std::vector<Shape> &inputs) {
  int64_t groups = intArgument(config, "groups");
  if (inputs[0].empty())
    return {{}, "GroupNormalization needs an input of at least 1 dimension", ""};
  if (groups != -1 && (groups < 1 || inputs[0].back() % groups != 0))
    return {{},
            fmt::format("{} groups do not divide the {} channels of its input", groups,
                        inputs[0].back()),
            "groups=-1 makes a group of each channel"};
  return {inputs[0], "", ""};
}

std::vector<Weight> groupNormalizationWeights(const Config &config,
                                              const std::vector<Shape> &inputs) {
  std::vector<Weight> weights;
  if (boolArgument(config, "scale"))
    weights.push_back({"gamma", {inputs[0].back()}, "gamma_initializer"});
  if (boolArgument(config, "center"))
    weights.push_back({"beta", {inputs[0].back()}, "beta_initializer"});
  return weights;
}

constexpr ApiEntry entries[] = {
    {"GroupNormalization", ApiEntry::Kind::Layer, kLayers, true, groupNormalizationParameters,
     groupNormalizationShape, groupNormalizationWeights},
    {"LayerNormalization", ApiEntry::Kind::Layer, kLayers, true, layerNormalizationParameters,
     layerNormalizationShape, layerNormalizationWeights},
    {"BatchNormalization", ApiEntry::Kind::Layer, kLayers, true, batchNormalizationParameters,
     batchNormalizationShape, batchNormalizationWeights},
};
} // namespace

std::span<const ApiEntry> normalizationLayers() { return entries; }

} // namespace ingot::import
