// NumPy's .npz files: .npy files in a zip archive.

#ifndef INGOT_RUNTIME_DATA_NPZ_H
#define INGOT_RUNTIME_DATA_NPZ_H

#include "runtime/Data/Reader.h"

#include <map>

namespace ingot::runtime {

/// An archive in memory. Members may be stored or deflated; archives beyond 4 GiB (zip64) are not
/// read.
class Npz {
public:
  /// Throws Error naming `path` where it is no zip archive or damaged.
  explicit Npz(const std::string &path);

  /// The array that np.load(path)[name] gives. Throws Error where there is none, listing what there
  /// is.
  FoundArray read(const std::string &name) const;

private:
  struct Member {
    uint32_t method, crc;
    size_t packed, size, offset;
  };
  void readDirectory();
  Bytes content(const std::string &name, const Member &member) const;

  std::string itsPath;
  Bytes itsFile;
  std::map<std::string, Member> itsMembers;
};

} // namespace ingot::runtime

#endif
