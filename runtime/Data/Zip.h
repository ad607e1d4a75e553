// Zip archives, as NumPy's .npz and Keras's .keras files are.

#ifndef INGOT_RUNTIME_DATA_ZIP_H
#define INGOT_RUNTIME_DATA_ZIP_H

#include "runtime/Data/Bytes.h"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ingot::runtime {

/// An archive in memory. Members may be stored or deflated; archives beyond 4 GiB (zip64) are not
/// read.
class Zip {
public:
  /// Throws Error naming `path` where it is damaged or no zip archive; `wanted` says what it should
  /// be then: "no .npz file; numpy.savez writes one".
  Zip(const std::string &path, const std::string &wanted);

  std::vector<std::string> names() const;
  bool has(const std::string &name) const { return itsMembers.contains(name); }
  /// Throws Error, naming the member as `shown`, where it is damaged. It is there.
  Bytes content(const std::string &name, const std::string &shown) const;

private:
  struct Member {
    uint32_t method, crc;
    size_t packed, size, offset;
  };
  void readDirectory(const std::string &wanted);

  std::string itsPath;
  Bytes itsFile;
  std::map<std::string, Member> itsMembers;
};

/// An archive of members that are stored as they are: names and contents. Throws Error where it
/// would be larger than 4 GiB.
std::vector<std::byte>
makeZip(std::span<const std::pair<std::string, std::span<const std::byte>>> members);

} // namespace ingot::runtime

#endif
