// Convolutions: parameters, output shape and weights of each.

#include "compiler/Import/Keras/Layers/Layers.h"

#include "dialects/NN/Shapes.h"

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter conv2DParameters[] = {
    {"filters", Count},
    {"kernel_size", Window2},
    {"strides", Window2, 1},
    {"padding", Padding, "valid"},
    {"data_format", DataFormat, nullptr},
    {"dilation_rate", Window2, 1, OnlyDefault},
    {"groups", Count, 1, OnlyDefault},
    {"activation", Activation, nullptr},
    {"use_bias", Boolean, true},
    {"kernel_initializer", Initializer, "glorot_uniform"},
    {"bias_initializer", Initializer, "zeros"},
    {"kernel_regularizer", Any, nullptr, OnlyDefault},
    {"bias_regularizer", Any, nullptr, OnlyDefault},
    {"activity_regularizer", Any, nullptr, OnlyDefault},
    {"kernel_constraint", Any, nullptr, OnlyDefault},
    {"bias_constraint", Any, nullptr, OnlyDefault},
    INGOT_LAYER_PARAMETERS};

ShapeResult conv2DShape(const Config &config, const std::vector<Shape> &inputs) {
  const Shape &input = inputs[0];
  if (input.size() != 3)
    return {{},
            fmt::format("Conv2D needs images of 3 dimensions (height, width, channels), and its input has {}",
                        input.size()),
            input.size() == 2 ? fmt::format("add the channel dimension: {}x{}x1, as np.expand_dims(x, -1) does",
                                            input[0], input[1])
                              : ""};
  auto &kernel = intsArgument(config, "kernel_size"), &strides = intsArgument(config, "strides");
  auto &dilation = intsArgument(config, "dilation_rate");
  auto padding = textArgument(config, "padding") == "same" ? nn::Padding::Same : nn::Padding::Valid;
  Shape output(3);
  for (int i = 0; i < 2; ++i) {
    output[i] = nn::windowOutput(input[i], kernel[i], strides[i], dilation[i], padding);
    if (output[i] < 1)
      return {{},
              fmt::format("the {}x{} window is larger than the input, which is {}x{}", kernel[0], kernel[1],
                          input[0], input[1]),
              "padding=\"same\", a smaller kernel_size, or fewer strides before it"};
  }
  output[2] = intArgument(config, "filters");
  return {output, "", ""};
}

std::vector<Weight> conv2DWeights(const Config &config, const std::vector<Shape> &inputs) {
  auto &kernel = intsArgument(config, "kernel_size");
  int64_t filters = intArgument(config, "filters");
  std::vector<Weight> weights = {{"kernel", {kernel[0], kernel[1], inputs[0][2], filters}, "kernel_initializer"}};
  if (boolArgument(config, "use_bias"))
    weights.push_back({"bias", {filters}, "bias_initializer"});
  return weights;
}

constexpr ApiEntry entries[] = {
    {"Conv2D", ApiEntry::Kind::Layer, kLayers, true, conv2DParameters, conv2DShape, conv2DWeights},
    {"Convolution2D", ApiEntry::Kind::Layer, kLayers, true, conv2DParameters, conv2DShape, conv2DWeights, nullptr,
     "Conv2D"},
};
} // namespace

std::span<const ApiEntry> convolutionLayers() { return entries; }

} // namespace ingot::import
