// What every executable has of it: whether a file is Keras's, and what to do without the rest.

#include "runtime/Keras/KerasFile.h"

#include "runtime/Checkpoint/Weights.h"
#include "runtime/Core/Error.h"
#include "runtime/Keras/KerasFiles.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <span>

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

namespace {
/// What was read of a file.
class StoredTraining {
public:
  StoredTraining(const std::string &path, const IngotProgram &program)
      : itsPath(path), itsProgram(program),
        itsContent(filesOf(program, path).readWeights(path, program)) {
    size_t weights = std::min(packedSize(program, isWeight), itsContent.size());
    itsWeights = std::span(itsContent).first(weights);
    itsOptimizer = std::span(itsContent).subspan(weights);
  }

  void unpackWeights(std::byte *arena) const {
    if (!runtime::unpackWeights(itsWeights, itsProgram, arena))
      fail();
  }
  std::string unpackOptimizer(std::byte *arena, IngotStepState &state) const;

private:
  [[noreturn]] void fail() const { throw Error{itsPath + ": damaged: HDF5 cannot read it"}; }

  const std::string &itsPath;
  const IngotProgram &itsProgram;
  std::vector<std::byte> itsContent;
  std::span<const std::byte> itsWeights, itsOptimizer;
};

std::string StoredTraining::unpackOptimizer(std::byte *arena, IngotStepState &state) const {
  StoredOptimizer stored;
  if (itsOptimizer.empty()) // .h5, out of which Keras does not take it either
    return {};
  if (itsOptimizer.size() < sizeof stored)
    fail();
  std::memcpy(&stored, itsOptimizer.data(), sizeof stored);
  // keras/src/optimizers/base_optimizer.py, load_own_variables
  if (stored.variables != stored.expected)
    return fmt::format("{}: the optimizer's state is left as it is: the file has {} variables of "
                       "an optimizer, and this program's has {}",
                       itsPath, stored.variables, stored.expected);
  if (!unpackParameters(itsOptimizer.subspan(sizeof stored), itsProgram, isSlot, arena))
    fail();
  state.step = stored.step;
  if (!std::isnan(stored.learningRate))
    state.learning_rate = static_cast<float>(stored.learningRate);
  return {};
}
} // namespace

void loadKerasWeights(const std::string &path, const IngotProgram &program, std::byte *arena) {
  StoredTraining(path, program).unpackWeights(arena);
}

std::string loadKerasTraining(const std::string &path, const IngotProgram &program,
                              std::byte *arena, IngotStepState &state) {
  StoredTraining stored(path, program);
  stored.unpackWeights(arena);
  return stored.unpackOptimizer(arena, state);
}

} // namespace ingot::runtime
