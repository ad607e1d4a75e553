// Keras's own files: whole models (.keras, .h5) and weights (.weights.h5), as Keras 3.15 writes
// them and reads them.

#ifndef INGOT_RUNTIME_KERAS_KERAS_FILE_H
#define INGOT_RUNTIME_KERAS_KERAS_FILE_H

#include "runtime/ABI/Program.h"

#include <cstddef>
#include <string>

namespace ingot::runtime {

/// Whether it is such a file by its name: .keras, .h5 (.weights.h5 as well) or .hdf5.
bool isKerasFile(const std::string &path);

/// Throws Error, naming `path`, where the program was compiled without such files.
void requireKerasFiles(const std::string &path, const IngotProgram &program);

/// Writes the model (.keras, .h5, .hdf5), or with `weightsOnly` its weights (.weights.h5), each
/// with the optimizer's state: at every moment the old or the new file is there, whole. Folders on
/// the way are made. `state` has the number of updates and the learning rate. Throws Error where
/// the name ends otherwise, the file cannot be written, or the program was compiled without such
/// files.
void saveKerasFile(const std::string &path, const IngotProgram &program, const std::byte *arena,
                   const IngotStepState &state, bool weightsOnly);

/// Reads the weights of the program's model out of any of these files, whoever wrote it. Layers are
/// matched by their order, as Keras does. Throws Error, with the arena untouched, where the file is
/// damaged or of another model.
void loadKerasWeights(const std::string &path, const IngotProgram &program, std::byte *arena);

/// The same for a model that was trained, whose optimizer's state is read too: .weights.h5 and
/// .keras have it. Returns what to tell the user where theirs is another optimizer's and hence left
/// out.
std::string loadKerasTraining(const std::string &path, const IngotProgram &program,
                              std::byte *arena, IngotStepState &state);

} // namespace ingot::runtime

#endif
