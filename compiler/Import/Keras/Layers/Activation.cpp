// Activations as layers.

#include "compiler/Import/Keras/Layers/Layers.h"

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter activationParameters[] = {{"activation", Activation}, INGOT_LAYER_PARAMETERS};
constexpr Parameter reluParameters[] = {{"max_value", FloatOrNone, nullptr},
                                        {"negative_slope", Float, 0.0},
                                        {"threshold", Float, 0.0},
                                        INGOT_LAYER_PARAMETERS};
constexpr Parameter leakyReluParameters[] = {
    {"negative_slope", Float, 0.3}, INGOT_LAYER_PARAMETERS, {"alpha", FloatOrNone, nullptr}};
constexpr Parameter eluParameters[] = {{"alpha", Float, 1.0}, INGOT_LAYER_PARAMETERS};
constexpr Parameter preluParameters[] = {{"alpha_initializer", Initializer, "zeros"},
                                         {"alpha_regularizer", Any, nullptr, OnlyDefault},
                                         {"alpha_constraint", Any, nullptr, OnlyDefault},
                                         {"shared_axes", Integers, nullptr},
                                         INGOT_LAYER_PARAMETERS};
constexpr Parameter softmaxParameters[] = {{"axis", Integer, -1}, INGOT_LAYER_PARAMETERS};

ShapeResult reluShape(const Config &config, const std::vector<Shape> &inputs) {
  auto *bound = std::get_if<double>(&config.arguments.at("max_value"));
  if ((bound && *bound < 0) || std::get<double>(config.arguments.at("negative_slope")) < 0 ||
      std::get<double>(config.arguments.at("threshold")) < 0)
    return {{}, "max_value, negative_slope and threshold must not be negative", ""};
  return sameShape(config, inputs);
}

ShapeResult softmaxShape(const Config &config, const std::vector<Shape> &inputs) {
  int64_t rank = static_cast<int64_t>(inputs[0].size()) + 1, axis = intArgument(config, "axis");
  if (inputs[0].empty())
    return {{}, "Softmax needs an input of at least 1 dimension", ""};
  if (axis == 0 || axis == -rank)
    return {{}, "a softmax over the batch is not supported", "axis=-1 is along the last dimension"};
  if (axis < -rank || axis >= rank)
    return {
        {}, fmt::format("its input has no axis {}", axis), "axis=-1 is along the last dimension"};
  return sameShape(config, inputs);
}

/// The dimensions along which PReLU's alpha differs have their sizes, those that share it 1.
Shape alphaShape(const Config &config, const Shape &input) {
  Shape alpha = input;
  if (auto *shared = std::get_if<std::vector<int64_t>>(&config.arguments.at("shared_axes")))
    for (int64_t axis : *shared)
      if (axis >= 1 && axis <= static_cast<int64_t>(alpha.size()))
        alpha[axis - 1] = 1;
  return alpha;
}

ShapeResult preluShape(const Config &config, const std::vector<Shape> &inputs) {
  if (auto *shared = std::get_if<std::vector<int64_t>>(&config.arguments.at("shared_axes")))
    for (int64_t axis : *shared)
      if (axis < 1 || axis > static_cast<int64_t>(inputs[0].size()))
        return {{},
                fmt::format("its input has no axis {} to share alpha along", axis),
                "axes count from 1"};
  return sameShape(config, inputs);
}

std::vector<Weight> preluWeights(const Config &config, const std::vector<Shape> &inputs) {
  return {{"alpha", alphaShape(config, inputs[0]), "alpha_initializer"}};
}

constexpr ApiEntry entries[] = {
    {"Activation", ApiEntry::Kind::Layer, kLayers, true, activationParameters, sameShape,
     noWeights},
    {"ELU", ApiEntry::Kind::Layer, kLayers, true, eluParameters, sameShape, noWeights},
    {"LeakyReLU", ApiEntry::Kind::Layer, kLayers, true, leakyReluParameters, sameShape, noWeights},
    {"PReLU", ApiEntry::Kind::Layer, kLayers, true, preluParameters, preluShape, preluWeights},
    {"ReLU", ApiEntry::Kind::Layer, kLayers, true, reluParameters, reluShape, noWeights},
    {"Softmax", ApiEntry::Kind::Layer, kLayers, true, softmaxParameters, softmaxShape, noWeights},
};
} // namespace

std::span<const ApiEntry> activationLayers() { return entries; }

} // namespace ingot::import
