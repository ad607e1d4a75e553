// Files of named tensors in the safetensors format: eight bytes with the header's length, the
// header in JSON, the tensors' bytes. https://github.com/huggingface/safetensors defines it.

#ifndef INGOT_RUNTIME_CHECKPOINT_SAFETENSORS_H
#define INGOT_RUNTIME_CHECKPOINT_SAFETENSORS_H

#include "runtime/Checkpoint/AtomicFile.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace ingot::runtime {

struct Tensor {
  std::string name;
  std::string dtype; // as the format spells it: "F32"
  std::vector<int64_t> shape;
  std::span<const std::byte> data; // row-major, little-endian
};

/// "[3, 3, 1, 32]"
std::string shapeText(std::span<const int64_t> shape);

using Metadata = std::map<std::string, std::string>;

/// A file that was read and found whole: tensors cover its data without overlap or gap, each has as
/// many bytes as its type and shape say, and its checksum, if it has one, agrees.
class SafetensorsFile {
public:
  /// Throws Error naming the file, and the tensor where one is at fault.
  explicit SafetensorsFile(const std::string &path);
  /// The same for a file's content; `path` is for messages.
  SafetensorsFile(const std::string &path, std::vector<std::byte> content);

  const std::string &path() const { return itsPath; }
  const std::vector<Tensor> &tensors() const { return itsTensors; }
  const Metadata &metadata() const { return itsMetadata; }
  /// Null if the file has none of that name.
  const Tensor *find(const std::string &name) const;

private:
  std::string itsPath;
  std::vector<std::byte> itsContent;
  std::vector<Tensor> itsTensors; // as they lie in the file
  Metadata itsMetadata;
};

/// The metadata alone: only the header is read, whatever the data are. Throws Error where it is
/// damaged.
Metadata readSafetensorsMetadata(const std::string &path);

/// The header, its length included, of a file with these tensors in this order. It gets a further
/// metadata entry "checksum" over the rest of the header and all data.
std::string safetensorsHeader(std::span<const Tensor> tensors, const Metadata &metadata);

/// Throws Error if it cannot be written.
void writeSafetensors(const std::string &path, std::span<const Tensor> tensors,
                      const Metadata &metadata, KeepPrevious keep);

} // namespace ingot::runtime

#endif
