// Counter-based random numbers: a number depends only on what it is for, never on which thread drew
// it or what was drawn before.
//
// Philox4x32-10 of J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as
// easy as 1, 2, 3", SC 2011: ten rounds of two 32 x 32 -> 64 bit products.

#ifndef INGOT_RUNTIME_CORE_PHILOX_H
#define INGOT_RUNTIME_CORE_PHILOX_H

#include <array>
#include <cstdint>

namespace ingot::runtime {

using PhiloxBlock = std::array<uint32_t, 4>;

/// The bijection itself.
PhiloxBlock philox4x32(PhiloxBlock counter, std::array<uint32_t, 2> key);

/// What random numbers are for. The values are part of what a seed means: never renumber.
enum class RandomPurpose : uint64_t {
  Initialize = 1,
  Shuffle = 2,
  Selfcheck = 3,
  Bench = 4,
  Script = 32
};

/// The numbers of one (seed, purpose, stream); `stream` is a parameter, an epoch, a buffer. Its key
/// is philox(counter = (stream, purpose), key = seed), so all 64 bits of each count.
class RandomStream {
public:
  RandomStream(uint64_t seed, RandomPurpose purpose, uint64_t stream);

  /// Four independent words for element `index`; `attempt` tells apart redraws for one element.
  PhiloxBlock block(uint64_t index, uint64_t attempt = 0) const;

  /// 64 random bits for element `index`.
  uint64_t bits(uint64_t index) const;

  /// Uniform in [0, 1), a multiple of 2^-24: exact as float.
  float uniform(uint64_t index) const;

  /// Standard normal, by the Box-Muller transform: sqrt(-2 ln u) cos(2 pi v), u in (0, 1].
  double normal(uint64_t index, uint64_t attempt = 0) const;

private:
  std::array<uint32_t, 2> itsKey;
};

} // namespace ingot::runtime

#endif
