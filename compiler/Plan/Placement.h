// Where buffers lie whose lifetimes are known: plain numbers, no IR.

#ifndef INGOT_COMPILER_PLAN_PLACEMENT_H
#define INGOT_COMPILER_PLAN_PLACEMENT_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ingot::plan {

/// Every buffer starts at a multiple of this many bytes and owns its memory up to the next one:
/// kernels may write whole vectors at its end.
constexpr int64_t bufferAlignment = 64;

/// `bytes` rounded up to a multiple of `alignment`.
constexpr int64_t alignUp(int64_t bytes, int64_t alignment = bufferAlignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

/// Memory that is in use from launch `first` to launch `last`, both included.
struct Part {
  int64_t offset; // bytes from the start of its item
  int64_t bytes;
  int64_t first, last;
};

/// What is placed as one: a buffer, or buffers that must lie side by side.
struct Item {
  std::vector<Part> parts;
  std::vector<unsigned> peers; // items that a launch uses together with this one
};

struct Placement {
  std::vector<int64_t> offsets; // of each item, from 0
  int64_t bytes = 0;            // up to the end of the last
};

/// Greedy best fit, largest item first (Pisarchyk and Lee, "Efficient Memory Management for Deep
/// Neural Net Inference", 2020). Large items that are used together start at different places of a
/// 4 KiB page where that costs no more than that page: else their loads and stores fall on the same
/// cache sets, and a load waits for a store whose address differs only above bit 12.
Placement place(const std::vector<Item> &items);

/// What is wrong with a placement: two parts that are in use at once and overlap, a part that is
/// not aligned or one that lies outside of `bytes`. Compares all pairs and shares no code with
/// `place`.
std::optional<std::string> findFault(const std::vector<Item> &items, const Placement &placement);

} // namespace ingot::plan

#endif
