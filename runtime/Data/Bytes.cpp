// Reading and inflating files.

#include "runtime/Data/Bytes.h"

#include "runtime/Core/Error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <libdeflate.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ingot::runtime {

/// Freed by free().
static uint8_t *allocate(size_t size) {
  constexpr size_t hugePage = size_t(2) << 20;
  if (size < 4 * hugePage)
    return static_cast<uint8_t *>(std::malloc(size ? size : 1));
  if (size > SIZE_MAX - hugePage)
    return nullptr;
  size_t whole = (size + hugePage - 1) / hugePage * hugePage;
  auto *bytes = static_cast<uint8_t *>(std::aligned_alloc(hugePage, whole));
  if (bytes)
    madvise(bytes, whole, MADV_HUGEPAGE); // an advice: without huge pages it is only slower
  return bytes;
}

Bytes::Bytes(size_t size, const std::string &what)
    : itsData(allocate(size), &std::free), itsSize(size) {
  if (!itsData)
    throw Error{fmt::format("{}: not enough memory for {} bytes", what, size)};
}

bool isFile(const std::string &path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode);
}

namespace {

/// An open file, closed in the end.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0)
      close(number);
  }
};

} // namespace

Bytes readFile(const std::string &path) {
  auto fail = [&] { return Error{fmt::format("{}: cannot read: {}", path, strerror(errno))}; };
  Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat status;
  if (file.number < 0 || fstat(file.number, &status) != 0)
    throw fail();
  // A pipe has no size, and a reader of formats needs all of it at once.
  if (!S_ISREG(status.st_mode))
    throw Error{fmt::format("{}: is not a regular file", path)};
  Bytes bytes(static_cast<size_t>(status.st_size), path);
  for (size_t at = 0; at < bytes.size();) {
    ssize_t count = read(file.number, bytes.data() + at, bytes.size() - at);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      throw fail();
    if (count == 0)
      throw Error{fmt::format("{}: became shorter while it was read", path)};
    at += static_cast<size_t>(count);
  }
  return bytes;
}

static uint32_t littleEndian(std::span<const uint8_t> bytes) {
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | static_cast<uint32_t>(bytes[3]) << 24;
}

/// The size that a gzip file claims, in its last four bytes.
static size_t claimedSize(std::span<const uint8_t> packed) { return littleEndian(packed.last(4)); }

using Decompressor =
    std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>;

static Decompressor makeDecompressor(const std::string &path) {
  Decompressor decompressor(libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  if (!decompressor)
    throw Error{fmt::format("{}: not enough memory to inflate it", path)};
  return decompressor;
}

static Bytes inflateGzip(std::span<const uint8_t> packed, const std::string &path,
                         const std::string &advice) {
  auto damaged = [&](const char *why) {
    return Error{fmt::format("{}: {}: {}", path, why, advice)};
  };
  constexpr size_t smallest = 18;  // header and trailer
  constexpr size_t densest = 1032; // deflate's limit: 258 bytes from 2 bits
  if (packed.size() < smallest || claimedSize(packed) / densest > packed.size())
    throw damaged("the compressed file is damaged or cut short");
  Bytes bytes(claimedSize(packed), path);
  size_t read = 0, written = 0;
  libdeflate_result result =
      libdeflate_gzip_decompress_ex(makeDecompressor(path).get(), packed.data(), packed.size(),
                                    bytes.data(), bytes.size(), &read, &written);
  if (result != LIBDEFLATE_SUCCESS)
    throw damaged("the compressed file is damaged or cut short (its checksum does not agree)");
  if (read != packed.size() || written != bytes.size())
    throw damaged("the compressed file has further data behind its end");
  return bytes;
}

FileContent readPossiblyCompressed(const std::string &path, const std::string &advice) {
  Bytes bytes = readFile(path);
  if (bytes.size() < 2 || bytes.data()[0] != 0x1f || bytes.data()[1] != 0x8b)
    return {std::move(bytes), std::nullopt};
  Bytes inflated = inflateGzip(bytes.view(), path, advice);
  // Inflating has compared it with the content's.
  return {std::move(inflated), littleEndian(bytes.view().last(8))};
}

Bytes inflateRaw(std::span<const uint8_t> packed, size_t size, const std::string &path) {
  Bytes bytes(size, path);
  if (libdeflate_deflate_decompress(makeDecompressor(path).get(), packed.data(), packed.size(),
                                    bytes.data(), bytes.size(), nullptr) != LIBDEFLATE_SUCCESS)
    throw Error{path + ": its compressed data is damaged"};
  return bytes;
}

uint32_t crc32(std::span<const uint8_t> bytes) {
  return libdeflate_crc32(0, bytes.data(), bytes.size());
}

} // namespace ingot::runtime
