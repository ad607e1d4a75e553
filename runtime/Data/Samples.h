// Arrays of samples as a program's steps read them, from the files of data sets.

#ifndef INGOT_RUNTIME_DATA_SAMPLES_H
#define INGOT_RUNTIME_DATA_SAMPLES_H

#include "runtime/ABI/Program.h"
#include "runtime/Data/Bytes.h"

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

/// Where data sets may be: `dataFolder` (--data-dir) alone if it is not empty, or else $INGOT_DATA,
/// Keras's cache, ~/.cache/ingot, Debian's package; in each the folder itself and one in it that is
/// named as the data set.
std::vector<std::string> dataFolders(const std::string &dataFolder, const std::string &source);

/// Reads what an array names. Throws Error where files are missing or damaged, shapes are others
/// than compiled, or a label is no class. `notices` gets what is odd yet no error.
Samples loadSamples(const IngotArray &array, const std::string &dataFolder,
                    std::vector<std::string> &notices);

/// Reads images from a .npy file, as load_data would give them: a last dimension of 1 may be there
/// or not, and whole numbers may be of any type.
Samples loadNpy(const IngotArray &array, const std::string &path);

} // namespace ingot::runtime

#endif
