// The zip format as NumPy writes it: pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.

#include "runtime/Data/Npz.h"

#include "runtime/Core/Error.h"
#include "runtime/Data/Npy.h"

#include <algorithm>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {

/// Little-endian numbers of a file; beyond its end they are an error.
class Numbers {
public:
  Numbers(std::span<const uint8_t> bytes, const std::string &path)
      : itsBytes(bytes), itsPath(path) {}

  std::span<const uint8_t> at(size_t offset, size_t count) const {
    if (offset > itsBytes.size() || count > itsBytes.size() - offset)
      throw Error{itsPath + ": the archive is damaged or cut short"};
    return itsBytes.subspan(offset, count);
  }
  uint32_t u16(size_t offset) const {
    auto bytes = at(offset, 2);
    return bytes[0] | bytes[1] << 8;
  }
  uint32_t u32(size_t offset) const { return u16(offset) | u16(offset + 2) << 16; }

private:
  std::span<const uint8_t> itsBytes;
  const std::string &itsPath;
};

constexpr uint32_t endRecord = 0x06054b50, directoryEntry = 0x02014b50, localHeader = 0x04034b50;

} // namespace

Npz::Npz(const std::string &path) : itsPath(path), itsFile(readFile(path)) { readDirectory(); }

void Npz::readDirectory() {
  Numbers file(itsFile.view(), itsPath);
  constexpr size_t endBytes = 22, longestComment = 65535;
  if (itsFile.size() < endBytes || file.u16(0) != 0x4b50)
    throw Error{itsPath + ": no .npz file; numpy.savez writes one"};
  size_t end = itsFile.size() - endBytes, last = end - std::min(end, longestComment);
  while (file.u32(end) != endRecord)
    if (end-- == last)
      throw Error{itsPath + ": the archive is damaged or cut short"};
  size_t at = file.u32(end + 16);
  for (uint32_t left = file.u16(end + 10); left > 0; --left) {
    if (file.u32(at) != directoryEntry)
      throw Error{itsPath + ": the archive is damaged"};
    Member member{file.u16(at + 10), file.u32(at + 16), file.u32(at + 20), file.u32(at + 24),
                  file.u32(at + 42)};
    if (member.packed == UINT32_MAX || member.size == UINT32_MAX || member.offset == UINT32_MAX)
      throw Error{itsPath + ": an archive of more than 4 GiB; np.save the arrays instead"};
    uint32_t length = file.u16(at + 28);
    auto name = file.at(at + 46, length);
    itsMembers[std::string(name.begin(), name.end())] = member;
    at += 46 + length + file.u16(at + 30) + file.u16(at + 32);
  }
}

Bytes Npz::content(const std::string &name, const Member &member) const {
  Numbers file(itsFile.view(), itsPath);
  if (file.u32(member.offset) != localHeader)
    throw Error{itsPath + ": the archive is damaged"};
  size_t start = member.offset + 30 + file.u16(member.offset + 26) + file.u16(member.offset + 28);
  auto packed = file.at(start, member.packed);
  std::string what = fmt::format("{}, {}", itsPath, name);
  constexpr size_t densest = 1032; // deflate's limit: 258 bytes from 2 bits
  if (member.method == 0 ? member.size != member.packed
                         : member.method != 8 || member.size / densest > member.packed)
    throw Error{what + ": neither stored nor deflated; numpy.savez writes such members"};
  Bytes bytes;
  if (member.method == 8) {
    bytes = inflateRaw(packed, member.size, what);
  } else {
    bytes = Bytes(member.size, what);
    std::copy(packed.begin(), packed.end(), bytes.data());
  }
  if (crc32(bytes.view()) != member.crc)
    throw Error{what + ": damaged (its checksum does not agree)"};
  return bytes;
}

FoundArray Npz::read(const std::string &name) const {
  auto member = itsMembers.find(name + ".npy");
  if (member == itsMembers.end()) {
    std::string names;
    for (const auto &[key, unused] : itsMembers)
      names += (names.empty() ? "" : ", ") + key.substr(0, key.rfind(".npy"));
    throw Error{fmt::format("{}: has no array '{}'; it has {}", itsPath, name, names)};
  }
  FoundArray found;
  found.path = fmt::format("{}, {}", itsPath, name);
  Bytes bytes = content(name, member->second);
  NpyHeader header = readNpyHeader(bytes.view(), found.path);
  found.element = header.element;
  found.shape = header.shape;
  found.samples = {std::move(bytes), header.bytes, header.shape.empty() ? 0 : header.shape[0]};
  return found;
}

} // namespace ingot::runtime
