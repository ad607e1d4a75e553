// Draws by counting.

#include "runtime/Python/Random.h"

#include "runtime/Core/Philox.h"

#include <cmath>
#include <map>
#include <numbers>

namespace ingot::runtime {

static uint64_t seedOfRun = 0, placeOfDraws = 0;
/// How much has been drawn at each place.
static std::map<uint64_t, uint64_t> drawn;

void seedRandom(uint64_t seed) {
  seedOfRun = seed;
  drawn.clear();
}

void drawAt(uint64_t place) { placeOfDraws = place; }

uint64_t nextRandomBits() {
  return RandomStream(seedOfRun, RandomPurpose::Script, placeOfDraws).bits(drawn[placeOfDraws]++);
}

void randomNormals(double *to, int64_t count) {
  RandomStream stream(seedOfRun, RandomPurpose::Script, placeOfDraws);
  uint64_t &next = drawn[placeOfDraws];
  // Each draw gives two words of 64 bits, and with them two numbers.
  for (int64_t i = 0; i < count; i += 2) {
    PhiloxBlock block = stream.block(next++);
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
