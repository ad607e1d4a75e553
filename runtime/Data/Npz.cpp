#include "runtime/Data/Npz.h"

#include "runtime/Core/Error.h"
#include "runtime/Data/Npy.h"

#include <fmt/format.h>

namespace ingot::runtime {

Npz::Npz(const std::string &path)
    : itsPath(path), itsArchive(path, "no .npz file; numpy.savez writes one") {}

FoundArray Npz::read(const std::string &name) const {
  std::string member = name + ".npy";
  if (!itsArchive.has(member)) {
    std::string names;
    for (const std::string &key : itsArchive.names())
      names += (names.empty() ? "" : ", ") + key.substr(0, key.rfind(".npy"));
    throw Error{fmt::format("{}: has no array '{}'; it has {}", itsPath, name, names)};
  }
  FoundArray found;
  found.path = fmt::format("{}, {}", itsPath, name);
  Bytes bytes = itsArchive.content(member, found.path);
  NpyHeader header = readNpyHeader(bytes.view(), found.path);
  found.element = header.element;
  found.shape = header.shape;
  found.samples = {std::move(bytes), header.bytes, header.shape.empty() ? 0 : header.shape[0]};
  return found;
}

} // namespace ingot::runtime
