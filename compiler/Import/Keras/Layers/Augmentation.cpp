// Random transformations of images, as layers: active in training only.

#include "compiler/Import/Keras/Layers/Augmentation.h"
#include "compiler/Import/Keras/Layers/Layers.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

// The seed of all random numbers is the executable's; a layer's own has no effect.
#define INGOT_RESAMPLING_PARAMETERS                                                                \
  {"fill_mode", Text, "reflect"}, {"interpolation", Text, "bilinear"},                             \
      {"seed", Any, nullptr, Ignored}, {"fill_value", Float, 0.0}, {                               \
    "data_format", DataFormat, nullptr                                                             \
  }

constexpr Parameter flipParameters[] = {{"mode", Text, "horizontal_and_vertical"},
                                        {"seed", Any, nullptr, Ignored},
                                        {"data_format", DataFormat, nullptr},
                                        INGOT_LAYER_PARAMETERS};
constexpr Parameter translationParameters[] = {{"height_factor", Range},
                                               {"width_factor", Range},
                                               INGOT_RESAMPLING_PARAMETERS,
                                               INGOT_LAYER_PARAMETERS};
constexpr Parameter rotationParameters[] = {
    {"factor", Range}, INGOT_RESAMPLING_PARAMETERS, INGOT_LAYER_PARAMETERS};
constexpr Parameter zoomParameters[] = {{"height_factor", Range},
                                        {"width_factor", Range, nullptr},
                                        INGOT_RESAMPLING_PARAMETERS,
                                        INGOT_LAYER_PARAMETERS};
constexpr Parameter colorParameters[] = {{"factor", Range},
                                         {"value_range", Floats, nullptr},
                                         {"seed", Any, nullptr, Ignored},
                                         INGOT_LAYER_PARAMETERS};

Fault checkFlip(const Config &config) {
  const std::string &mode = textArgument(config, "mode");
  if (mode == "horizontal" || mode == "vertical" || mode == "horizontal_and_vertical")
    return {};
  return {"mode",
          R"(must be "horizontal", "vertical" or "horizontal_and_vertical", not ")" + mode + '"'};
}

Fault checkResampling(const Config &config) {
  const std::string &fill = textArgument(config, "fill_mode");
  if (fill != "reflect" && fill != "wrap" && fill != "constant" && fill != "nearest")
    return {"fill_mode",
            fmt::format(R"(must be "reflect", "wrap", "constant" or "nearest", not "{}")", fill)};
  const std::string &interpolation = textArgument(config, "interpolation");
  if (interpolation != "bilinear" && interpolation != "nearest")
    return {"interpolation",
            fmt::format(R"(must be "bilinear" or "nearest", not "{}")", interpolation)};
  return {};
}

/// One number or two, from `lowest` to 1.
Fault checkFactor(const Config &config, const char *name, double lowest) {
  if (!hasArgument(config, name))
    return {};
  if (auto *ends = std::get_if<std::vector<double>>(&config.arguments.at(name));
      ends && ends->size() != 2)
    return {name, fmt::format("must be one number or two, not {}", ends->size())};
  FactorRange range = factorRange(config, name);
  if (range.lower < lowest || range.upper > 1)
    return {name, fmt::format("must lie between {} and 1", lowest)};
  return {};
}

Fault checkTranslation(const Config &config) {
  for (const char *name : {"height_factor", "width_factor"})
    if (Fault fault = checkFactor(config, name, -1); !fault.message.empty())
      return fault;
  return checkResampling(config);
}

Fault checkRotation(const Config &config) {
  Fault fault = checkFactor(config, "factor", -1);
  return fault.message.empty() ? checkResampling(config) : fault;
}

/// A zoom of -1 would show a single point.
Fault checkZoom(const Config &config) {
  for (const char *name : {"height_factor", "width_factor"})
    if (hasArgument(config, name) && checkFactor(config, name, -1).message.empty() &&
        factorRange(config, name).lower == -1)
      return {name, "must be greater than -1"};
  return checkTranslation(config);
}

Fault checkColor(const Config &config) {
  if (auto *ends = std::get_if<std::vector<double>>(&config.arguments.at("value_range"));
      ends && (ends->size() != 2 || (*ends)[0] >= (*ends)[1]))
    return {"value_range", "must be two numbers, the smaller one first"};
  return checkFactor(config, "factor", -1);
}

Fault checkContrast(const Config &config) {
  if (!std::holds_alternative<std::vector<double>>(config.arguments.at("factor")) &&
      numberArgument(config, "factor") < 0)
    return {"factor", "must lie between 0 and 1"};
  return checkColor(config);
}

ShapeResult imagesShape(const Config &config, const std::vector<Shape> &inputs) {
  if (inputs[0].size() == 3)
    return {inputs[0], "", ""};
  return {{},
          fmt::format("{} needs images of 3 dimensions (height, width, channels), not {}",
                      config.type, shapeText(inputs[0])),
          ""};
}

constexpr ApiEntry layer(std::string_view name, std::span<const Parameter> parameters,
                         CheckFunction check) {
  return {.name = name,
          .kind = ApiEntry::Kind::Layer,
          .modules = kLayers,
          .supported = true,
          .parameters = parameters,
          .shape = imagesShape,
          .weights = noWeights,
          .check = check};
}

constexpr ApiEntry entries[] = {
    layer("RandomBrightness", colorParameters, checkColor),
    layer("RandomContrast", colorParameters, checkContrast),
    layer("RandomFlip", flipParameters, checkFlip),
    layer("RandomRotation", rotationParameters, checkRotation),
    layer("RandomTranslation", translationParameters, checkTranslation),
    layer("RandomZoom", zoomParameters, checkZoom),
};
} // namespace

FactorRange factorRange(const Config &config, const std::string &name, double lowest) {
  if (auto *ends = std::get_if<std::vector<double>>(&config.arguments.at(name)))
    return {std::min((*ends)[0], (*ends)[1]), std::max((*ends)[0], (*ends)[1])};
  double end = std::abs(numberArgument(config, name));
  return {std::max(-end, lowest), end};
}

FactorRange contrastRange(const Config &config) { return factorRange(config, "factor", 0); }

FactorRange valueRange(const Config &config) {
  auto *ends = std::get_if<std::vector<double>>(&config.arguments.at("value_range"));
  return ends ? FactorRange{(*ends)[0], (*ends)[1]} : FactorRange{0, 255};
}

std::span<const ApiEntry> augmentationLayers() { return entries; }

} // namespace ingot::import
