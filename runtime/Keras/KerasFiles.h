// What only executables have that were compiled with Keras's files: the formats themselves.

#ifndef INGOT_RUNTIME_KERAS_KERAS_FILES_H
#define INGOT_RUNTIME_KERAS_KERAS_FILES_H

#include "runtime/ABI/Program.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ingot::runtime {
struct StoredOptimizer {
  int64_t variables = 0, expected = 0; // of the file, and of the program
  int64_t step = 0;
  double learningRate = 0; // NaN where it is a schedule
};
} // namespace ingot::runtime

struct IngotKerasFiles {
  void (*save)(const std::string &path, const IngotProgram &program, const std::byte *arena,
               const IngotStepState &state, bool weightsOnly);
  /// The program's weights, for unpackWeights, and of files that keep it for load_weights what they
  /// have of the optimizer: a StoredOptimizer and, if its variables are as many as the program's,
  /// the elements of all slots, in the order of the program's parameters.
  std::vector<std::byte> (*readWeights)(const std::string &path, const IngotProgram &program);
};

#endif
