// Keras's layers, a file for each class: a row has the parameters, the output shape and the
// weights. To add a layer, add its row to the file of its class, and how it becomes ops to the file
// of that name in EmitIR/Layers.

#ifndef INGOT_COMPILER_IMPORT_KERAS_LAYERS_LAYERS_H
#define INGOT_COMPILER_IMPORT_KERAS_LAYERS_LAYERS_H

#include "compiler/Import/Keras/Api.h"

namespace ingot::import {

// Every layer takes these as well, by keyword.
#define INGOT_LAYER_PARAMETERS                                                                     \
  {"name", Name, nullptr}, {"trainable", Boolean, true}, { "dtype", DType, nullptr }

// Those of a layer whose weights are a kernel and a bias.
#define INGOT_KERNEL_PARAMETERS                                                                    \
  {"activation", Activation, nullptr}, {"use_bias", Boolean, true},                                \
      {"kernel_initializer", Initializer, "glorot_uniform"},                                       \
      {"bias_initializer", Initializer, "zeros"}, {"kernel_regularizer", Regularizer, nullptr},    \
      {"bias_regularizer", Regularizer, nullptr},                                                  \
      {"activity_regularizer", Any, nullptr, OnlyDefault},                                         \
      {"kernel_constraint", Any, nullptr, OnlyDefault}, {                                          \
    "bias_constraint", Any, nullptr, OnlyDefault                                                   \
  }

inline constexpr const char *kLayers = "keras.layers";

inline ShapeResult sameShape(const Config &, const std::vector<Shape> &inputs) {
  return {inputs[0], "", ""};
}
inline std::vector<Weight> noWeights(const Config &, const std::vector<Shape> &) { return {}; }

std::span<const ApiEntry> activationLayers();
std::span<const ApiEntry> augmentationLayers();
std::span<const ApiEntry> convolutionLayers();
std::span<const ApiEntry> coreLayers();
std::span<const ApiEntry> depthwiseConvolutionLayers();
std::span<const ApiEntry> mergingLayers();
std::span<const ApiEntry> normalizationLayers();
std::span<const ApiEntry> poolingLayers();
std::span<const ApiEntry> preprocessingLayers();
std::span<const ApiEntry> regularizationLayers();
std::span<const ApiEntry> reshapingLayers();
std::span<const ApiEntry> resizingLayers();

} // namespace ingot::import

#endif
