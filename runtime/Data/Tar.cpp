// Headers of 512 bytes, each before a file's content that is padded to whole blocks.

#include "runtime/Data/Tar.h"

#include "runtime/Core/Error.h"

#include <algorithm>
#include <cstring>

namespace ingot::runtime {

static constexpr size_t block = 512;

/// Octal digits between spaces or zero bytes.
static size_t octal(std::span<const uint8_t> field) {
  size_t value = 0;
  for (uint8_t digit : field)
    if (digit >= '0' && digit <= '7')
      value = value * 8 + (digit - '0');
  return value;
}

/// The sum of all bytes, with those of the sum itself counted as spaces.
static bool checksumAgrees(std::span<const uint8_t> header) {
  size_t sum = 0;
  for (size_t i = 0; i < block; ++i)
    sum += i >= 148 && i < 156 ? ' ' : header[i];
  return sum == octal(header.subspan(148, 8));
}

std::map<std::string, std::span<const uint8_t>> filesOfTar(std::span<const uint8_t> archive,
                                                           const std::string &path) {
  std::map<std::string, std::span<const uint8_t>> files;
  for (size_t at = 0; at + block <= archive.size() && archive[at] != 0;) {
    std::span<const uint8_t> header = archive.subspan(at, block);
    if (!checksumAgrees(header))
      throw Error{path + ": no tar archive, or a damaged one"};
    size_t size = octal(header.subspan(124, 12));
    at += block;
    if (size > archive.size() - at)
      throw Error{path + ": the archive is cut short"};
    const char *text = reinterpret_cast<const char *>(header.data());
    std::string name(text, strnlen(text, 100));
    uint8_t type = header[156];
    if (type == '0' || type == 0)
      files[name.substr(name.rfind('/') + 1)] = archive.subspan(at, size);
    at = std::min(archive.size(), at + (size + block - 1) / block * block);
  }
  if (files.empty())
    throw Error{path + ": no tar archive, or an empty one"};
  return files;
}

} // namespace ingot::runtime
