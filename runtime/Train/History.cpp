#include "runtime/Train/History.h"

#include <algorithm>

namespace ingot::runtime {

void History::record(int64_t epoch, const std::vector<std::pair<std::string, double>> &logs) {
  epochs.push_back(epoch);
  for (auto &[name, value] : logs) {
    auto column = std::find_if(columns.begin(), columns.end(),
                               [&name = name](const Column &each) { return each.name == name; });
    if (column == columns.end())
      column = columns.insert(column, {name, {}});
    column->values.push_back(value);
  }
}

} // namespace ingot::runtime
