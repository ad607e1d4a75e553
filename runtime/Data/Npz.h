// NumPy's .npz files: .npy files in a zip archive.

#ifndef INGOT_RUNTIME_DATA_NPZ_H
#define INGOT_RUNTIME_DATA_NPZ_H

#include "runtime/Data/Reader.h"
#include "runtime/Data/Zip.h"

namespace ingot::runtime {

class Npz {
public:
  /// Throws Error naming `path` where it is no zip archive or damaged.
  explicit Npz(const std::string &path);

  /// The array that np.load(path)[name] gives. Throws Error where there is none, listing what there
  /// is.
  FoundArray read(const std::string &name) const;

private:
  std::string itsPath;
  Zip itsArchive;
};

} // namespace ingot::runtime

#endif
