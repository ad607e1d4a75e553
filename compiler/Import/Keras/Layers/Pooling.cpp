// Pooling: parameters and output shape of each.

#include "compiler/Import/Keras/Layers/Layers.h"

#include "dialects/NN/Shapes.h"

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter maxParameters[] = {{"pool_size", Window2, 2},
                                       {"strides", Window2, nullptr},
                                       {"padding", Padding, "valid"},
                                       {"data_format", DataFormat, nullptr},
                                       INGOT_LAYER_PARAMETERS};

constexpr Parameter averageParameters[] = {{"pool_size", Window2},
                                           {"strides", Window2, nullptr},
                                           {"padding", Padding, "valid"},
                                           {"data_format", DataFormat, nullptr},
                                           INGOT_LAYER_PARAMETERS};

constexpr Parameter globalParameters[] = {
    {"data_format", DataFormat, nullptr}, {"keepdims", Boolean, false}, INGOT_LAYER_PARAMETERS};

ShapeResult imagesNeeded(const Config &config, const Shape &input) {
  return {
      {},
      fmt::format("{} needs images of 3 dimensions (height, width, channels), and its input has {}",
                  config.type, input.size()),
      input.size() == 2
          ? fmt::format("add the channel dimension: {}x{}x1, as np.expand_dims(x, -1) does",
                        input[0], input[1])
          : ""};
}

ShapeResult poolingShape(const Config &config, const std::vector<Shape> &inputs) {
  const Shape &input = inputs[0];
  if (input.size() != 3)
    return imagesNeeded(config, input);
  auto &window = intsArgument(config, "pool_size"), &strides = poolingStrides(config);
  auto padding = textArgument(config, "padding") == "same" ? nn::Padding::Same : nn::Padding::Valid;
  Shape output = input;
  for (int i = 0; i < 2; ++i) {
    output[i] = nn::windowOutput(input[i], window[i], strides[i], /*dilation=*/1, padding);
    if (output[i] < 1)
      return {{},
              fmt::format("the {}x{} window is larger than the input, which is {}x{}", window[0],
                          window[1], input[0], input[1]),
              "padding=\"same\", a smaller pool_size, or fewer strides before it"};
  }
  return {output, "", ""};
}

ShapeResult globalShape(const Config &config, const std::vector<Shape> &inputs) {
  const Shape &input = inputs[0];
  if (input.size() != 3)
    return imagesNeeded(config, input);
  if (boolArgument(config, "keepdims"))
    return {{1, 1, input[2]}, "", ""};
  return {{input[2]}, "", ""};
}

constexpr ApiEntry entries[] = {
    {"MaxPooling2D", ApiEntry::Kind::Layer, kLayers, true, maxParameters, poolingShape, noWeights},
    {"MaxPool2D", ApiEntry::Kind::Layer, kLayers, true, maxParameters, poolingShape, noWeights,
     nullptr, "MaxPooling2D"},
    {"AveragePooling2D", ApiEntry::Kind::Layer, kLayers, true, averageParameters, poolingShape,
     noWeights},
    {"AvgPool2D", ApiEntry::Kind::Layer, kLayers, true, averageParameters, poolingShape, noWeights,
     nullptr, "AveragePooling2D"},
    {"GlobalMaxPooling2D", ApiEntry::Kind::Layer, kLayers, true, globalParameters, globalShape,
     noWeights},
    {"GlobalMaxPool2D", ApiEntry::Kind::Layer, kLayers, true, globalParameters, globalShape,
     noWeights, nullptr, "GlobalMaxPooling2D"},
    {"GlobalAveragePooling2D", ApiEntry::Kind::Layer, kLayers, true, globalParameters, globalShape,
     noWeights},
    {"GlobalAvgPool2D", ApiEntry::Kind::Layer, kLayers, true, globalParameters, globalShape,
     noWeights, nullptr, "GlobalAveragePooling2D"},
};
} // namespace

const std::vector<int64_t> &poolingStrides(const Config &config) {
  auto &strides = config.arguments.at("strides");
  return std::holds_alternative<std::monostate>(strides) ? intsArgument(config, "pool_size")
                                                         : std::get<std::vector<int64_t>>(strides);
}

std::span<const ApiEntry> poolingLayers() { return entries; }

} // namespace ingot::import
