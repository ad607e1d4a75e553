// Dependencies of launches, transitively reduced.

#include "compiler/Plan/Dependencies.h"

#include <algorithm>

namespace ingot::plan {

bool isConflict(const std::vector<Access> &a, const std::vector<Access> &b) {
  for (const Access &x : a)
    for (const Access &y : b)
      if ((x.written || y.written) && x.begin < y.end && y.begin < x.end)
        return true;
  return false;
}

std::vector<std::vector<int64_t>> dependencies(const std::vector<std::vector<Access>> &launches) {
  size_t count = launches.size();
  std::vector<std::vector<int64_t>> after(count);
  std::vector<std::vector<bool>> before(count,
                                        std::vector<bool>(count, false)); // the closure of `after`
  for (size_t i = 0; i < count; ++i) {
    // From the nearest launch backwards: what a nearer one waits for need not be named again.
    for (size_t j = i; j-- > 0;) {
      if (before[i][j] || !isConflict(launches[i], launches[j]))
        continue;
      after[i].push_back(static_cast<int64_t>(j));
      before[i][j] = true;
      for (size_t k = 0; k < j; ++k)
        before[i][k] = before[i][k] || before[j][k];
    }
    std::reverse(after[i].begin(), after[i].end());
  }
  return after;
}

} // namespace ingot::plan
