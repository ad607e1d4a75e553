// Activations as layers.

#include "compiler/Import/Keras/Layers/Layers.h"

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter activationParameters[] = {{"activation", Activation}, INGOT_LAYER_PARAMETERS};
constexpr Parameter reluParameters[] = {{"max_value", Float, nullptr, OnlyDefault},
                                        {"negative_slope", Float, 0.0, OnlyDefault},
                                        {"threshold", Float, 0.0, OnlyDefault},
                                        INGOT_LAYER_PARAMETERS};
constexpr Parameter softmaxParameters[] = {{"axis", Integer, -1, OnlyDefault}, INGOT_LAYER_PARAMETERS};

ShapeResult softmaxShape(const Config &config, const std::vector<Shape> &inputs) {
  if (inputs[0].empty())
    return {{}, "Softmax needs an input of at least 1 dimension", ""};
  return sameShape(config, inputs);
}

constexpr ApiEntry entries[] = {
    {"Activation", ApiEntry::Kind::Layer, kLayers, true, activationParameters, sameShape, noWeights},
    {"ReLU", ApiEntry::Kind::Layer, kLayers, true, reluParameters, sameShape, noWeights},
    {"Softmax", ApiEntry::Kind::Layer, kLayers, true, softmaxParameters, softmaxShape, noWeights},
};
} // namespace

std::span<const ApiEntry> activationLayers() { return entries; }

} // namespace ingot::import
