// Random pixels and labels in every element type.

#include "runtime/Train/RandomSamples.h"

#include <cstring>

namespace ingot::runtime {

template <typename T>
static void fill(std::vector<std::byte> &bytes, int64_t elements, uint32_t bound,
                 const RandomStream &random) {
  bytes.resize(static_cast<size_t>(elements) * sizeof(T));
  for (int64_t i = 0; i < elements; ++i) {
    float unit = random.uniform(static_cast<uint64_t>(i));
    T value = bound ? static_cast<T>(static_cast<uint32_t>(unit * static_cast<float>(bound)))
                    : static_cast<T>(unit);
    std::memcpy(bytes.data() + static_cast<size_t>(i) * sizeof(T), &value, sizeof value);
  }
}

std::vector<std::byte> randomSamples(const IngotArray &array, int64_t count,
                                     const RandomStream &random) {
  int64_t elements = count;
  for (uint32_t dimension = 0; dimension < array.rank; ++dimension)
    elements *= array.shape[dimension];
  uint32_t bound = array.classes ? array.classes : 256;
  std::vector<std::byte> bytes;
  switch (array.element) {
  case INGOT_U8:
    fill<uint8_t>(bytes, elements, bound, random);
    break;
  case INGOT_I32:
    fill<int32_t>(bytes, elements, bound, random);
    break;
  case INGOT_I64:
    fill<int64_t>(bytes, elements, bound, random);
    break;
  case INGOT_F32:
    fill<float>(bytes, elements, array.classes, random);
    break;
  case INGOT_F64:
    fill<double>(bytes, elements, array.classes, random);
    break;
  }
  return bytes;
}

} // namespace ingot::runtime
