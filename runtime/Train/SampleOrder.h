// The order in which an epoch reads its samples.

#ifndef INGOT_RUNTIME_TRAIN_SAMPLE_ORDER_H
#define INGOT_RUNTIME_TRAIN_SAMPLE_ORDER_H

#include <cstdint>
#include <span>

namespace ingot::runtime {

/// 0, 1, 2, ...
void orderInSequence(std::span<int32_t> order);

/// A permutation that depends on the seed and the epoch alone: R. Durstenfeld's version of the
/// shuffle of Fisher and Yates, from the last element down.
void orderShuffled(std::span<int32_t> order, uint64_t seed, int64_t epoch);

} // namespace ingot::runtime

#endif
