// .h5: the format of Keras 2 for whole models, weights by the names of their layers
// (keras/src/legacy/saving/legacy_h5_format.py).

#ifndef INGOT_RUNTIME_KERAS_MODEL_FILE_H
#define INGOT_RUNTIME_KERAS_MODEL_FILE_H

#include "runtime/Keras/StoredWeights.h"

namespace ingot::runtime {

std::vector<std::byte> modelFile(const KerasSource &stored);

/// Whether a file is of this format: a whole model, or weights as Keras 2 saved them.
bool isModelFile(const Hdf5Reader &file);
std::vector<std::vector<float>> readModelFile(const Hdf5Reader &file, const KerasLayer &model,
                                              WeightsReader reader);

} // namespace ingot::runtime

#endif
