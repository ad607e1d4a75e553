// .weights.h5: a group for each layer, named by its class and position, with its weights by number
// (keras/src/saving/saving_lib.py).

#ifndef INGOT_RUNTIME_KERAS_WEIGHTS_FILE_H
#define INGOT_RUNTIME_KERAS_WEIGHTS_FILE_H

#include "runtime/Keras/Hdf5.h"
#include "runtime/Keras/KerasModel.h"
#include "runtime/Keras/StoredWeights.h"

namespace ingot::runtime {

std::vector<std::byte> weightsFile(const KerasSource &stored);

/// The elements of each parameter.
std::vector<std::vector<float>> readWeightsFile(const Hdf5Reader &file, const KerasLayer &model,
                                                WeightsReader reader);

/// What the file has of the optimizer, as IngotKerasFiles.readWeights says. `path` is for messages.
std::vector<std::byte> readOptimizer(const Hdf5Reader &file, const IngotProgram &program,
                                     const Json &config, const std::string &path);

} // namespace ingot::runtime

#endif
