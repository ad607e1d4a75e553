// Preprocessing and random transformations of images, as layers.

#include "compiler/Import/Keras/Layers/Layers.h"

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter rescalingParameters[] = {
    {"scale", Float}, {"offset", Float, 0.0}, INGOT_LAYER_PARAMETERS};
constexpr Parameter normalizationParameters[] = {{"axis", Range, -1},
                                                 {"mean", Numbers, nullptr},
                                                 {"variance", Numbers, nullptr},
                                                 {"invert", Boolean, false},
                                                 INGOT_LAYER_PARAMETERS};

/// Whether mean and variance are weights, which adapt() takes from data.
bool isAdapted(const Config &config) { return !hasArgument(config, "mean"); }

/// mean and variance lie along the last dimension, or, with axis=None, are one number each.
Fault checkNormalization(const Config &config) {
  if (hasArgument(config, "mean") != hasArgument(config, "variance"))
    return {hasArgument(config, "mean") ? "mean" : "variance",
            "is given alone; mean and variance belong together"};
  const ConfigValue &axis = config.arguments.at("axis");
  auto *one = std::get_if<int64_t>(&axis);
  auto *several = std::get_if<std::vector<double>>(&axis);
  if (std::holds_alternative<double>(axis) || (one && *one != -1) ||
      (several && *several != std::vector<double>{-1}))
    return {"axis", "other than -1, the last dimension, or None is not supported yet"};
  return {};
}

ShapeResult normalizationShape(const Config &config, const std::vector<Shape> &inputs) {
  if (isAdapted(config))
    return inputs[0].empty() && hasArgument(config, "axis")
               ? ShapeResult{{}, "Normalization needs an input of at least 1 dimension", ""}
               : sameShape(config, inputs);
  for (const char *name : {"mean", "variance"}) {
    auto *numbers = std::get_if<std::vector<double>>(&config.arguments.at(name));
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

/// As keras/src/layers/preprocessing/normalization.py makes them; nothing reads `count`.
std::vector<Weight> normalizationWeights(const Config &config, const std::vector<Shape> &inputs) {
  if (!isAdapted(config))
    return {};
  Shape features = hasArgument(config, "axis") ? Shape{inputs[0].back()} : Shape();
  return {{"mean", features, "Zeros", false},
          {"variance", features, "Ones", false},
          {"count", {}, "Zeros", false}};
}

constexpr ApiEntry entries[] = {
    {.name = "Normalization",
     .kind = ApiEntry::Kind::Layer,
     .modules = kLayers,
     .supported = true,
     .parameters = normalizationParameters,
     .shape = normalizationShape,
     .weights = normalizationWeights,
     .check = checkNormalization},
    {"Rescaling", ApiEntry::Kind::Layer, kLayers, true, rescalingParameters, sameShape, noWeights},
};
} // namespace

std::span<const ApiEntry> preprocessingLayers() { return entries; }

} // namespace ingot::import
