// Normalizations.

#include "compiler/Import/Keras/Layers/Layers.h"

namespace ingot::import {

std::span<const ApiEntry> normalizationLayers() { return {}; }

} // namespace ingot::import
