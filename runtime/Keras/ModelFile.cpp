#include "runtime/Keras/ModelFile.h"

#include <fmt/format.h>

namespace ingot::runtime {

//===- Configurations -------------------------------------------------------------------------===//

/// Of a layer or model this format has the class and the arguments alone, and how it is connected.
static void removeModules(Json &object) {
  for (const char *key : {"module", "registered_name", "build_config", "compile_config"})
    object.erase(key);
  if (object["config"].contains("layers"))
    for (Json &layer : object["config"]["layers"])
      if (!layer.value("module", "").starts_with("keras.src.ops"))
        removeModules(layer);
}

static std::string trainingConfig(const Json &compiled) {
  Json config = compiled;
  config.erase("optimizer");
  config["optimizer_config"] = {{"class_name", compiled["optimizer"]["class_name"]},
                                {"config", compiled["optimizer"]["config"]}};
  return config.dump();
}

//===- Attributes -----------------------------------------------------------------------------===//

/// Keras keeps lists of texts below what an object's header can hold in the old format.
static constexpr size_t longestAttribute = 64512;

static void writeTexts(Hdf5Writer &file, const std::string &path, const std::string &name,
                       const std::vector<std::string> &texts) {
  size_t longest = 1;
  for (const std::string &text : texts)
    longest = std::max(longest, text.size());
  size_t chunk = std::max<size_t>(longestAttribute / longest, 1);
  if (texts.size() <= chunk)
    return file.texts(path, name, texts);
  for (size_t at = 0, number = 0; at < texts.size(); at += chunk, ++number)
    file.texts(path, fmt::format("{}{}", name, number),
               {texts.begin() + static_cast<ptrdiff_t>(at),
                texts.begin() + static_cast<ptrdiff_t>(std::min(at + chunk, texts.size()))});
}

static std::vector<std::string> readTexts(const Hdf5Reader &file, const std::string &path,
                                          const std::string &name) {
  if (auto texts = file.texts(path, name))
    return *texts;
  std::vector<std::string> all;
  for (int number = 0; auto texts = file.texts(path, fmt::format("{}{}", name, number)); ++number)
    all.insert(all.end(), texts->begin(), texts->end());
  return all;
}

//===- Files ----------------------------------------------------------------------------------===//

static void writeWeights(Hdf5Writer &file, const KerasSource &stored) {
  KerasLayer model = kerasModel(stored.program, stored.config);
  // Within a Sequential model Keras's names begin with the model's.
  std::string prefix = model.type == "Sequential" ? model.name + "/" : "";
  std::vector<std::string> layers;
  file.group("model_weights");
  for (const KerasLayer &layer : model.layers) {
    layers.push_back(layer.name);
    std::string group = "model_weights/" + layer.name;
    file.group(group);
    std::vector<std::string> names;
    for (uint32_t weight : weightsInOrder(layer, stored.program)) {
      names.push_back(prefix + stored.program.parameters[weight].name);
      stored.write(file, group + "/" + names.back(), weight);
    }
    writeTexts(file, group, "weight_names", names);
  }
  writeTexts(file, "model_weights", "layer_names", layers);
  file.text("model_weights", "backend", "tensorflow");
  file.text("model_weights", "keras_version", kerasVersion);
  file.group("model_weights/top_level_model_weights");
  file.texts("model_weights/top_level_model_weights", "weight_names", {});
}

static void writeOptimizer(Hdf5Writer &file, const KerasSource &stored) {
  std::string optimizer =
      stored.config["compile_config"]["optimizer"]["config"].value("name", "optimizer");
  std::vector<std::string> names;
  file.group("optimizer_weights");
  for (const OptimizerVariable &variable : optimizerVariables(stored.program, stored.config)) {
    names.push_back(optimizer + "/" + variable.name);
    stored.write(file, "optimizer_weights/" + names.back(), variable);
  }
  writeTexts(file, "optimizer_weights", "weight_names", names);
}

std::vector<std::byte> modelFile(const KerasSource &stored) {
  Hdf5Writer file;
  Json model = stored.config;
  removeModules(model);
  file.text("", "keras_version", kerasVersion);
  file.text("", "backend", "tensorflow");
  file.text("", "model_config", model.dump());
  if (stored.config.contains("compile_config"))
    file.text("", "training_config", trainingConfig(stored.config["compile_config"]));
  writeWeights(file, stored);
  if (stored.config.contains("compile_config"))
    writeOptimizer(file, stored);
  return file.finish();
}

bool isModelFile(const Hdf5Reader &file) {
  return file.has("model_weights") || file.texts("", "layer_names") ||
         file.texts("", "layer_names0");
}

std::vector<std::vector<float>> readModelFile(const Hdf5Reader &file, const KerasLayer &model,
                                              WeightsReader reader) {
  std::string root = file.has("model_weights") ? "model_weights/" : "";
  std::vector<std::pair<std::string, std::vector<std::string>>> stored; // layers that have weights
  for (const std::string &layer :
       readTexts(file, root.empty() ? "" : "model_weights", "layer_names"))
    if (auto names = readTexts(file, root + layer, "weight_names"); !names.empty())
      stored.emplace_back(layer, std::move(names));
  size_t count = 0;
  for (const KerasLayer &layer : model.layers) {
    std::vector<uint32_t> weights = weightsInOrder(layer, reader.program());
    if (weights.empty())
      continue;
    if (count == stored.size())
      reader.fail(fmt::format("has weights of {} layers, and there is none for '{}': it is of "
                              "another model",
                              count, layer.name));
    const auto &[name, arrays] = stored[count++];
    if (arrays.size() != weights.size())
      reader.fail(fmt::format("the layer '{}' has {} weights, and the file's '{}' has {}: it is of "
                              "another model",
                              layer.name, weights.size(), name, arrays.size()));
    for (size_t i = 0; i < weights.size(); ++i)
      reader.read(layer, weights[i], fmt::format("{}{}/{}", root, name, arrays[i]));
  }
  if (count != stored.size())
    reader.fail(fmt::format("has weights of {} layers, and this program's model has {} with "
                            "weights: it is of another model",
                            stored.size(), count));
  return reader.finish();
}

} // namespace ingot::runtime
