// Keras's layers, a file for each class: a row has the parameters, the output shape and the weights. To add a
// layer, add its row to the file of its class, and how it becomes ops to the file of that name in EmitIR/Layers.

#ifndef INGOT_COMPILER_IMPORT_KERAS_LAYERS_LAYERS_H
#define INGOT_COMPILER_IMPORT_KERAS_LAYERS_LAYERS_H

#include "compiler/Import/Keras/Api.h"

namespace ingot::import {

// Every layer takes these as well, by keyword.
#define INGOT_LAYER_PARAMETERS                                                                     \
  {"name", Name, nullptr}, {"trainable", Boolean, true}, {"dtype", DType, nullptr}

inline constexpr const char *kLayers = "keras.layers";

inline ShapeResult sameShape(const Config &, const std::vector<Shape> &inputs) { return {inputs[0], "", ""}; }
inline std::vector<Weight> noWeights(const Config &, const std::vector<Shape> &) { return {}; }

/// A pooling layer's strides; pool_size where it has none.
const std::vector<int64_t> &poolingStrides(const Config &config);

std::span<const ApiEntry> activationLayers();
std::span<const ApiEntry> convolutionLayers();
std::span<const ApiEntry> coreLayers();
std::span<const ApiEntry> depthwiseConvolutionLayers();
std::span<const ApiEntry> mergingLayers();
std::span<const ApiEntry> normalizationLayers();
std::span<const ApiEntry> poolingLayers();
std::span<const ApiEntry> preprocessingLayers();
std::span<const ApiEntry> regularizationLayers();
std::span<const ApiEntry> reshapingLayers();

} // namespace ingot::import

#endif
