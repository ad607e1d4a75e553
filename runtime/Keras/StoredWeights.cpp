#include "runtime/Keras/StoredWeights.h"
#include "runtime/Checkpoint/Weights.h"

#include "runtime/Core/Error.h"

#include <algorithm>
#include <fmt/format.h>

namespace ingot::runtime {

void KerasSource::write(Hdf5Writer &file, const std::string &path, uint32_t parameter) const {
  const IngotParameter &described = program.parameters[parameter];
  file.array(path, shapeOf(described), readParameter(described, arena));
}

void KerasSource::write(Hdf5Writer &file, const std::string &path,
                        const OptimizerVariable &variable) const {
  if (variable.kind == OptimizerVariable::Iterations)
    file.number(path, state.step);
  else if (variable.kind == OptimizerVariable::LearningRate)
    file.number(path, state.learning_rate);
  else
    write(file, path, variable.slot);
}

void WeightsReader::read(const KerasLayer &layer, uint32_t parameter, const std::string &array) {
  const IngotParameter &described = itsProgram.parameters[parameter];
  std::span<const int64_t> expected = shapeOf(described);
  std::vector<int64_t> shape = itsFile.shape(array);
  if (!std::equal(shape.begin(), shape.end(), expected.begin(), expected.end())) {
    std::string weight = described.name;
    fail(fmt::format("the layer '{}' has a {} of shape {}, and the file's ('{}') is {}", layer.name,
                     weight.substr(weight.rfind('/') + 1), shapeText(expected), array,
                     shapeText(shape)));
  }
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  itsWeights[parameter] = itsFile.elements(array, count);
}

void WeightsReader::fail(const std::string &what) const {
  throw Error{fmt::format("{}: {}", itsPath, printable(what))};
}

std::vector<std::vector<float>> WeightsReader::finish() {
  for (uint32_t i = 0; i < itsProgram.parameter_count; ++i)
    if (isWeight(itsProgram.parameters[i]) && itsWeights[i].empty())
      fail(fmt::format("has no weight '{}'", itsProgram.parameters[i].name));
  return std::move(itsWeights);
}

} // namespace ingot::runtime
