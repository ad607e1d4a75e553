// The memory in which a program's parameters and all intermediate tensors lie, at offsets that the
// compiler has chosen.

#ifndef INGOT_RUNTIME_CORE_ARENA_H
#define INGOT_RUNTIME_CORE_ARENA_H

#include <cstddef>
#include <cstdint>

namespace ingot::runtime {

/// One region, 2 MiB aligned, in huge pages where the kernel has them. It is zero at first, or NaN
/// where $INGOT_POISON is 1.
class Arena {
public:
  /// Throws Error if the system does not give that much.
  explicit Arena(uint64_t bytes);
  ~Arena();
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;

  std::byte *data() const { return itsData; }
  uint64_t size() const { return itsBytes; }

private:
  std::byte *itsData;
  uint64_t itsBytes;
};

/// Whether $INGOT_POISON asks for the test mode in which memory that a step must not read holds
/// NaN. Results have the same bits with it.
bool poisonRequested();

/// Fills with bytes 0xFF: a quiet NaN in every floating-point type, -1 in every integer type.
void poison(std::byte *data, uint64_t bytes);

} // namespace ingot::runtime

#endif
