// Dropout and noise.

#include "compiler/Import/Keras/Layers/Layers.h"

namespace ingot::import {

std::span<const ApiEntry> regularizationLayers() { return {}; }

} // namespace ingot::import
