// The table of Keras's files: a program that names it has the HDF5 library in it.

#include "runtime/Keras/KerasFiles.h"

#include "runtime/Checkpoint/AtomicFile.h"
#include "runtime/Core/Error.h"
#include "runtime/Data/Bytes.h"
#include "runtime/Data/Zip.h"
#include "runtime/Keras/KerasFile.h"
#include "runtime/Keras/ModelFile.h"
#include "runtime/Keras/OwnProcess.h"
#include "runtime/Keras/WeightsFile.h"

#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <sys/stat.h>

namespace ingot::runtime {

namespace {
Json configOf(const IngotProgram &program) {
  Json config = Json::parse(program.keras->config, nullptr, /*allow_exceptions=*/false);
  if (!config.is_object())
    throw Error{"this program's descriptor is inconsistent; compile it again"};
  return config;
}

//===- Writing --------------------------------------------------------------------------------===//

std::string dateText() {
  std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d@%H:%M:%S", &local);
  return text;
}

/// .keras: a zip archive of the configuration and the weights (keras/src/saving/saving_lib.py).
std::vector<std::byte> archive(const KerasSource &stored) {
  std::string metadata = Json{{"keras_version", kerasVersion}, {"date_saved", dateText()}}.dump();
  std::string config = stored.config.dump();
  std::vector<std::byte> weights = weightsFile(stored);
  std::pair<std::string, std::span<const std::byte>> members[] = {
      {"metadata.json", std::as_bytes(std::span(metadata))},
      {"config.json", std::as_bytes(std::span(config))},
      {"model.weights.h5", weights}};
  return makeZip(members);
}

/// All folders on the way to a file. Where one cannot be made, opening the file says why.
void makeFolders(const std::string &path) {
  for (size_t slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1))
    mkdir(path.substr(0, slash).c_str(), 0777);
}

void checkName(const std::string &path, bool weightsOnly) {
  if (weightsOnly && !path.ends_with(".weights.h5"))
    throw Error{fmt::format("{}: a file of weights must end in .weights.h5", path)};
  if (!isKerasFile(path))
    throw Error{fmt::format("{}: a file of a model must end in .keras or .h5", path)};
}

void save(const std::string &path, const IngotProgram &program, const std::byte *arena,
          const IngotStepState &state, bool weightsOnly) {
  checkName(path, weightsOnly);
  KerasSource stored{program, arena, state, configOf(program)};
  if (stored.config.contains("compile_config"))
    if (Json &rate = stored.config["compile_config"]["optimizer"]["config"]["learning_rate"];
        rate.is_number())
      rate = static_cast<double>(state.learning_rate);
  std::vector<std::byte> content = weightsOnly                ? weightsFile(stored)
                                   : path.ends_with(".keras") ? archive(stored)
                                                              : modelFile(stored);
  makeFolders(path);
  std::span<const std::byte> part = content;
  writeAtomically(path, {&part, 1}, KeepPrevious::No);
}

//===- Reading --------------------------------------------------------------------------------===//

/// The HDF5 file that holds the weights.
Bytes weightsOf(const std::string &path) {
  if (!path.ends_with(".keras"))
    return readFile(path);
  Zip file(path, "is not a .keras file");
  if (!file.has("model.weights.h5"))
    throw Error{path + ": is not a .keras file: it has no model.weights.h5"};
  return file.content("model.weights.h5", path + ", model.weights.h5");
}

/// What IngotKerasFiles.readWeights says.
std::vector<std::byte> readElements(const std::string &path, const IngotProgram &program) {
  Bytes content = weightsOf(path);
  Hdf5Reader file(path, std::as_bytes(content.view()));
  Json config = configOf(program);
  KerasLayer model = kerasModel(program, config);
  bool keras2 = isModelFile(file);
  WeightsReader reader(path, program, file);
  std::vector<std::byte> all;
  for (const std::vector<float> &elements : keras2
                                                ? readModelFile(file, model, std::move(reader))
                                                : readWeightsFile(file, model, std::move(reader))) {
    auto bytes = std::as_bytes(std::span(elements));
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  if (!keras2) {
    std::vector<std::byte> optimizer = readOptimizer(file, program, config, path);
    all.insert(all.end(), optimizer.begin(), optimizer.end());
  }
  return all;
}

std::vector<std::byte> readWeights(const std::string &path, const IngotProgram &program) {
  // The library of HDF5 crashes on some damaged files.
  return inOwnProcess([&] { return readElements(path, program); },
                      path + ": damaged: HDF5 cannot read it");
}
} // namespace

} // namespace ingot::runtime

const IngotKerasFiles ingot_keras_files = {ingot::runtime::save, ingot::runtime::readWeights};
