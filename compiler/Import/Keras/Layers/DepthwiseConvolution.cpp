// Convolutions of each channel by itself: parameters, output shape and weights.

#include "compiler/Import/Keras/Layers/Layers.h"
#include "compiler/Import/Keras/Layers/Windows.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter depthwiseParameters[] = {
    {"kernel_size", Window2},
    {"strides", Window2, 1},
    {"padding", Padding, "valid"},
    {"depth_multiplier", Count, 1},
    {"data_format", DataFormat, nullptr},
    {"dilation_rate", Window2, 1},
    {"activation", Activation, nullptr},
    {"use_bias", Boolean, true},
    {"depthwise_initializer", Initializer, "glorot_uniform"},
    {"bias_initializer", Initializer, "zeros"},
    {"depthwise_regularizer", Any, nullptr, OnlyDefault},
    {"bias_regularizer", Any, nullptr, OnlyDefault},
    {"activity_regularizer", Any, nullptr, OnlyDefault},
    {"depthwise_constraint", Any, nullptr, OnlyDefault},
    {"bias_constraint", Any, nullptr, OnlyDefault},
    INGOT_LAYER_PARAMETERS};

constexpr Parameter separableParameters[] = {
    {"filters", Count},
    {"kernel_size", Window2},
    {"strides", Window2, 1},
    {"padding", Padding, "valid"},
    {"data_format", DataFormat, nullptr},
    {"dilation_rate", Window2, 1},
    {"depth_multiplier", Count, 1},
    {"activation", Activation, nullptr},
    {"use_bias", Boolean, true},
    {"depthwise_initializer", Initializer, "glorot_uniform"},
    {"pointwise_initializer", Initializer, "glorot_uniform"},
    {"bias_initializer", Initializer, "zeros"},
    {"depthwise_regularizer", Any, nullptr, OnlyDefault},
    {"pointwise_regularizer", Any, nullptr, OnlyDefault},
    {"bias_regularizer", Any, nullptr, OnlyDefault},
    {"activity_regularizer", Any, nullptr, OnlyDefault},
    {"depthwise_constraint", Any, nullptr, OnlyDefault},
    {"pointwise_constraint", Any, nullptr, OnlyDefault},
    {"bias_constraint", Any, nullptr, OnlyDefault},
    INGOT_LAYER_PARAMETERS};

/// The depthwise part of either layer.
ShapeResult depthwiseShape(const Config &config, const std::vector<Shape> &inputs) {
  const Shape &input = inputs[0];
  if (input.size() != 3)
    return notImages(config.type, input);
  Window window = convolutionWindow(config);
  if (std::max(window.strides[0], window.strides[1]) > 1 &&
      std::max(window.dilation[0], window.dilation[1]) > 1)
    return {
        {}, fmt::format("{} cannot have both strides > 1 and dilation_rate > 1", config.type), ""};
  return windowedShape(window, input, input[2] * intArgument(config, "depth_multiplier"));
}

std::vector<Weight> depthwiseWeights(const Config &config, const std::vector<Shape> &inputs) {
  auto &kernel = intsArgument(config, "kernel_size");
  int64_t channels = inputs[0][2], multiplier = intArgument(config, "depth_multiplier");
  std::vector<Weight> weights = {
      {"kernel", {kernel[0], kernel[1], channels, multiplier}, "depthwise_initializer"}};
  if (boolArgument(config, "use_bias"))
    weights.push_back({"bias", {channels * multiplier}, "bias_initializer"});
  return weights;
}

ShapeResult separableShape(const Config &config, const std::vector<Shape> &inputs) {
  ShapeResult result = depthwiseShape(config, inputs);
  if (result.error.empty())
    result.shape[2] = intArgument(config, "filters");
  return result;
}

std::vector<Weight> separableWeights(const Config &config, const std::vector<Shape> &inputs) {
  auto &kernel = intsArgument(config, "kernel_size");
  int64_t channels = inputs[0][2], multiplier = intArgument(config, "depth_multiplier");
  int64_t filters = intArgument(config, "filters");
  std::vector<Weight> weights = {
      {"depthwise_kernel", {kernel[0], kernel[1], channels, multiplier}, "depthwise_initializer"},
      {"pointwise_kernel", {1, 1, channels * multiplier, filters}, "pointwise_initializer"}};
  if (boolArgument(config, "use_bias"))
    weights.push_back({"bias", {filters}, "bias_initializer"});
  return weights;
}

constexpr ApiEntry entries[] = {
    {"DepthwiseConv2D", ApiEntry::Kind::Layer, kLayers, true, depthwiseParameters, depthwiseShape,
     depthwiseWeights},
    {"SeparableConv2D", ApiEntry::Kind::Layer, kLayers, true, separableParameters, separableShape,
     separableWeights},
    {"SeparableConvolution2D", ApiEntry::Kind::Layer, kLayers, true, separableParameters,
     separableShape, separableWeights, nullptr, "SeparableConv2D"},
};
} // namespace

std::span<const ApiEntry> depthwiseConvolutionLayers() { return entries; }

} // namespace ingot::import
