// A file's content in memory.

#ifndef INGOT_RUNTIME_DATA_BYTES_H
#define INGOT_RUNTIME_DATA_BYTES_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace ingot::runtime {

/// Bytes whose memory is not touched until they are written: a data set of 47 MB costs that once.
/// Copies share it.
class Bytes {
public:
  Bytes() = default;
  /// Throws Error if there is not so much memory; `what` is what they are for. Many bytes lie in
  /// huge pages where the system has them: a page fault for each 4 KiB would take a quarter of the
  /// time that inflating takes.
  Bytes(size_t size, const std::string &what);

  uint8_t *data() const { return itsData.get(); }
  size_t size() const { return itsSize; }
  std::span<const uint8_t> view() const { return {itsData.get(), itsSize}; }

private:
  std::shared_ptr<uint8_t> itsData;
  size_t itsSize = 0;
};

/// Whether `path` names something that is no folder.
bool isFile(const std::string &path);

/// Throws Error with the path and the system's reason.
Bytes readFile(const std::string &path);

struct FileContent {
  Bytes bytes;
  std::optional<uint32_t> crc; // CRC-32 of the bytes, where a compressed file says it
};

/// A file's content, inflated if it is compressed by gzip, whatever its name. `advice` ends the
/// error's text where the file is damaged. The compressed bytes are freed before this returns.
FileContent readPossiblyCompressed(const std::string &path, const std::string &advice);

/// The `size` bytes of a raw deflate stream. Throws Error where it gives others.
Bytes inflateRaw(std::span<const uint8_t> packed, size_t size, const std::string &path);

/// CRC-32 as gzip computes it.
uint32_t crc32(std::span<const uint8_t> bytes);

} // namespace ingot::runtime

#endif
