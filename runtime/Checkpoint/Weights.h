// A program's parameters, and the files that hold them.

#ifndef INGOT_RUNTIME_CHECKPOINT_WEIGHTS_H
#define INGOT_RUNTIME_CHECKPOINT_WEIGHTS_H

#include "runtime/ABI/Program.h"
#include "runtime/Checkpoint/Safetensors.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace ingot::runtime {

inline std::span<const IngotParameter> parametersOf(const IngotProgram &program) {
  return {program.parameters, program.parameter_count};
}
inline std::span<const int64_t> shapeOf(const IngotParameter &parameter) {
  return {parameter.shape, parameter.rank};
}

/// Whether Keras would call it a weight of the model.
inline bool isWeight(const IngotParameter &parameter) {
  return parameter.role == INGOT_TRAINABLE || parameter.role == INGOT_NON_TRAINABLE;
}

/// Whether it is a part of the optimizer's state.
inline bool isSlot(const IngotParameter &parameter) { return parameter.role == INGOT_SLOT; }

/// Logical elements of a parameter in the arena, row-major in Keras's shape.
std::vector<float> readParameter(const IngotParameter &parameter, const std::byte *arena);
/// `elements` holds as many as the shape says.
void writeParameter(const IngotParameter &parameter, std::span<const float> elements,
                    std::byte *arena);

/// Bytes of the elements of some parameters, one behind the other.
size_t packedSize(const IngotProgram &program, bool (*which)(const IngotParameter &));
/// Those parameters' elements into the arena. False, with the arena untouched, where there are not
/// as many.
bool unpackParameters(std::span<const std::byte> packed, const IngotProgram &program,
                      bool (*which)(const IngotParameter &), std::byte *arena);

/// The elements of all weights, one behind the other.
std::vector<std::byte> packWeights(const IngotProgram &program, const std::byte *arena);
/// And back. False, with the arena untouched, where there are not as many.
bool unpackWeights(std::span<const std::byte> packed, const IngotProgram &program,
                   std::byte *arena);

enum class Contents {
  Weights,        // what Keras's model.save_weights keeps
  WeightsAndSlots // the optimizer's state as well
};

/// Writes parameters by their names as float32. `metadata` is what the caller knows of the run;
/// format, spec_digest and schedule_hash are added; `more` stands behind the parameters. Of the
/// arena only state_bytes are read.
void saveParameters(const std::string &path, const IngotProgram &program, const std::byte *arena,
                    Contents contents, Metadata metadata, KeepPrevious keep,
                    std::span<const Tensor> more = {});

/// Reads all weights; slots in the file are passed over. Throws Error, with the arena untouched,
/// where the file is damaged, lacks a weight, has a weight of another shape or type, or weights
/// that the program does not have.
void loadWeightsInto(const std::string &path, const IngotProgram &program, std::byte *arena);

/// Reads weights and slots, all of which the file must have; otherwise the same.
void loadParametersInto(const SafetensorsFile &file, const IngotProgram &program, std::byte *arena);

} // namespace ingot::runtime

#endif
