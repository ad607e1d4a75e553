// Input and Dense.

#include "compiler/Import/Keras/Layers/Layers.h"

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter denseParameters[] = {{"units", Count},
                                         INGOT_KERNEL_PARAMETERS,
                                         {"lora_rank", Any, nullptr, OnlyDefault},
                                         {"lora_alpha", Any, nullptr, OnlyDefault},
                                         INGOT_LAYER_PARAMETERS};

ShapeResult denseShape(const Config &config, const std::vector<Shape> &inputs) {
  if (inputs[0].empty())
    return {{},
            "Dense needs an input of at least 1 dimension, and a sample of its input is a single "
            "number",
            "Input(shape=(1,)) for one number a sample"};
  Shape output = inputs[0];
  output.back() = intArgument(config, "units");
  return {output, "", ""};
}

std::vector<Weight> denseWeights(const Config &config, const std::vector<Shape> &inputs) {
  int64_t units = intArgument(config, "units");
  std::vector<Weight> weights = {{"kernel", {inputs[0].back(), units}, "kernel_initializer"}};
  if (boolArgument(config, "use_bias"))
    weights.push_back({"bias", {units}, "bias_initializer"});
  return weights;
}

constexpr Parameter inputParameters[] = {{"shape", Dimensions, nullptr},
                                         {"batch_size", Any, nullptr},
                                         {"dtype", DType, nullptr},
                                         {"sparse", Any, nullptr, OnlyDefault},
                                         {"ragged", Any, nullptr, OnlyDefault},
                                         {"batch_shape", Any, nullptr, OnlyDefault},
                                         {"name", Name, nullptr},
                                         {"tensor", Any, nullptr, OnlyDefault},
                                         {"optional", Any, false, OnlyDefault}};

constexpr ApiEntry entries[] = {
    {"Input", ApiEntry::Kind::Input, "keras keras.layers", true, inputParameters},
    {"InputLayer", ApiEntry::Kind::Input, kLayers, true, inputParameters},
    {"Dense", ApiEntry::Kind::Layer, kLayers, true, denseParameters, denseShape, denseWeights},
};
} // namespace

std::span<const ApiEntry> coreLayers() { return entries; }

} // namespace ingot::import
