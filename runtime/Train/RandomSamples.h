// Samples made of random numbers, where a step is to run and no data set is needed.

#ifndef INGOT_RUNTIME_TRAIN_RANDOM_SAMPLES_H
#define INGOT_RUNTIME_TRAIN_RANDOM_SAMPLES_H

#include "runtime/ABI/Program.h"
#include "runtime/Core/Philox.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ingot::runtime {

/// `count` samples of an array: labels below its number of classes, pixels from 0 to 255, or in [0,
/// 1) where they are floating-point.
std::vector<std::byte> randomSamples(const IngotArray &array, int64_t count,
                                     const RandomStream &random);

} // namespace ingot::runtime

#endif
