// Shuffling.

#include "runtime/Train/SampleOrder.h"

#include "runtime/Core/Philox.h"

#include <numeric>
#include <utility>

namespace ingot::runtime {

void orderInSequence(std::span<int32_t> order) { std::iota(order.begin(), order.end(), 0); }

void orderShuffled(std::span<int32_t> order, uint64_t seed, int64_t epoch) {
  orderInSequence(order);
  RandomStream random(seed, RandomPurpose::Shuffle, static_cast<uint64_t>(epoch));
  for (size_t last = order.size(); last > 1; --last) {
    // The high half of 64 bits times `last` is below it, uniform within last / 2^64.
    auto product = static_cast<unsigned __int128>(random.bits(last)) * last;
    std::swap(order[last - 1], order[static_cast<size_t>(product >> 64)]);
  }
}

} // namespace ingot::runtime
