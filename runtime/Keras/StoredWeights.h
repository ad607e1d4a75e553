// What goes into a file, and what is taken out of one: for all formats.

#ifndef INGOT_RUNTIME_KERAS_STORED_WEIGHTS_H
#define INGOT_RUNTIME_KERAS_STORED_WEIGHTS_H

#include "runtime/Checkpoint/Weights.h"
#include "runtime/Keras/Hdf5.h"
#include "runtime/Keras/KerasModel.h"

#include <span>
#include <string>
#include <vector>

namespace ingot::runtime {

/// The version of Keras whose formats these are.
inline constexpr const char *kerasVersion = "3.15.1";

/// What Keras's files are written from: a program at some moment.
struct KerasSource {
  const IngotProgram &program;
  const std::byte *arena;
  const IngotStepState &state;
  Json config;

  /// One parameter as an array of the file.
  void write(Hdf5Writer &file, const std::string &path, uint32_t parameter) const;
  void write(Hdf5Writer &file, const std::string &path, const OptimizerVariable &variable) const;
};

/// Takes a program's weights out of a file.
class WeightsReader {
public:
  WeightsReader(std::string path, const IngotProgram &program, const Hdf5Reader &file)
      : itsPath(std::move(path)), itsProgram(program), itsFile(file),
        itsWeights(program.parameter_count) {}

  const IngotProgram &program() const { return itsProgram; }
  /// Throws Error where the array has another shape than the parameter.
  void read(const KerasLayer &layer, uint32_t parameter, const std::string &array);
  [[noreturn]] void fail(const std::string &what) const;
  std::vector<std::vector<float>> finish();

private:
  std::string itsPath;
  const IngotProgram &itsProgram;
  const Hdf5Reader &itsFile;
  std::vector<std::vector<float>> itsWeights;
};

} // namespace ingot::runtime

#endif
