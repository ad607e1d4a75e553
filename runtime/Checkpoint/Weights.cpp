// Between the arena's layouts and the logical tensors of files.

#include "runtime/Checkpoint/Weights.h"

#include "runtime/Core/Error.h"
#include "runtime/Core/Layout.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace ingot::runtime {

std::vector<float> readParameter(const IngotParameter &parameter, const std::byte *arena) {
  Layout layout(parameter);
  std::vector<float> elements(layout.size());
  layout.unpack({reinterpret_cast<const float *>(arena + parameter.offset),
                 static_cast<size_t>(layout.storedSize())},
                elements);
  return elements;
}

void writeParameter(const IngotParameter &parameter, std::span<const float> elements,
                    std::byte *arena) {
  Layout layout(parameter);
  layout.pack(elements, {reinterpret_cast<float *>(arena + parameter.offset),
                         static_cast<size_t>(layout.storedSize())});
}

std::vector<std::byte> packWeights(const IngotProgram &program, const std::byte *arena) {
  std::vector<std::byte> packed;
  for (const IngotParameter &parameter : parametersOf(program)) {
    if (!isWeight(parameter))
      continue;
    std::vector<float> elements = readParameter(parameter, arena);
    std::span<const std::byte> bytes = std::as_bytes(std::span(elements));
    packed.insert(packed.end(), bytes.begin(), bytes.end());
  }
  return packed;
}

size_t packedSize(const IngotProgram &program, bool (*which)(const IngotParameter &)) {
  size_t bytes = 0;
  for (const IngotParameter &parameter : parametersOf(program))
    if (which(parameter))
      bytes += static_cast<size_t>(Layout(parameter).size()) * sizeof(float);
  return bytes;
}

bool unpackParameters(std::span<const std::byte> packed, const IngotProgram &program,
                      bool (*which)(const IngotParameter &), std::byte *arena) {
  if (packed.size() != packedSize(program, which))
    return false;
  for (const IngotParameter &parameter : parametersOf(program)) {
    if (!which(parameter))
      continue;
    std::vector<float> elements(static_cast<size_t>(Layout(parameter).size()));
    size_t bytes = elements.size() * sizeof(float);
    if (bytes)
      std::memcpy(elements.data(), packed.data(), bytes);
    packed = packed.subspan(bytes);
    writeParameter(parameter, elements, arena);
  }
  return true;
}

bool unpackWeights(std::span<const std::byte> packed, const IngotProgram &program,
                   std::byte *arena) {
  return unpackParameters(packed, program, isWeight, arena);
}

void saveParameters(const std::string &path, const IngotProgram &program, const std::byte *arena,
                    Contents contents, Metadata metadata, KeepPrevious keep,
                    std::span<const Tensor> more) {
  metadata["format"] = "ingot";
  metadata["spec_digest"] = program.spec_digest;
  metadata["schedule_hash"] = program.schedule_hash;
  std::vector<std::vector<float>> elements;
  std::vector<Tensor> tensors;
  for (const IngotParameter &parameter : parametersOf(program)) {
    if (parameter.role == INGOT_SLOT && contents == Contents::Weights)
      continue;
    elements.push_back(readParameter(parameter, arena));
    std::span<const int64_t> shape = shapeOf(parameter);
    tensors.push_back({parameter.name,
                       "F32",
                       {shape.begin(), shape.end()},
                       std::as_bytes(std::span(elements.back()))});
  }
  tensors.insert(tensors.end(), more.begin(), more.end());
  writeSafetensors(path, tensors, metadata, keep);
}

/// Checks one weight; returns its tensor.
static const Tensor &requireTensor(const SafetensorsFile &file, const IngotParameter &parameter) {
  const Tensor *tensor = file.find(parameter.name);
  if (!tensor) {
    std::string first = file.tensors().empty()
                            ? "no tensor at all"
                            : fmt::format("'{}' and others", file.tensors().front().name);
    throw Error{
        fmt::format("{}: tensor '{}' is missing (the file holds {}); weights of this program "
                    "are named LAYER/WEIGHT as `summary` names the layers",
                    file.path(), parameter.name, first)};
  }
  if (tensor->dtype != "F32")
    throw Error{fmt::format("{}: tensor '{}' has dtype {}, but F32 (float32) is needed",
                            file.path(), parameter.name, tensor->dtype)};
  std::span<const int64_t> shape = shapeOf(parameter);
  if (!std::equal(shape.begin(), shape.end(), tensor->shape.begin(), tensor->shape.end()))
    throw Error{fmt::format("{}: tensor '{}' has shape {}, but the model's is {}", file.path(),
                            parameter.name, shapeText(tensor->shape), shapeText(shape))};
  return *tensor;
}

/// Whether a tensor is a weight of the program or one of its slots, this optimizer's or another's;
/// or a part of a training's state, whose names begin with '/'.
static bool belongs(const std::string &name, const IngotProgram &program) {
  if (name.starts_with('/'))
    return true;
  for (const IngotParameter &parameter : parametersOf(program)) {
    size_t length = std::strlen(parameter.name);
    if (name.compare(0, length, parameter.name) == 0 &&
        (name.size() == length || name[length] == '/'))
      return true;
  }
  return false;
}

static void load(const SafetensorsFile &file, const IngotProgram &program, Contents contents,
                 std::byte *arena) {
  std::vector<std::pair<const IngotParameter *, std::vector<float>>> loaded;
  for (const IngotParameter &parameter : parametersOf(program)) {
    if (parameter.role == INGOT_SLOT && contents == Contents::Weights)
      continue;
    const Tensor &tensor = requireTensor(file, parameter);
    std::vector<float> elements(tensor.data.size() / sizeof(float));
    // Data need not be aligned in a file of another writer.
    if (!elements.empty())
      std::memcpy(elements.data(), tensor.data.data(), tensor.data.size());
    loaded.emplace_back(&parameter, std::move(elements));
  }
  for (const Tensor &tensor : file.tensors())
    if (!belongs(tensor.name, program))
      throw Error{fmt::format("{}: tensor '{}' belongs to no layer of this program; the file is of "
                              "another model",
                              file.path(), tensor.name)};
  for (const auto &[parameter, elements] : loaded)
    writeParameter(*parameter, elements, arena);
}

void loadWeightsInto(const std::string &path, const IngotProgram &program, std::byte *arena) {
  load(SafetensorsFile(path), program, Contents::Weights, arena);
}

void loadParametersInto(const SafetensorsFile &file, const IngotProgram &program,
                        std::byte *arena) {
  load(file, program, Contents::WeightsAndSlots, arena);
}

} // namespace ingot::runtime
