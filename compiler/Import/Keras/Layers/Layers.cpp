// All of Keras's layers, from the files of their classes.

#include "compiler/Import/Keras/Layers/Layers.h"

namespace ingot::import {

std::span<const ApiEntry> layerEntries() {
  static const std::vector<ApiEntry> entries = [] {
    std::vector<ApiEntry> all;
    for (auto rows :
         {coreLayers(), convolutionLayers(), depthwiseConvolutionLayers(), poolingLayers(),
          activationLayers(), mergingLayers(), normalizationLayers(), regularizationLayers(),
          reshapingLayers(), preprocessingLayers(), augmentationLayers(), resizingLayers()})
      all.insert(all.end(), rows.begin(), rows.end());
    return all;
  }();
  return entries;
}

} // namespace ingot::import
