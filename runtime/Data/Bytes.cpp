// Reading and inflating files.

#include "runtime/Data/Bytes.h"

#include "runtime/Core/Error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <libdeflate.h>
#include <new>
#include <sys/stat.h>
#include <unistd.h>

namespace ingot::runtime {

Bytes::Bytes(size_t size, const std::string &what)
    : itsData(new (std::nothrow) uint8_t[size ? size : 1]), itsSize(size) {
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

/// The size that a gzip file claims, in its last four bytes.
static size_t claimedSize(std::span<const uint8_t> packed) {
  const uint8_t *end = packed.data() + packed.size();
  return end[-4] | end[-3] << 8 | end[-2] << 16 | static_cast<size_t>(end[-1]) << 24;
}

static Bytes inflate(std::span<const uint8_t> packed, const std::string &path,
                     const std::string &advice) {
  auto damaged = [&](const char *why) {
    return Error{fmt::format("{}: {}: {}", path, why, advice)};
  };
  constexpr size_t smallest = 18;  // header and trailer
  constexpr size_t densest = 1032; // deflate's limit: 258 bytes from 2 bits
  if (packed.size() < smallest || claimedSize(packed) / densest > packed.size())
    throw damaged("the compressed file is damaged or cut short");
  Bytes bytes(claimedSize(packed), path);
  std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  if (!decompressor)
    throw Error{fmt::format("{}: not enough memory to inflate it", path)};
  size_t read = 0, written = 0;
  libdeflate_result result =
      libdeflate_gzip_decompress_ex(decompressor.get(), packed.data(), packed.size(), bytes.data(),
                                    bytes.size(), &read, &written);
  if (result != LIBDEFLATE_SUCCESS)
    throw damaged("the compressed file is damaged or cut short (its checksum does not agree)");
  if (read != packed.size() || written != bytes.size())
    throw damaged("the compressed file has further data behind its end");
  return bytes;
}

Bytes readPossiblyCompressed(const std::string &path, const std::string &advice) {
  Bytes bytes = readFile(path);
  if (bytes.size() < 2 || bytes.data()[0] != 0x1f || bytes.data()[1] != 0x8b)
    return bytes;
  return inflate(bytes.view(), path, advice);
}

uint32_t crc32(std::span<const uint8_t> bytes) {
  return libdeflate_crc32(0, bytes.data(), bytes.size());
}

} // namespace ingot::runtime
