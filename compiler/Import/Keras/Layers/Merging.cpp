// Layers that make one tensor of several, and the same as functions.

#include "compiler/Import/Keras/Layers/Layers.h"

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;
using Kind = ApiEntry::Kind;

constexpr Parameter mergeParameters[] = {INGOT_LAYER_PARAMETERS};
constexpr Parameter concatenateParameters[] = {{"axis", Integer, -1}, INGOT_LAYER_PARAMETERS};

/// Shapes are aligned at their ends; a dimension of size 1 takes the size of the others
/// (keras/src/layers/merging/base_merge.py).
ShapeResult mergedShape(const Config &config, const std::vector<Shape> &inputs) {
  if (inputs.size() < 2 && config.type != "Add" && config.type != "Multiply" &&
      config.type != "Average")
    return {{}, fmt::format("{} needs at least two inputs", config.type), ""};
  Shape output;
  for (const Shape &input : inputs) {
    Shape wider = input.size() > output.size() ? input : output;
    const Shape &narrower = input.size() > output.size() ? output : input;
    size_t offset = wider.size() - narrower.size();
    for (size_t i = 0; i < narrower.size(); ++i) {
      int64_t &size = wider[offset + i];
      if (size != narrower[i] && size != 1 && narrower[i] != 1)
        return {{},
                fmt::format("inputs of {} and {} do not fit together", shapeText(output),
                            shapeText(input)),
                ""};
      size = size == 1 ? narrower[i] : size;
    }
    output = wider;
  }
  return {output, "", ""};
}

ShapeResult subtractShape(const Config &config, const std::vector<Shape> &inputs) {
  if (inputs.size() != 2)
    return {
        {}, fmt::format("{} takes two inputs, and {} are given", config.type, inputs.size()), ""};
  return mergedShape(config, inputs);
}

ShapeResult concatenateShape(const Config &config, const std::vector<Shape> &inputs) {
  int64_t rank = static_cast<int64_t>(inputs[0].size()) + 1, given = intArgument(config, "axis");
  int64_t axis = given < 0 ? given + rank : given;
  if (axis == 0)
    return {{},
            "tensors cannot be put one behind the other along the batch",
            "axis=-1 is the last dimension"};
  if (axis < 0 || axis >= rank)
    return {{}, fmt::format("its inputs have no axis {}", given), "axis=-1 is the last dimension"};
  Shape output = inputs[0];
  output[axis - 1] = 0;
  for (const Shape &input : inputs) {
    bool fits = input.size() == output.size();
    for (size_t i = 0; fits && i < input.size(); ++i)
      fits = static_cast<int64_t>(i) == axis - 1 || input[i] == inputs[0][i];
    if (!fits)
      return {{},
              fmt::format("inputs of {} and {} differ in more than axis {}", shapeText(inputs[0]),
                          shapeText(input), given),
              ""};
    output[axis - 1] += input[axis - 1];
  }
  return {output, "", ""};
}

constexpr ApiEntry layer(std::string_view name, std::span<const Parameter> parameters,
                         ShapeFunction shape) {
  return {name,      Kind::Layer, kLayers, true,    parameters, shape,
          noWeights, nullptr,     {},      nullptr, true};
}
constexpr ApiEntry function(std::string_view name, std::string_view of) {
  return {name, Kind::Merge, kLayers, true, {}, nullptr, nullptr, nullptr, of};
}

constexpr ApiEntry entries[] = {
    layer("Add", mergeParameters, mergedShape),
    layer("Average", mergeParameters, mergedShape),
    layer("Concatenate", concatenateParameters, concatenateShape),
    layer("Maximum", mergeParameters, mergedShape),
    layer("Minimum", mergeParameters, mergedShape),
    layer("Multiply", mergeParameters, mergedShape),
    layer("Subtract", mergeParameters, subtractShape),
    // What operators on tensors become; no script can name them.
    {"Arithmetic", Kind::Layer, {}, true, {}, sameShape, noWeights},
    {"TrueDivide", Kind::Layer, {}, true, {}, subtractShape, noWeights, nullptr, {}, nullptr, true},
    function("add", "Add"),
    function("average", "Average"),
    function("concatenate", "Concatenate"),
    function("maximum", "Maximum"),
    function("minimum", "Minimum"),
    function("multiply", "Multiply"),
    function("subtract", "Subtract"),
};
} // namespace

std::span<const ApiEntry> mergingLayers() { return entries; }

} // namespace ingot::import
