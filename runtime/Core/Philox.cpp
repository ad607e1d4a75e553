// Philox4x32-10 and the distributions drawn from it.

#include "runtime/Core/Philox.h"

#include <cmath>
#include <numbers>

namespace ingot::runtime {

PhiloxBlock philox4x32(PhiloxBlock counter, std::array<uint32_t, 2> key) {
  // The paper's multipliers, and Weyl increments for the key: the golden ratio and sqrt(3) - 1.
  constexpr uint64_t multiplier0 = 0xD2511F53, multiplier1 = 0xCD9E8D57;
  constexpr uint32_t weyl0 = 0x9E3779B9, weyl1 = 0xBB67AE85;
  for (int round = 0; round < 10; ++round) {
    uint64_t product0 = multiplier0 * counter[0];
    uint64_t product1 = multiplier1 * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(product0)};
    key[0] += weyl0;
    key[1] += weyl1;
  }
  return counter;
}

static PhiloxBlock counterOf(uint64_t low, uint64_t high) {
  return {static_cast<uint32_t>(low), static_cast<uint32_t>(low >> 32), static_cast<uint32_t>(high),
          static_cast<uint32_t>(high >> 32)};
}

RandomStream::RandomStream(uint64_t seed, RandomPurpose purpose, uint64_t stream) {
  PhiloxBlock key = philox4x32(counterOf(stream, static_cast<uint64_t>(purpose)),
                               {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)});
  itsKey = {key[0], key[1]};
}

PhiloxBlock RandomStream::block(uint64_t index, uint64_t attempt) const {
  return philox4x32(counterOf(index, attempt), itsKey);
}

uint64_t RandomStream::bits(uint64_t index) const {
  PhiloxBlock words = block(index);
  return static_cast<uint64_t>(words[1]) << 32 | words[0];
}

float RandomStream::uniform(uint64_t index) const {
  return static_cast<float>(block(index)[0] >> 8) * 0x1p-24f;
}

double RandomStream::normal(uint64_t index, uint64_t attempt) const {
  PhiloxBlock words = block(index, attempt);
  // 53 bits for the radius, so that tails reach 8.5 sigma; never 0, whose logarithm is infinite.
  uint64_t radiusBits = (static_cast<uint64_t>(words[1]) << 32 | words[0]) >> 11;
  double u = (static_cast<double>(radiusBits) + 1) * 0x1p-53;
  double v = static_cast<double>(words[2]) * 0x1p-32;
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
}

} // namespace ingot::runtime
