// Files in a tar archive.

#ifndef INGOT_RUNTIME_DATA_TAR_H
#define INGOT_RUNTIME_DATA_TAR_H

#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace ingot::runtime {

/// The regular files of an archive (POSIX 1003.1, ustar) by their names without folders. Throws
/// Error naming `path` where it is cut short or no archive.
std::map<std::string, std::span<const uint8_t>> filesOfTar(std::span<const uint8_t> archive,
                                                           const std::string &path);

} // namespace ingot::runtime

#endif
