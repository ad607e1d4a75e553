// Draws by counting.

#include "runtime/Python/Random.h"

#include "runtime/Core/Philox.h"

#include <cmath>
#include <numbers>

namespace ingot::runtime {

static uint64_t seedOfRun = 0, drawn = 0;

void seedRandom(uint64_t seed) {
  seedOfRun = seed;
  drawn = 0;
}

uint64_t nextRandomBits() {
  return RandomStream(seedOfRun, RandomPurpose::Script, 0).bits(drawn++);
}

void randomNormals(double *to, int64_t count) {
  RandomStream stream(seedOfRun, RandomPurpose::Script, 0);
  // Each draw gives two words of 64 bits, and with them two numbers.
  for (int64_t i = 0; i < count; i += 2) {
    PhiloxBlock block = stream.block(drawn++);
    auto unit = [&](size_t word) {
      uint64_t bits = (static_cast<uint64_t>(block[word + 1]) << 32 | block[word]) >> 11;
      return static_cast<double>(bits) * 0x1p-53;
    };
    double radius = std::sqrt(-2 * std::log(1 - unit(0))), angle = 2 * std::numbers::pi * unit(2);
    to[i] = radius * std::cos(angle);
    if (i + 1 < count)
      to[i + 1] = radius * std::sin(angle);
  }
}

} // namespace ingot::runtime
