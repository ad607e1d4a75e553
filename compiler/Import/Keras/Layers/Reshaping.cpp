// Layers that move elements and compute nothing.

#include "compiler/Import/Keras/Layers/Layers.h"

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter flattenParameters[] = {{"data_format", DataFormat, nullptr}, INGOT_LAYER_PARAMETERS};

ShapeResult flattenShape(const Config &, const std::vector<Shape> &inputs) {
  int64_t size = 1;
  for (int64_t dimension : inputs[0])
    size *= dimension;
  return {{size}, "", ""};
}

constexpr ApiEntry entries[] = {
    {"Flatten", ApiEntry::Kind::Layer, kLayers, true, flattenParameters, flattenShape, noWeights},
};
} // namespace

std::span<const ApiEntry> reshapingLayers() { return entries; }

} // namespace ingot::import
