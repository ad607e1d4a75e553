// Preprocessing and random transformations of images, as layers.

#include "compiler/Import/Keras/Layers/Layers.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter rescalingParameters[] = {
    {"scale", Float}, {"offset", Float, 0.0}, INGOT_LAYER_PARAMETERS};
constexpr Parameter normalizationParameters[] = {{"axis", Integer, -1, OnlyDefault},
                                                 {"mean", Numbers, nullptr},
                                                 {"variance", Numbers, nullptr},
                                                 {"invert", Boolean, false},
                                                 INGOT_LAYER_PARAMETERS};

/// Without mean and variance the layer is to learn them from data (adapt).
ShapeResult normalizationShape(const Config &config, const std::vector<Shape> &inputs) {
  for (const char *name : {"mean", "variance"}) {
    auto *numbers = std::get_if<std::vector<double>>(&config.arguments.at(name));
    if (!numbers)
      return {{},
              "a Normalization that is adapted to data is not supported yet",
              "give mean= and variance="};
    if (numbers->size() != 1 &&
        (inputs[0].empty() || static_cast<int64_t>(numbers->size()) != inputs[0].back()))
      return {{},
              fmt::format(
                  "its {} has {} numbers, and its input of {} needs one, or one for each channel",
                  name, numbers->size(), shapeText(inputs[0])),
              ""};
    if (numbers->size() > 64)
      return {{},
              fmt::format("a Normalization of {} channels is not supported yet", numbers->size()),
              ""};
  }
  return sameShape(config, inputs);
}

constexpr ApiEntry entries[] = {
    {"Normalization", ApiEntry::Kind::Layer, kLayers, true, normalizationParameters,
     normalizationShape, noWeights},
    {"Rescaling", ApiEntry::Kind::Layer, kLayers, true, rescalingParameters, sameShape, noWeights},
};
} // namespace

std::span<const ApiEntry> preprocessingLayers() { return entries; }

} // namespace ingot::import
