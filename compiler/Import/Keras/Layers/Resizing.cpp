// Layers that bring images to a given size.

#include "compiler/Import/Keras/Layers/Resizing.h"
#include "compiler/Import/Keras/Layers/Layers.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter resizingParameters[] = {{"height", Count},
                                            {"width", Count},
                                            {"interpolation", Text, "bilinear"},
                                            {"crop_to_aspect_ratio", Boolean, false},
                                            {"pad_to_aspect_ratio", Boolean, false},
                                            {"fill_mode", Text, "constant", OnlyDefault},
                                            {"fill_value", Float, 0.0, OnlyDefault},
                                            {"antialias", Boolean, false, OnlyDefault},
                                            {"data_format", DataFormat, nullptr},
                                            INGOT_LAYER_PARAMETERS};
constexpr Parameter centerCropParameters[] = {{"height", Count},
                                              {"width", Count},
                                              {"data_format", DataFormat, nullptr},
                                              INGOT_LAYER_PARAMETERS};

Fault checkResizing(const Config &config) {
  const std::string &interpolation = textArgument(config, "interpolation");
  if (interpolation != "bilinear" && interpolation != "nearest")
    return {
        "interpolation",
        fmt::format(R"("{}" is not supported yet; use "bilinear" or "nearest")", interpolation)};
  if (boolArgument(config, "crop_to_aspect_ratio") && boolArgument(config, "pad_to_aspect_ratio"))
    return {"pad_to_aspect_ratio", "excludes crop_to_aspect_ratio"};
  return {};
}

ShapeResult sizedShape(const Config &config, const std::vector<Shape> &inputs) {
  if (inputs[0].size() != 3)
    return {{},
            fmt::format("{} needs images of 3 dimensions (height, width, channels), not {}",
                        config.type, shapeText(inputs[0])),
            ""};
  return {{intArgument(config, "height"), intArgument(config, "width"), inputs[0][2]}, "", ""};
}

constexpr ApiEntry entries[] = {
    {"CenterCrop", ApiEntry::Kind::Layer, kLayers, true, centerCropParameters, sizedShape,
     noWeights},
    {.name = "Resizing",
     .kind = ApiEntry::Kind::Layer,
     .modules = kLayers,
     .supported = true,
     .parameters = resizingParameters,
     .shape = sizedShape,
     .weights = noWeights,
     .check = checkResizing},
};

/// The size along one side that gives an image of the target's proportions.
int64_t inProportion(int64_t other, int64_t target, int64_t otherTarget) {
  return static_cast<int64_t>(static_cast<float>(other * target) / static_cast<float>(otherTarget));
}

Frame croppedFrame(const Shape &input, int64_t height, int64_t width) {
  auto size = [](int64_t whole, int64_t wanted) { return std::clamp<int64_t>(wanted, 1, whole); };
  Frame frame;
  frame.height = size(input[0], inProportion(input[1], height, width));
  frame.width = size(input[1], inProportion(input[0], width, height));
  frame.top = (input[0] - frame.height) / 2;
  frame.left = (input[1] - frame.width) / 2;
  return frame;
}
} // namespace

Frame resizedFrame(const Config &config, const Shape &input) {
  int64_t height = intArgument(config, "height"), width = intArgument(config, "width");
  if (boolArgument(config, "crop_to_aspect_ratio"))
    return croppedFrame(input, height, width);
  if (!boolArgument(config, "pad_to_aspect_ratio"))
    return {0, 0, input[0], input[1]};
  // As many zeros before as behind.
  auto before = [](int64_t size, int64_t wanted) { return (std::max(size, wanted) - size) / 2; };
  int64_t top = before(input[0], inProportion(input[1], height, width)),
          left = before(input[1], inProportion(input[0], width, height));
  return {-top, -left, input[0] + 2 * top, input[1] + 2 * left};
}

Frame centerCropFrame(const Config &config, const Shape &input) {
  int64_t height = intArgument(config, "height"), width = intArgument(config, "width");
  if (height > input[0] || width > input[1])
    return croppedFrame(input, height, width);
  return {(input[0] - height) / 2, (input[1] - width) / 2, height, width};
}

std::span<const ApiEntry> resizingLayers() { return entries; }

} // namespace ingot::import
