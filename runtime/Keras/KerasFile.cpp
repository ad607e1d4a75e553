// What every executable has of it: whether a file is Keras's, and what to do without the rest.

#include "runtime/Keras/KerasFile.h"

#include "runtime/Checkpoint/Weights.h"
#include "runtime/Core/Error.h"
#include "runtime/Keras/KerasFiles.h"

#include <fmt/format.h>

namespace ingot::runtime {

bool isKerasFile(const std::string &path) {
  return path.ends_with(".keras") || path.ends_with(".h5") || path.ends_with(".hdf5");
}

void requireKerasFiles(const std::string &path, const IngotProgram &program) {
  if (!program.keras)
    throw Error{fmt::format("{}: this executable was compiled without Keras's files; compile it "
                            "with 'ingotc --keras-files {}'",
                            path, program.spec)};
}

static const IngotKerasFiles &filesOf(const IngotProgram &program, const std::string &path) {
  requireKerasFiles(path, program);
  return *program.keras->files;
}

void saveKerasFile(const std::string &path, const IngotProgram &program, const std::byte *arena,
                   const IngotStepState &state, bool weightsOnly) {
  filesOf(program, path).save(path, program, arena, state, weightsOnly);
}

void loadKerasWeights(const std::string &path, const IngotProgram &program, std::byte *arena) {
  if (!unpackWeights(filesOf(program, path).readWeights(path, program), program, arena))
    throw Error{path + ": damaged: HDF5 cannot read it"};
}

} // namespace ingot::runtime
