// Pooling: parameters and output shape of each.

#include "compiler/Import/Keras/Layers/Layers.h"
#include "compiler/Import/Keras/Layers/Windows.h"

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

ShapeResult poolingShape(const Config &config, const std::vector<Shape> &inputs) {
  const Shape &input = inputs[0];
  if (input.size() != 3)
    return notImages(config.type, input);
  return windowedShape(poolingWindow(config), input, input[2]);
}

ShapeResult globalShape(const Config &config, const std::vector<Shape> &inputs) {
  const Shape &input = inputs[0];
  if (input.size() != 3)
    return notImages(config.type, input);
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

std::span<const ApiEntry> poolingLayers() { return entries; }

} // namespace ingot::import
