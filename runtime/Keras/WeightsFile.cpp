#include "runtime/Keras/WeightsFile.h"

#include <fmt/format.h>
#include <map>
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

std::vector<std::vector<float>> readWeightsFile(const Hdf5Reader &file, const KerasLayer &model,
                                                WeightsReader reader) {
  readLayer(file, reader, model, "");
  return reader.finish();
}

} // namespace ingot::runtime
