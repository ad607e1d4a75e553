// The random numbers that a script draws itself (np.random.choice, np.random.normal): of the run's
// seed, a stream for each place that draws, so that what is drawn there does not depend on what
// else of the script runs.

#ifndef INGOT_RUNTIME_PYTHON_RANDOM_H
#define INGOT_RUNTIME_PYTHON_RANDOM_H

#include <cstdint>

namespace ingot::runtime {

/// Begins all streams anew.
void seedRandom(uint64_t seed);
/// What is drawn next is drawn by that place of the script.
void drawAt(uint64_t place);
/// The next 64 bits.
uint64_t nextRandomBits();
/// The next `count` standard normal numbers, by the Box-Muller transform.
void randomNormals(double *to, int64_t count);

} // namespace ingot::runtime

#endif
