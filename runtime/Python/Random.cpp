// Draws by counting.

#include "runtime/Python/Random.h"

#include "runtime/Core/Philox.h"

namespace ingot::runtime {

static uint64_t seedOfRun = 0, drawn = 0;

void seedRandom(uint64_t seed) {
  seedOfRun = seed;
  drawn = 0;
}

uint64_t nextRandomBits() {
  return RandomStream(seedOfRun, RandomPurpose::Script, 0).bits(drawn++);
}

} // namespace ingot::runtime
