// Greedy best-fit placement of buffers, and its proof.

#include "compiler/Plan/Placement.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>

namespace ingot::plan {

namespace {

constexpr int64_t page = 4096;
/// Items from this size on are worth a place in the page of their own.
constexpr int64_t largeBytes = 4 * page;
/// How far the starts of two large items in use together should be apart within a page.
constexpr int64_t phaseDistance = 4 * bufferAlignment;

/// Open interval of offsets that an item cannot take.
struct Forbidden {
  int64_t after, before;
};

bool meetInTime(const Part &a, const Part &b) { return a.first <= b.last && b.first <= a.last; }

int64_t sizeOf(const Item &item) {
  int64_t bytes = 0;
  for (const Part &part : item.parts)
    bytes = std::max(bytes, part.offset + part.bytes);
  return alignUp(bytes);
}

class Placer {
public:
  explicit Placer(const std::vector<Item> &items) : items(items), placed(items.size(), false) {
    result.offsets.resize(items.size(), 0);
    for (const Item &item : items)
      sizes.push_back(sizeOf(item));
  }

  Placement run() {
    std::vector<unsigned> order(items.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](unsigned a, unsigned b) {
      return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : a < b;
    });
    for (unsigned index : order) {
      result.offsets[index] = choose(index);
      placed[index] = true;
      result.bytes = std::max(result.bytes, result.offsets[index] + sizes[index]);
    }
    return std::move(result);
  }

private:
  /// The offsets that parts already placed rule out, in increasing order of their lower ends.
  std::vector<Forbidden> forbiddenFor(const Item &item) const {
    std::vector<Forbidden> intervals;
    for (size_t other = 0; other < items.size(); ++other) {
      if (!placed[other])
        continue;
      for (const Part &there : items[other].parts)
        for (const Part &here : item.parts)
          if (meetInTime(here, there)) {
            int64_t start = result.offsets[other] + there.offset;
            intervals.push_back({start - here.offset - alignUp(here.bytes),
                                 start + alignUp(there.bytes) - here.offset});
          }
    }
    std::sort(intervals.begin(), intervals.end(),
              [](const Forbidden &a, const Forbidden &b) { return a.after < b.after; });
    return intervals;
  }

  /// The tightest gap that holds the item; above all that is in use meanwhile if none does.
  int64_t choose(unsigned index) const {
    int64_t best = -1, bestSlack = std::numeric_limits<int64_t>::max(), low = 0;
    for (const Forbidden &interval : forbiddenFor(items[index])) {
      int64_t slack = interval.after - low;
      if (slack >= 0 && slack < bestSlack) {
        best = skew(index, low, interval.after);
        bestSlack = slack;
      }
      low = std::max(low, interval.before);
    }
    return best >= 0 ? best : skew(index, low, low + page - bufferAlignment);
  }

  /// The first offset of [low, high] whose place in the page is far from those of the items used
  /// together.
  int64_t skew(unsigned index, int64_t low, int64_t high) const {
    if (sizes[index] < largeBytes)
      return low;
    for (int64_t at = low; at <= std::min(high, low + page - bufferAlignment);
         at += bufferAlignment)
      if (isFarFromPeers(index, at))
        return at;
    return low;
  }

  bool isFarFromPeers(unsigned index, int64_t at) const {
    return std::none_of(items[index].peers.begin(), items[index].peers.end(), [&](unsigned peer) {
      if (peer == index || !placed[peer] || sizes[peer] < largeBytes)
        return false;
      int64_t distance = std::abs(at % page - result.offsets[peer] % page);
      return std::min(distance, page - distance) < phaseDistance;
    });
  }

  const std::vector<Item> &items;
  std::vector<bool> placed;
  std::vector<int64_t> sizes;
  Placement result;
};

} // namespace

Placement place(const std::vector<Item> &items) { return Placer(items).run(); }

std::optional<std::string> findFault(const std::vector<Item> &items, const Placement &placement) {
  struct Placed {
    size_t item;
    int64_t begin, end, first, last;
  };
  std::vector<Placed> all;
  for (size_t i = 0; i < items.size(); ++i)
    for (const Part &part : items[i].parts) {
      int64_t begin = placement.offsets[i] + part.offset, end = begin + part.bytes;
      if (begin % bufferAlignment)
        return "buffer " + std::to_string(i) + " is not aligned: offset " + std::to_string(begin);
      if (begin < 0 || end > placement.bytes)
        return "buffer " + std::to_string(i) + " lies outside of the arena: [" +
               std::to_string(begin) + ", " + std::to_string(end) + ")";
      all.push_back({i, begin, end, part.first, part.last});
    }
  for (size_t i = 0; i < all.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      bool together = !(all[i].last < all[j].first || all[j].last < all[i].first);
      bool apart = all[i].end <= all[j].begin || all[j].end <= all[i].begin;
      if (together && !apart)
        return "buffers " + std::to_string(all[j].item) + " and " + std::to_string(all[i].item) +
               " are in use at the same time and overlap at offset " +
               std::to_string(std::max(all[i].begin, all[j].begin));
    }
  return std::nullopt;
}

} // namespace ingot::plan
