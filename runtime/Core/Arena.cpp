// The arena's pages.

#include "runtime/Core/Arena.h"

#include "runtime/Core/Error.h"

#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <sys/mman.h>

namespace ingot::runtime {

static constexpr uint64_t hugePage = uint64_t(2) << 20;

Arena::Arena(uint64_t bytes) : itsBytes((bytes / hugePage + 1) * hugePage) {
  // One page more than needed, so that an aligned region lies within; what is around it goes back.
  uint64_t reserved = itsBytes + hugePage;
  void *mapping = reserved < bytes ? MAP_FAILED
                                   : mmap(nullptr, reserved, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED)
    throw Error{
        fmt::format("out of memory: the program needs {} MiB for its tensors; a smaller batch "
                    "in the script needs less",
                    (bytes >> 20) + 1)};
  auto *start = static_cast<std::byte *>(mapping);
  uint64_t front = -reinterpret_cast<uintptr_t>(start) & (hugePage - 1);
  itsData = start + front;
  if (front)
    munmap(start, front);
  if (front < hugePage)
    munmap(itsData + itsBytes, hugePage - front);
  madvise(itsData, itsBytes, MADV_HUGEPAGE);
  if (poisonRequested())
    poison(itsData, itsBytes);
}

Arena::~Arena() { munmap(itsData, itsBytes); }

bool poisonRequested() {
  const char *value = std::getenv("INGOT_POISON");
  return value && std::strcmp(value, "1") == 0;
}

void poison(std::byte *data, uint64_t bytes) { std::memset(data, 0xFF, bytes); }

} // namespace ingot::runtime
