// The zip format without its extensions: pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.

#include "runtime/Data/Zip.h"

#include "runtime/Core/Error.h"

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

//===- Reading --------------------------------------------------------------------------------===//

Zip::Zip(const std::string &path, const std::string &wanted)
    : itsPath(path), itsFile(readFile(path)) {
  readDirectory(wanted);
}

void Zip::readDirectory(const std::string &wanted) {
  Numbers file(itsFile.view(), itsPath);
  constexpr size_t endBytes = 22, longestComment = 65535;
  if (itsFile.size() < endBytes || file.u16(0) != 0x4b50)
    throw Error{fmt::format("{}: {}", itsPath, wanted)};
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
      throw Error{itsPath + ": an archive of more than 4 GiB is not supported"};
    uint32_t length = file.u16(at + 28);
    auto name = file.at(at + 46, length);
    itsMembers[std::string(name.begin(), name.end())] = member;
    at += 46 + length + file.u16(at + 30) + file.u16(at + 32);
  }
}

std::vector<std::string> Zip::names() const {
  std::vector<std::string> names;
  for (const auto &[name, member] : itsMembers)
    names.push_back(name);
  return names;
}

Bytes Zip::content(const std::string &name, const std::string &shown) const {
  const Member &member = itsMembers.at(name);
  Numbers file(itsFile.view(), itsPath);
  if (file.u32(member.offset) != localHeader)
    throw Error{itsPath + ": the archive is damaged"};
  size_t start = member.offset + 30 + file.u16(member.offset + 26) + file.u16(member.offset + 28);
  auto packed = file.at(start, member.packed);
  constexpr size_t densest = 1032; // deflate's limit: 258 bytes from 2 bits
  if (member.method == 0 ? member.size != member.packed
                         : member.method != 8 || member.size / densest > member.packed)
    throw Error{shown + ": neither stored nor deflated, as members should be"};
  Bytes bytes;
  if (member.method == 8) {
    bytes = inflateRaw(packed, member.size, shown);
  } else {
    bytes = Bytes(member.size, shown);
    std::copy(packed.begin(), packed.end(), bytes.data());
  }
  if (crc32(bytes.view()) != member.crc)
    throw Error{shown + ": damaged (its checksum does not agree)"};
  return bytes;
}

//===- Writing --------------------------------------------------------------------------------===//

namespace {
class Archive {
public:
  void u16(uint32_t value) {
    content.push_back(static_cast<std::byte>(value));
    content.push_back(static_cast<std::byte>(value >> 8));
  }
  void u32(size_t value) {
    u16(static_cast<uint32_t>(value));
    u16(static_cast<uint32_t>(value >> 16));
  }
  void bytes(std::span<const std::byte> bytes) {
    content.insert(content.end(), bytes.begin(), bytes.end());
  }
  /// What local headers and the directory's entries share: the member is stored, of 1980-01-01.
  void description(const std::string &name, std::span<const std::byte> data) {
    u16(20); // the version of the format that a reader must know: 2.0
    u16(0);
    u16(0);
    u16(0);
    u16(1 << 5 | 1);
    u32(crc32({reinterpret_cast<const uint8_t *>(data.data()), data.size()}));
    u32(data.size());
    u32(data.size());
    u16(static_cast<uint32_t>(name.size()));
    u16(0);
  }

  std::vector<std::byte> content;
};
} // namespace

std::vector<std::byte>
makeZip(std::span<const std::pair<std::string, std::span<const std::byte>>> members) {
  Archive archive, directory;
  for (const auto &[name, data] : members) {
    size_t offset = archive.content.size();
    if (data.size() >= UINT32_MAX - (1 << 20) || offset + data.size() >= UINT32_MAX - (1 << 20))
      throw Error{name + ": an archive of more than 4 GiB is not supported"};
    Archive about;
    about.description(name, data);
    archive.u32(localHeader);
    archive.bytes(about.content);
    archive.bytes(std::as_bytes(std::span(name)));
    archive.bytes(data);
    directory.u32(directoryEntry);
    directory.u16(20);
    directory.bytes(about.content);
    for (int i = 0; i < 3; ++i) // comment, disk, attributes
      directory.u16(0);
    directory.u32(0);
    directory.u32(offset);
    directory.bytes(std::as_bytes(std::span(name)));
  }
  size_t start = archive.content.size();
  archive.bytes(directory.content);
  archive.u32(endRecord);
  archive.u32(0); // disks
  for (int i = 0; i < 2; ++i)
    archive.u16(static_cast<uint32_t>(members.size()));
  archive.u32(directory.content.size());
  archive.u32(start);
  archive.u16(0);
  return std::move(archive.content);
}

} // namespace ingot::runtime
