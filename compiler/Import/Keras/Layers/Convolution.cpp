// Convolutions: parameters, output shape and weights of each.

#include "compiler/Import/Keras/Layers/Layers.h"
#include "compiler/Import/Keras/Layers/Windows.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter conv2DParameters[] = {{"filters", Count},
                                          {"kernel_size", Window2},
                                          {"strides", Window2, 1},
                                          {"padding", Padding, "valid"},
                                          {"data_format", DataFormat, nullptr},
                                          {"dilation_rate", Window2, 1},
                                          {"groups", Count, 1},
                                          INGOT_KERNEL_PARAMETERS,
                                          INGOT_LAYER_PARAMETERS};

/// What Keras does not allow, or an empty text.
std::string windowError(const Config &config) {
  auto &strides = intsArgument(config, "strides"),
       &dilation = intsArgument(config, "dilation_rate");
  if (std::max(strides[0], strides[1]) > 1 && std::max(dilation[0], dilation[1]) > 1)
    return fmt::format("strides of {}x{} and a dilation_rate of {}x{} do not go together in Keras",
                       strides[0], strides[1], dilation[0], dilation[1]);
  return "";
}

ShapeResult conv2DShape(const Config &config, const std::vector<Shape> &inputs) {
  const Shape &input = inputs[0];
  if (input.size() != 3)
    return notImages("Conv2D", input);
  if (std::string error = windowError(config); !error.empty())
    return {{}, error, "use one of them"};
  int64_t filters = intArgument(config, "filters"), groups = intArgument(config, "groups");
  if (filters % groups != 0)
    return {{}, fmt::format("{} groups do not divide Conv2D's {} filters", groups, filters), ""};
  if (input[2] % groups != 0)
    return {
        {}, fmt::format("{} groups do not divide the input's {} channels", groups, input[2]), ""};
  return windowedShape(convolutionWindow(config), input, filters);
}

std::vector<Weight> conv2DWeights(const Config &config, const std::vector<Shape> &inputs) {
  auto &kernel = intsArgument(config, "kernel_size");
  int64_t filters = intArgument(config, "filters");
  std::vector<Weight> weights = {
      {"kernel",
       {kernel[0], kernel[1], inputs[0][2] / intArgument(config, "groups"), filters},
       "kernel_initializer"}};
  if (boolArgument(config, "use_bias"))
    weights.push_back({"bias", {filters}, "bias_initializer"});
  return weights;
}

constexpr Parameter conv2DTransposeParameters[] = {{"filters", Count},
                                                   {"kernel_size", Window2},
                                                   {"strides", Window2, 1},
                                                   {"padding", Padding, "valid"},
                                                   {"output_padding", Any, nullptr, OnlyDefault},
                                                   {"data_format", DataFormat, nullptr},
                                                   {"dilation_rate", Window2, 1},
                                                   INGOT_KERNEL_PARAMETERS,
                                                   INGOT_LAYER_PARAMETERS};

ShapeResult conv2DTransposeShape(const Config &config, const std::vector<Shape> &inputs) {
  const Shape &input = inputs[0];
  if (input.size() != 3)
    return notImages("Conv2DTranspose", input);
  if (std::string error = windowError(config); !error.empty())
    return {{}, error, "use one of them"};
  Window window = convolutionWindow(config);
  Shape output = {0, 0, intArgument(config, "filters")};
  for (int i = 0; i < 2; ++i)
    output[i] = nn::transposedWindowOutput(input[i], window.size[i], window.strides[i],
                                           window.dilation[i], window.padding);
  return {output, "", ""};
}

/// As the filter of the convolution that it is the transpose of, from the layer's output to its
/// input.
std::vector<Weight> conv2DTransposeWeights(const Config &config, const std::vector<Shape> &inputs) {
  auto &kernel = intsArgument(config, "kernel_size");
  int64_t filters = intArgument(config, "filters");
  std::vector<Weight> weights = {
      {"kernel", {kernel[0], kernel[1], filters, inputs[0][2]}, "kernel_initializer"}};
  if (boolArgument(config, "use_bias"))
    weights.push_back({"bias", {filters}, "bias_initializer"});
  return weights;
}

constexpr ApiEntry entries[] = {
    {"Conv2D", ApiEntry::Kind::Layer, kLayers, true, conv2DParameters, conv2DShape, conv2DWeights},
    {"Convolution2D", ApiEntry::Kind::Layer, kLayers, true, conv2DParameters, conv2DShape,
     conv2DWeights, nullptr, "Conv2D"},
    {"Conv2DTranspose", ApiEntry::Kind::Layer, kLayers, true, conv2DTransposeParameters,
     conv2DTransposeShape, conv2DTransposeWeights},
    {"Convolution2DTranspose", ApiEntry::Kind::Layer, kLayers, true, conv2DTransposeParameters,
     conv2DTransposeShape, conv2DTransposeWeights, nullptr, "Conv2DTranspose"},
};
} // namespace

std::span<const ApiEntry> convolutionLayers() { return entries; }

} // namespace ingot::import
