// Writing to a descriptor until all is written.

#ifndef INGOT_RUNTIME_CORE_WRITE_ALL_H
#define INGOT_RUNTIME_CORE_WRITE_ALL_H

#include <cerrno>
#include <cstddef>
#include <span>
#include <unistd.h>

namespace ingot::runtime {

/// False with errno set where not all can be written.
inline bool writeAll(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return true;
}

} // namespace ingot::runtime

#endif
