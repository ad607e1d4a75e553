// What only executables have that were compiled with Keras's files: the formats themselves.

#ifndef INGOT_RUNTIME_KERAS_KERAS_FILES_H
#define INGOT_RUNTIME_KERAS_KERAS_FILES_H

#include "runtime/ABI/Program.h"

#include <cstddef>
#include <string>
#include <vector>

struct IngotKerasFiles {
  void (*save)(const std::string &path, const IngotProgram &program, const std::byte *arena,
               const IngotStepState &state, bool weightsOnly);
  /// The program's weights, for unpackWeights.
  std::vector<std::byte> (*readWeights)(const std::string &path, const IngotProgram &program);
};

#endif
