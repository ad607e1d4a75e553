// Pooling.

#include "compiler/Import/Keras/Layers/Layers.h"

namespace ingot::import {

std::span<const ApiEntry> poolingLayers() { return {}; }

} // namespace ingot::import
