// The random numbers that a script draws itself (np.random.choice, np.random.normal): one stream of
// the run's seed.

#ifndef INGOT_RUNTIME_PYTHON_RANDOM_H
#define INGOT_RUNTIME_PYTHON_RANDOM_H

#include <cstdint>

namespace ingot::runtime {

/// Begins the stream anew.
void seedRandom(uint64_t seed);
/// The next 64 bits.
uint64_t nextRandomBits();
/// The next `count` standard normal numbers, by the Box-Muller transform.
void randomNormals(double *to, int64_t count);

} // namespace ingot::runtime

#endif
