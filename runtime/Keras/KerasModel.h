// A model's layers as Keras's files name them.

#ifndef INGOT_RUNTIME_KERAS_KERAS_MODEL_H
#define INGOT_RUNTIME_KERAS_KERAS_MODEL_H

#include "runtime/ABI/Program.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ingot::runtime {

using Json = nlohmann::ordered_json;

/// A layer, or a model with its layers.
struct KerasLayer {
  std::string name, type; // "conv2d_1", "Conv2D"
  std::vector<KerasLayer> layers;
  std::vector<uint32_t> weights; // its own: indices into IngotProgram.parameters
};

/// The program's model. `config` is what IngotKerasModel.config holds.
KerasLayer kerasModel(const IngotProgram &program, const Json &config);

/// A layer's weights and those of the layers within, in the order of .h5 files: those that are
/// trained first.
std::vector<uint32_t> weightsInOrder(const KerasLayer &layer, const IngotProgram &program);

/// Keras's name of a type in files: "MaxPooling2D" is "max_pooling2d".
std::string snakeCase(const std::string &type);

/// A variable of the optimizer: a slot, or one of the two that are not in the arena.
struct OptimizerVariable {
  enum Kind { Iterations, LearningRate, Slot } kind;
  uint32_t slot = 0; // index into IngotProgram.parameters
  std::string name;  // "conv2d_kernel_momentum"
};

/// In Keras's order (keras/src/optimizers); none where the model is not compiled.
std::vector<OptimizerVariable> optimizerVariables(const IngotProgram &program, const Json &config);

} // namespace ingot::runtime

#endif
