#include "runtime/Train/Pass.h"

#include "runtime/Core/Error.h"
#include "runtime/Train/SampleOrder.h"

#include <algorithm>
#include <fmt/format.h>

namespace ingot::runtime {

int64_t stepsFor(int64_t samples, int64_t batch) { return (samples + batch - 1) / batch; }

std::span<const int32_t> rowsOf(std::span<const int32_t> order, int64_t step, int64_t batch) {
  size_t first = static_cast<size_t>(step * batch);
  return order.subspan(first, std::min(static_cast<size_t>(batch), order.size() - first));
}

Pass::Pass(Session::Parts &parts, const IngotEntry &entry, int64_t batch, const Rows &rows)
    : itsBatch(batch), itsRunner(parts.runner(entry)), itsRows(rows),
      itsOrder(static_cast<size_t>(parts.sampleCount(entry))), means(entry, parts.arena.data()) {
  if (itsRows && itsRows->empty())
    throw Error{fmt::format("'{}': the part of the samples that the script takes is empty",
                            parts.program.arrays[entry.images].source)};
  if (itsRows)
    itsOrder = *itsRows;
  else
    orderInSequence(itsOrder);
}

int64_t Pass::steps() const { return stepsFor(samples(), itsBatch); }

void Pass::shuffle(uint64_t seed, int64_t number) {
  orderShuffled(itsOrder, seed, number);
  if (itsRows)
    for (int32_t &row : itsOrder)
      row = (*itsRows)[static_cast<size_t>(row)];
}

void Pass::step(int64_t step) {
  std::span<const int32_t> rows = rowsOf(itsOrder, step, itsBatch);
  itsRunner.run(rows);
  means.add(static_cast<int64_t>(rows.size()));
}

} // namespace ingot::runtime
