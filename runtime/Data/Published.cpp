// What is known of published data sets.

#include "runtime/Data/Published.h"

#include <algorithm>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {

struct Published {
  const char *source;
  IngotSplit split;
  int64_t samples;
  uint32_t imagesCrc, labelsCrc; // of the inflated files; 0: not known
  uint8_t firstLabels[10];
};

constexpr Published published[] = {
    {"fashion_mnist",
     INGOT_SPLIT_TRAIN,
     60000,
     0xb4f29f28,
     0x741a4657,
     {9, 0, 0, 3, 0, 2, 7, 2, 5, 5}},
    {"fashion_mnist",
     INGOT_SPLIT_TEST,
     10000,
     0x678fe0b1,
     0x80142c1f,
     {9, 2, 1, 1, 6, 1, 4, 6, 5, 7}},
    {"mnist", INGOT_SPLIT_TRAIN, 60000, 0, 0, {5, 0, 4, 1, 9, 2, 1, 3, 1, 4}},
    {"mnist", INGOT_SPLIT_TEST, 10000, 0, 0, {7, 2, 1, 0, 4, 1, 4, 9, 5, 9}},
    {"cifar10", INGOT_SPLIT_TRAIN, 50000, 0, 0, {6, 9, 9, 4, 1, 1, 2, 7, 8, 3}},
    {"cifar10", INGOT_SPLIT_TEST, 10000, 0, 0, {3, 8, 8, 0, 6, 6, 1, 6, 3, 1}},
    {"cifar100", INGOT_SPLIT_TRAIN, 50000, 0, 0, {19, 29, 0, 11, 1, 86, 90, 28, 23, 31}},
    {"cifar100", INGOT_SPLIT_TEST, 10000, 0, 0, {49, 33, 72, 51, 71, 92, 15, 14, 23, 0}}};

bool matches(const Published &row, const ArrayRequest &array, const uint32_t *crc) {
  const Samples &samples = array.found.samples;
  if (samples.count != row.samples)
    return false;
  uint32_t known = array.isLabels() ? row.labelsCrc : row.imagesCrc;
  if (crc && known)
    return *crc == known;
  return !array.isLabels() ||
         std::equal(row.firstLabels, std::end(row.firstLabels), samples.data());
}

} // namespace

void noticeUnlessPublished(IngotReadRequest &request, const ArrayRequest &array,
                           const uint32_t *crc) {
  for (const Published &row : published)
    if (request.source == row.source && array.array.split == static_cast<uint32_t>(row.split) &&
        !matches(row, array, crc))
      request.notices.push_back(fmt::format("{}: not the published {} ({} samples)",
                                            array.found.path, request.source,
                                            array.found.samples.count));
}

} // namespace ingot::runtime
