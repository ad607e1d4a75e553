// Layers that move elements and compute nothing.

#include "compiler/Import/Keras/Layers/Layers.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter flattenParameters[] = {{"data_format", DataFormat, nullptr},
                                           INGOT_LAYER_PARAMETERS};
constexpr Parameter reshapeParameters[] = {{"target_shape", Integers}, INGOT_LAYER_PARAMETERS};
constexpr Parameter permuteParameters[] = {{"dims", Integers}, INGOT_LAYER_PARAMETERS};
constexpr Parameter repeatParameters[] = {{"n", Count}, INGOT_LAYER_PARAMETERS};
constexpr Parameter paddingParameters[] = {
    {"padding", Sides2, 1}, {"data_format", DataFormat, nullptr}, INGOT_LAYER_PARAMETERS};
constexpr Parameter croppingParameters[] = {
    {"cropping", Sides2, 0}, {"data_format", DataFormat, nullptr}, INGOT_LAYER_PARAMETERS};
constexpr Parameter upSamplingParameters[] = {{"size", Window2, 2},
                                              {"data_format", DataFormat, nullptr},
                                              {"interpolation", Text, "nearest"},
                                              INGOT_LAYER_PARAMETERS};

ShapeResult flattenShape(const Config &, const std::vector<Shape> &inputs) {
  return {{elementCount(inputs[0])}, "", ""};
}

ShapeResult reshapeShape(const Config &config, const std::vector<Shape> &inputs) {
  Shape output = intsArgument(config, "target_shape");
  int64_t elements = elementCount(inputs[0]), known = 1;
  int64_t *open = nullptr;
  for (int64_t &size : output) {
    if (size != -1 && (size < 1 || __builtin_mul_overflow(known, size, &known)))
      return {
          {}, fmt::format("target_shape holds {}", size), "sizes are positive, and one may be -1"};
    if (size == -1 && open)
      return {{}, "target_shape holds -1 twice", "one size may be -1"};
    if (size == -1)
      open = &size;
  }
  if (open && elements % known == 0)
    *open = elements / known;
  else if (open || known != elements)
    return {{},
            fmt::format("its input of {} has {} elements, which target_shape ({}) cannot hold",
                        shapeText(inputs[0]), elements, fmt::join(output, ", ")),
            ""};
  return {output, "", ""};
}

ShapeResult permuteShape(const Config &config, const std::vector<Shape> &inputs) {
  const std::vector<int64_t> &dims = intsArgument(config, "dims");
  std::vector<int64_t> sorted = dims;
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 0; i < sorted.size(); ++i)
    if (sorted[i] != static_cast<int64_t>(i) + 1)
      return {
          {},
          fmt::format("dims ({}) is no permutation of 1 to {}", fmt::join(dims, ", "), dims.size()),
          ""};
  if (dims.size() != inputs[0].size())
    return {{},
            fmt::format("dims has {} dimensions, and its input of {} has {}", dims.size(),
                        shapeText(inputs[0]), inputs[0].size()),
            "dims count from 1 and leave out the batch"};
  Shape output;
  for (int64_t dim : dims)
    output.push_back(inputs[0][dim - 1]);
  return {output, "", ""};
}

ShapeResult repeatShape(const Config &config, const std::vector<Shape> &inputs) {
  if (inputs[0].size() != 1)
    return {{},
            fmt::format("RepeatVector needs an input of 1 dimension, not {}", shapeText(inputs[0])),
            ""};
  return {{intArgument(config, "n"), inputs[0][0]}, "", ""};
}

ShapeResult notAnImage(const Config &config, const Shape &input) {
  return {{},
          fmt::format("{} needs an input of 3 dimensions (height, width, channels), not {}",
                      config.type, shapeText(input)),
          ""};
}

ShapeResult paddingShape(const Config &config, const std::vector<Shape> &inputs) {
  if (inputs[0].size() != 3)
    return notAnImage(config, inputs[0]);
  const std::vector<int64_t> &sides = intsArgument(config, "padding");
  return {{inputs[0][0] + sides[0] + sides[1], inputs[0][1] + sides[2] + sides[3], inputs[0][2]},
          "",
          ""};
}

ShapeResult croppingShape(const Config &config, const std::vector<Shape> &inputs) {
  if (inputs[0].size() != 3)
    return notAnImage(config, inputs[0]);
  const std::vector<int64_t> &sides = intsArgument(config, "cropping");
  Shape output = {inputs[0][0] - sides[0] - sides[1], inputs[0][1] - sides[2] - sides[3],
                  inputs[0][2]};
  if (output[0] < 1 || output[1] < 1)
    return {{}, fmt::format("nothing is left of its input of {}", shapeText(inputs[0])), ""};
  return {output, "", ""};
}

ShapeResult upSamplingShape(const Config &config, const std::vector<Shape> &inputs) {
  if (inputs[0].size() != 3)
    return notAnImage(config, inputs[0]);
  const std::string &interpolation = textArgument(config, "interpolation");
  if (interpolation != "nearest" && interpolation != "bilinear")
    return {{},
            fmt::format("UpSampling2D's interpolation \"{}\" is not supported yet", interpolation),
            "\"nearest\" or \"bilinear\""};
  const std::vector<int64_t> &size = intsArgument(config, "size");
  return {{inputs[0][0] * size[0], inputs[0][1] * size[1], inputs[0][2]}, "", ""};
}

constexpr ApiEntry layer(std::string_view name, std::span<const Parameter> parameters,
                         ShapeFunction shape) {
  return {name, ApiEntry::Kind::Layer, kLayers, true, parameters, shape, noWeights};
}

constexpr ApiEntry entries[] = {
    layer("Cropping2D", croppingParameters, croppingShape),
    layer("Flatten", flattenParameters, flattenShape),
    layer("Permute", permuteParameters, permuteShape),
    layer("RepeatVector", repeatParameters, repeatShape),
    layer("Reshape", reshapeParameters, reshapeShape),
    layer("UpSampling2D", upSamplingParameters, upSamplingShape),
    layer("ZeroPadding2D", paddingParameters, paddingShape),
};
} // namespace

std::span<const ApiEntry> reshapingLayers() { return entries; }

} // namespace ingot::import
