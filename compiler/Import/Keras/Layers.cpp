// Keras's layers: a row each, with parameters, output shape and weights.

#include "compiler/Import/Keras/Api.h"
#include "dialects/NN/Shapes.h"

#include <limits>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

// Every layer takes these as well, by keyword.
#define INGOT_LAYER_PARAMETERS                                                                     \
  {"name", Name, nullptr}, {"trainable", Boolean, true, OnlyDefault}, {"dtype", DType, nullptr}

//===- Convolution ----------------------------------------------------------------------------===//

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

//===- Dense ----------------------------------------------------------------------------------===//

constexpr Parameter denseParameters[] = {
    {"units", Count},
    {"activation", Activation, nullptr},
    {"use_bias", Boolean, true},
    {"kernel_initializer", Initializer, "glorot_uniform"},
    {"bias_initializer", Initializer, "zeros"},
    {"kernel_regularizer", Any, nullptr, OnlyDefault},
    {"bias_regularizer", Any, nullptr, OnlyDefault},
    {"activity_regularizer", Any, nullptr, OnlyDefault},
    {"kernel_constraint", Any, nullptr, OnlyDefault},
    {"bias_constraint", Any, nullptr, OnlyDefault},
    {"lora_rank", Any, nullptr, OnlyDefault},
    {"lora_alpha", Any, nullptr, OnlyDefault},
    INGOT_LAYER_PARAMETERS};

ShapeResult denseShape(const Config &config, const std::vector<Shape> &inputs) {
  if (inputs[0].empty())
    return {{},
            "Dense needs an input of at least 1 dimension, and a sample of its input is a single number",
            "Input(shape=(1,)) for one number a sample"};
  Shape output = inputs[0];
  output.back() = intArgument(config, "units");
  return {output, "", ""};
}

std::vector<Weight> denseWeights(const Config &config, const std::vector<Shape> &inputs) {
  int64_t units = intArgument(config, "units");
  std::vector<Weight> weights = {{"kernel", {inputs[0].back(), units}, "kernel_initializer"}};
  if (boolArgument(config, "use_bias"))
    weights.push_back({"bias", {units}, "bias_initializer"});
  return weights;
}

//===- Shape and activation -------------------------------------------------------------------===//

constexpr Parameter flattenParameters[] = {{"data_format", DataFormat, nullptr}, INGOT_LAYER_PARAMETERS};

ShapeResult flattenShape(const Config &, const std::vector<Shape> &inputs) {
  int64_t size = 1;
  for (int64_t dimension : inputs[0])
    size *= dimension;
  return {{size}, "", ""};
}

constexpr Parameter activationParameters[] = {{"activation", Activation}, INGOT_LAYER_PARAMETERS};
constexpr Parameter reluParameters[] = {{"max_value", Float, nullptr, OnlyDefault},
                                        {"negative_slope", Float, 0.0, OnlyDefault},
                                        {"threshold", Float, 0.0, OnlyDefault},
                                        INGOT_LAYER_PARAMETERS};
constexpr Parameter softmaxParameters[] = {{"axis", Integer, -1, OnlyDefault}, INGOT_LAYER_PARAMETERS};

ShapeResult sameShape(const Config &, const std::vector<Shape> &inputs) { return {inputs[0], "", ""}; }

ShapeResult softmaxShape(const Config &config, const std::vector<Shape> &inputs) {
  if (inputs[0].empty())
    return {{}, "Softmax needs an input of at least 1 dimension", ""};
  return sameShape(config, inputs);
}

std::vector<Weight> noWeights(const Config &, const std::vector<Shape> &) { return {}; }

//===- Input ----------------------------------------------------------------------------------===//

constexpr Parameter inputParameters[] = {{"shape", Dimensions, nullptr},
                                         {"batch_size", Any, nullptr},
                                         {"dtype", DType, nullptr},
                                         {"sparse", Any, nullptr, OnlyDefault},
                                         {"ragged", Any, nullptr, OnlyDefault},
                                         {"batch_shape", Any, nullptr, OnlyDefault},
                                         {"name", Name, nullptr},
                                         {"tensor", Any, nullptr, OnlyDefault},
                                         {"optional", Any, false, OnlyDefault}};

constexpr const char *kLayers = "keras.layers";

constexpr ApiEntry entries[] = {
    {"Input", ApiEntry::Kind::Input, "keras keras.layers", true, inputParameters},
    {"InputLayer", ApiEntry::Kind::Input, kLayers, true, inputParameters},
    {"Conv2D", ApiEntry::Kind::Layer, kLayers, true, conv2DParameters, conv2DShape, conv2DWeights},
    {"Convolution2D", ApiEntry::Kind::Layer, kLayers, true, conv2DParameters, conv2DShape, conv2DWeights, nullptr,
     "Conv2D"},
    {"Dense", ApiEntry::Kind::Layer, kLayers, true, denseParameters, denseShape, denseWeights},
    {"Flatten", ApiEntry::Kind::Layer, kLayers, true, flattenParameters, flattenShape, noWeights},
    {"Activation", ApiEntry::Kind::Layer, kLayers, true, activationParameters, sameShape, noWeights},
    {"ReLU", ApiEntry::Kind::Layer, kLayers, true, reluParameters, sameShape, noWeights},
    {"Softmax", ApiEntry::Kind::Layer, kLayers, true, softmaxParameters, softmaxShape, noWeights},
};
} // namespace

std::span<const ApiEntry> layerEntries() { return entries; }

} // namespace ingot::import
