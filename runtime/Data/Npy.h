// NumPy's .npy files. numpy.org/doc/stable/reference/generated/numpy.lib.format.html defines them.

#ifndef INGOT_RUNTIME_DATA_NPY_H
#define INGOT_RUNTIME_DATA_NPY_H

#include "runtime/ABI/Program.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ingot::runtime {

struct NpyHeader {
  IngotElement element = INGOT_U8;
  std::vector<int64_t> shape;
  size_t bytes = 0; // of the header: elements begin there, row-major and little-endian
};

/// Reads versions 1 to 3 with elements u1, i4, i8, f4 and f8. Throws Error naming `path` where the
/// file is damaged, of another type, in Fortran's order or big-endian, or not as long as its shape
/// says.
NpyHeader readNpyHeader(std::span<const uint8_t> file, const std::string &path);

} // namespace ingot::runtime

#endif
