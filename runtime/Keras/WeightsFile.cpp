#include "runtime/Keras/WeightsFile.h"

#include "runtime/Core/Error.h"
#include "runtime/Keras/KerasFiles.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <set>

namespace ingot::runtime {

namespace {
/// Names of the layers of one model: "dense", "dense_1", ...
class LayerNames {
public:
  std::string next(const KerasLayer &layer) {
    std::string name = snakeCase(layer.type);
    int count = itsCounts[name]++;
    return count ? fmt::format("{}_{}", name, count) : name;
  }

private:
  std::map<std::string, int> itsCounts;
};

void writeLayer(Hdf5Writer &file, const KerasSource &stored, const KerasLayer &layer,
                const std::string &path) {
  std::string variables = path + "vars";
  file.group(variables);
  file.text(variables, "name", layer.name);
  for (size_t i = 0; i < layer.weights.size(); ++i)
    stored.write(file, fmt::format("{}/{}", variables, i), layer.weights[i]);
  LayerNames names;
  for (const KerasLayer &inner : layer.layers)
    writeLayer(file, stored, inner, fmt::format("{}layers/{}/", path, names.next(inner)));
}

void readLayer(const Hdf5Reader &file, WeightsReader &reader, const KerasLayer &layer,
               const std::string &path) {
  std::string variables = path + "vars";
  size_t stored = file.has(variables) ? file.members(variables).size() : 0;
  if (stored != layer.weights.size())
    reader.fail(fmt::format("the layer '{}' has {} weights, and the file has {} for it ('{}'): it "
                            "is of another model",
                            layer.name, layer.weights.size(), stored, variables));
  for (size_t i = 0; i < stored; ++i)
    reader.read(layer, layer.weights[i], fmt::format("{}/{}", variables, i));
  LayerNames names;
  std::set<std::string> known;
  for (const KerasLayer &inner : layer.layers) {
    std::string name = names.next(inner);
    known.insert(name);
    readLayer(file, reader, inner, fmt::format("{}layers/{}/", path, name));
  }
  std::string group = path + "layers";
  if (layer.layers.empty() || !file.has(group))
    return;
  for (const std::string &name : file.members(group)) {
    std::string others = fmt::format("{}/{}/vars", group, name);
    if (!known.contains(name) && file.has(others) && !file.members(others).empty())
      reader.fail(
          fmt::format("has weights of a layer that this program does not have ('{}'): it is "
                      "of another model",
                      others));
  }
}
} // namespace

std::vector<std::byte> weightsFile(const KerasSource &stored) {
  Hdf5Writer file;
  writeLayer(file, stored, kerasModel(stored.program, stored.config), "");
  std::vector<OptimizerVariable> variables = optimizerVariables(stored.program, stored.config);
  if (!variables.empty()) {
    file.group("optimizer/vars");
    file.text("optimizer/vars", "name",
              stored.config["compile_config"]["optimizer"]["config"].value("name", ""));
  }
  for (size_t i = 0; i < variables.size(); ++i)
    stored.write(file, fmt::format("optimizer/vars/{}", i), variables[i]);
  return file.finish();
}

namespace {
/// The last part of a slot's name: "momentum".
std::string kindOf(const IngotParameter &slot) {
  std::string name = slot.name;
  return name.substr(name.rfind('/') + 1);
}

std::vector<float> readSlot(const Hdf5Reader &file, const std::string &path,
                            const IngotParameter &slot, const std::string &array) {
  std::span<const int64_t> expected = shapeOf(slot);
  std::vector<int64_t> shape = file.shape(array);
  if (!std::equal(shape.begin(), shape.end(), expected.begin(), expected.end()))
    throw Error{
        printable(fmt::format("{}: the optimizer's '{}' has shape {}, and the file's ('{}') "
                              "is {}: it is of another model or optimizer",
                              path, slot.name, shapeText(expected), array, shapeText(shape)))};
  return file.elements(
      array, std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<>()));
}

/// The elements of all slots. Of what Keras has once for all weights each has its own.
std::vector<std::byte> packSlots(const IngotProgram &program,
                                 std::map<uint32_t, std::vector<float>> &slots) {
  std::map<std::string, std::vector<float>> scalars;
  for (auto &[slot, elements] : slots)
    if (program.parameters[slot].rank == 0)
      scalars[kindOf(program.parameters[slot])] = elements;
  std::vector<std::byte> packed;
  for (uint32_t i = 0; i < program.parameter_count; ++i) {
    const IngotParameter &parameter = program.parameters[i];
    if (!isSlot(parameter))
      continue;
    auto bytes =
        std::as_bytes(std::span(slots.contains(i) ? slots[i] : scalars[kindOf(parameter)]));
    packed.insert(packed.end(), bytes.begin(), bytes.end());
  }
  return packed;
}
} // namespace

std::vector<std::byte> readOptimizer(const Hdf5Reader &file, const IngotProgram &program,
                                     const Json &config, const std::string &path) {
  static const std::string group = "optimizer/vars";
  std::vector<OptimizerVariable> variables = optimizerVariables(program, config);
  StoredOptimizer stored;
  stored.expected = static_cast<int64_t>(variables.size());
  stored.variables = file.has(group) ? static_cast<int64_t>(file.members(group).size()) : 0;
  stored.learningRate = std::numeric_limits<double>::quiet_NaN();
  std::map<uint32_t, std::vector<float>> slots;
  for (size_t i = 0; i < variables.size() && stored.variables == stored.expected; ++i) {
    std::string array = fmt::format("{}/{}", group, i);
    if (variables[i].kind == OptimizerVariable::Iterations)
      stored.step = file.integer(array);
    else if (variables[i].kind == OptimizerVariable::LearningRate)
      stored.learningRate = static_cast<double>(file.elements(array, 1).front());
    else
      slots[variables[i].slot] = readSlot(file, path, program.parameters[variables[i].slot], array);
  }
  auto head = std::as_bytes(std::span(&stored, 1));
  std::vector<std::byte> packed(head.begin(), head.end());
  if (stored.variables == stored.expected) {
    std::vector<std::byte> elements = packSlots(program, slots);
    packed.insert(packed.end(), elements.begin(), elements.end());
  }
  return packed;
}

std::vector<std::vector<float>> readWeightsFile(const Hdf5Reader &file, const KerasLayer &model,
                                                WeightsReader reader) {
  readLayer(file, reader, model, "");
  return reader.finish();
}

} // namespace ingot::runtime
