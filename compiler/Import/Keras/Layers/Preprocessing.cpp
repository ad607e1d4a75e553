// Preprocessing and random transformations of images, as layers.

#include "compiler/Import/Keras/Layers/Layers.h"

namespace ingot::import {

std::span<const ApiEntry> preprocessingLayers() { return {}; }

} // namespace ingot::import
