// The header of IDX files.

#include "runtime/Data/Idx.h"

#include "runtime/Core/Error.h"

#include <fmt/format.h>

namespace ingot::runtime {

IdxHeader readIdxHeader(std::span<const uint8_t> file, const std::string &path,
                        const std::string &advice) {
  auto fail = [&](const std::string &why) {
    return Error{fmt::format("{}: {}: {}", path, why, advice)};
  };
  if (file.size() < 4)
    throw fail(fmt::format("no IDX file, it has only {} bytes", file.size()));
  if (file[0] != 0 || file[1] != 0 || file[3] == 0)
    throw fail(fmt::format("no IDX file, it begins with bytes {:02x} {:02x} {:02x} {:02x}", file[0],
                           file[1], file[2], file[3]));
  constexpr uint8_t unsignedBytes = 0x08;
  if (file[2] != unsignedBytes)
    throw fail(fmt::format("elements of IDX type {:#04x}, bytes (0x08) are needed", file[2]));
  size_t rank = file[3];
  IdxHeader header{{}, 4 + 4 * rank};
  if (file.size() < header.bytes)
    throw fail("cut short within its header");
  unsigned __int128 elements = 1;
  for (size_t axis = 0; axis < rank; ++axis) {
    const uint8_t *at = file.data() + 4 + 4 * axis;
    uint32_t size = static_cast<uint32_t>(at[0]) << 24 | at[1] << 16 | at[2] << 8 | at[3];
    header.shape.push_back(size);
    elements *= size;
    if (elements > UINT64_MAX / 2)
      throw fail("its dimensions are absurd");
  }
  size_t needed = static_cast<size_t>(elements), has = file.size() - header.bytes;
  if (has < needed)
    throw fail(fmt::format("cut short: {} of {} bytes of elements are there", has, needed));
  if (has > needed)
    throw fail(
        fmt::format("{} bytes behind the {} that its header announces", has - needed, needed));
  return header;
}

} // namespace ingot::runtime
