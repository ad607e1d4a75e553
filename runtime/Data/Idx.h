// The IDX format of MNIST and Fashion-MNIST: two zero bytes, a type, the number of dimensions, the
// dimensions as big-endian 32-bit counts, the elements. http://yann.lecun.com/exdb/mnist defines
// it.

#ifndef INGOT_RUNTIME_DATA_IDX_H
#define INGOT_RUNTIME_DATA_IDX_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ingot::runtime {

struct IdxHeader {
  std::vector<int64_t> shape; // of the whole array, samples first
  size_t bytes = 0;           // of the header: elements begin there
};

/// Checks that the file holds bytes, and as many as its dimensions say. Throws Error naming `path`,
/// ending with `advice`.
IdxHeader readIdxHeader(std::span<const uint8_t> file, const std::string &path,
                        const std::string &advice);

} // namespace ingot::runtime

#endif
