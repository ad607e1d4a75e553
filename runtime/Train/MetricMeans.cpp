// Accumulating metrics.

#include "runtime/Train/MetricMeans.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace ingot::runtime {

MetricMeans::MetricMeans(const IngotEntry &entry, const std::byte *arena)
    : itsEntry(entry), itsArena(arena), itsSums(entry.metric_count, 0.0),
      itsSorted(entry.metric_count), itsValues(entry.metric_count) {
  std::iota(itsSorted.begin(), itsSorted.end(), size_t(0));
  std::sort(itsSorted.begin(), itsSorted.end(), [&](size_t a, size_t b) {
    return std::strcmp(entry.metrics[a].name, entry.metrics[b].name) < 0;
  });
}

void MetricMeans::reset() {
  std::fill(itsSums.begin(), itsSums.end(), 0.0);
  itsSamples = 0;
}

void MetricMeans::restore(std::span<const double> sums, int64_t samples) {
  std::copy_n(sums.begin(), std::min(sums.size(), itsSums.size()), itsSums.begin());
  itsSamples = samples;
}

static float readFloat(const std::byte *address) {
  float value;
  std::memcpy(&value, address, sizeof value);
  return value;
}

void MetricMeans::add(int64_t rows) {
  itsSamples += rows;
  for (size_t metric = 0; metric < itsSums.size(); ++metric)
    itsSums[metric] += double(readFloat(itsArena + itsEntry.metrics[metric].offset)) * double(rows);
}

float MetricMeans::lastLoss() const {
  return itsSums.empty() ? 0 : readFloat(itsArena + itsEntry.metrics[0].offset);
}

double MetricMeans::mean(size_t metric) const {
  return itsSamples ? static_cast<float>(itsSums[metric] / double(itsSamples)) : 0;
}

std::span<const MetricValue> MetricMeans::inEntryOrder() {
  for (size_t metric = 0; metric < itsSums.size(); ++metric)
    itsValues[metric] = {itsEntry.metrics[metric].name, mean(metric)};
  return itsValues;
}

std::span<const MetricValue> MetricMeans::sorted() {
  for (size_t place = 0; place < itsSorted.size(); ++place)
    itsValues[place] = {itsEntry.metrics[itsSorted[place]].name, mean(itsSorted[place])};
  return itsValues;
}

} // namespace ingot::runtime
