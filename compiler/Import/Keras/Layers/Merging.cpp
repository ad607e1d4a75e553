// Layers of several inputs.

#include "compiler/Import/Keras/Layers/Layers.h"

namespace ingot::import {

std::span<const ApiEntry> mergingLayers() { return {}; }

} // namespace ingot::import
