// What the headers of NumPy's files say when a script is compiled. The runtime reads the elements.

#ifndef INGOT_COMPILER_IMPORT_NUMPY_FILES_H
#define INGOT_COMPILER_IMPORT_NUMPY_FILES_H

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ingot::import {

struct FileArray {
  std::string dtype; // "uint8"; as NumPy's descr where it is not one that can be read
  std::vector<int64_t> shape;
  bool fortran = false;
  // Of integers with one element a sample, which are class indices:
  int64_t classes = 0; // the greatest, and one
  bool gaps = false;   // not all below occur
  bool negative = false;
};

/// A .npy file has one array, of no name; a .npz file as many as it has. On failure `error` says
/// why.
std::optional<std::vector<std::pair<std::string, FileArray>>> readArrayFile(const std::string &path,
                                                                            std::string &error);

} // namespace ingot::import

#endif
