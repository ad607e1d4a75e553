// What the random layers draw, for front end and EmitIR.

#ifndef INGOT_COMPILER_IMPORT_KERAS_LAYERS_AUGMENTATION_H
#define INGOT_COMPILER_IMPORT_KERAS_LAYERS_AUGMENTATION_H

#include "compiler/Import/Keras/Api.h"

namespace ingot::import {

/// A factor is uniform in [lower, upper].
struct FactorRange {
  double lower = 0;
  double upper = 0;
};

/// The range of a factor, given as its two ends in any order, or as one number f for
/// [max(-f, lowest), f] (keras/src/layers/preprocessing/image_preprocessing).
FactorRange factorRange(const Config &config, const std::string &name, double lowest = -1);

/// The range of RandomContrast's factor, which is never below 0 where it is given as one number.
FactorRange contrastRange(const Config &config);

/// The least and the greatest value of a pixel.
FactorRange valueRange(const Config &config);

} // namespace ingot::import

#endif
