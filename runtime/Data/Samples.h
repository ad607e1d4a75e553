// Arrays of samples as a program's steps read them.

#ifndef INGOT_RUNTIME_DATA_SAMPLES_H
#define INGOT_RUNTIME_DATA_SAMPLES_H

#include "runtime/ABI/Program.h"
#include "runtime/Data/Bytes.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace ingot::runtime {

/// [count][IngotArray.shape] in its element type.
struct Samples {
  Bytes storage;
  size_t offset = 0; // of the first sample
  int64_t count = 0;

  const uint8_t *data() const { return storage.data() + offset; }
};

/// Reads the named arrays of a program, each file once, in up to `threads` threads. `dataFolder`:
/// --data-dir, or empty. Throws Error where files are missing or damaged, shapes are others than
/// compiled, or a label is no class. `notices` gets what is odd yet no error.
std::map<int32_t, Samples> loadSamples(const IngotProgram &program, std::span<const int32_t> arrays,
                                       const std::string &dataFolder, int threads,
                                       std::vector<std::string> &notices);

/// Samples from elements in memory: [count][sample shape], of which a last dimension of 1 may be
/// there or not. Throws Error, naming `what`, as loadSamples does.
Samples samplesFrom(const IngotArray &array, IngotElement element,
                    const std::vector<int64_t> &shape, const void *elements,
                    const std::string &what);

/// Reads images from a .npy file, as load_data would give them: a last dimension of 1 may be there
/// or not, and whole numbers may be of any type.
Samples loadNpy(const IngotArray &array, const std::string &path);

} // namespace ingot::runtime

#endif
