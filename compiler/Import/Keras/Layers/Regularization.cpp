// Dropout and noise.

#include "compiler/Import/Keras/Layers/Layers.h"

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

// The seed of all random numbers is the executable's; a layer's own has no effect.
constexpr Parameter dropoutParameters[] = {{"rate", Fraction},
                                           {"noise_shape", Any, nullptr, OnlyDefault},
                                           {"seed", Any, nullptr, Ignored},
                                           INGOT_LAYER_PARAMETERS};

constexpr Parameter spatialDropoutParameters[] = {{"rate", Fraction},
                                                  {"data_format", DataFormat, nullptr},
                                                  {"seed", Any, nullptr, Ignored},
                                                  INGOT_LAYER_PARAMETERS};

constexpr Parameter gaussianNoiseParameters[] = {
    {"stddev", Fraction}, {"seed", Any, nullptr, Ignored}, INGOT_LAYER_PARAMETERS};

constexpr Parameter gaussianDropoutParameters[] = {
    {"rate", Fraction}, {"seed", Any, nullptr, Ignored}, INGOT_LAYER_PARAMETERS};

ShapeResult spatialDropoutShape(const Config &, const std::vector<Shape> &inputs) {
  if (inputs[0].size() != 3)
    return {{},
            fmt::format("SpatialDropout2D needs images of 3 dimensions (height, width, channels), "
                        "and its input has {}",
                        inputs[0].size()),
            inputs[0].size() == 1 ? "Dropout drops single elements" : ""};
  return {inputs[0], "", ""};
}

ShapeResult gaussianDropoutShape(const Config &config, const std::vector<Shape> &inputs) {
  if (std::get<double>(config.arguments.at("rate")) == 1)
    return {{}, "a rate of 1 leaves nothing of the input", "a rate below 1"};
  return {inputs[0], "", ""};
}

constexpr ApiEntry entries[] = {
    {"Dropout", ApiEntry::Kind::Layer, kLayers, true, dropoutParameters, sameShape, noWeights},
    {"SpatialDropout2D", ApiEntry::Kind::Layer, kLayers, true, spatialDropoutParameters,
     spatialDropoutShape, noWeights},
    {"AlphaDropout", ApiEntry::Kind::Layer, kLayers, true, dropoutParameters, gaussianDropoutShape,
     noWeights},
    {"GaussianNoise", ApiEntry::Kind::Layer, kLayers, true, gaussianNoiseParameters, sameShape,
     noWeights},
    {"GaussianDropout", ApiEntry::Kind::Layer, kLayers, true, gaussianDropoutParameters,
     gaussianDropoutShape, noWeights},
};
} // namespace

std::span<const ApiEntry> regularizationLayers() { return entries; }

} // namespace ingot::import
