// Conversion of samples, and the check of labels.

#include "runtime/Data/Convert.h"

#include "runtime/Core/Error.h"

#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <type_traits>

namespace ingot::runtime {

const char *elementName(uint32_t element) {
  static const char *const names[] = {"uint8", "int32", "int64", "float32", "float64"};
  return element <= INGOT_F64 ? names[element] : "unknown";
}

size_t elementSize(uint32_t element) {
  static const size_t sizes[] = {1, 4, 8, 4, 8};
  if (element > INGOT_F64)
    throw Error{
        fmt::format("this program's descriptor has element type {}; compile it again", element)};
  return sizes[element];
}

int64_t sampleElements(const IngotArray &array) {
  int64_t elements = 1;
  for (uint32_t axis = 0; axis < array.rank; ++axis)
    elements *= array.shape[axis];
  return elements;
}

template <typename To, typename From>
static void convertElements(const uint8_t *from, uint8_t *to, size_t count,
                            const std::string &path) {
  for (size_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, from + i * sizeof value, sizeof value);
    if constexpr (std::is_integral_v<To>) {
      // As doubles: exact but for huge int64, which no narrower type takes anyway.
      double wide = static_cast<double>(value);
      if (!(wide >= static_cast<double>(std::numeric_limits<To>::min()) &&
            wide <= static_cast<double>(std::numeric_limits<To>::max()) &&
            wide == std::floor(wide)))
        throw Error{fmt::format("{}: element {} is {}; this program reads {}, as load_data gives "
                                "them, before any scaling",
                                path, i, value,
                                sizeof(To) == 1 ? "whole numbers from 0 to 255" : "whole numbers")};
    }
    To converted = static_cast<To>(value);
    std::memcpy(to + i * sizeof converted, &converted, sizeof converted);
  }
}

template <typename From>
static void convertFrom(const uint8_t *from, uint8_t *to, size_t count, uint32_t element,
                        const std::string &path) {
  switch (element) {
  case INGOT_U8:
    return convertElements<uint8_t, From>(from, to, count, path);
  case INGOT_I32:
    return convertElements<int32_t, From>(from, to, count, path);
  case INGOT_I64:
    return convertElements<int64_t, From>(from, to, count, path);
  case INGOT_F32:
    return convertElements<float, From>(from, to, count, path);
  default:
    return convertElements<double, From>(from, to, count, path);
  }
}

Samples convertSamples(Samples samples, IngotElement from, const IngotArray &array,
                       const std::string &path) {
  if (from == static_cast<IngotElement>(array.element))
    return samples;
  size_t count = static_cast<size_t>(samples.count * sampleElements(array));
  Samples result{Bytes(count * elementSize(array.element), path), 0, samples.count};
  uint8_t *to = result.storage.data();
  switch (from) {
  case INGOT_U8:
    convertFrom<uint8_t>(samples.data(), to, count, array.element, path);
    break;
  case INGOT_I32:
    convertFrom<int32_t>(samples.data(), to, count, array.element, path);
    break;
  case INGOT_I64:
    convertFrom<int64_t>(samples.data(), to, count, array.element, path);
    break;
  case INGOT_F32:
    convertFrom<float>(samples.data(), to, count, array.element, path);
    break;
  case INGOT_F64:
    convertFrom<double>(samples.data(), to, count, array.element, path);
    break;
  }
  return result;
}

template <typename T>
static void checkLabelsOf(const Samples &samples, const IngotArray &array,
                          const std::string &path) {
  for (int64_t i = 0; i < samples.count; ++i) {
    T label;
    std::memcpy(&label, samples.data() + i * static_cast<int64_t>(sizeof label), sizeof label);
    if (!(label >= 0 && static_cast<double>(label) < array.classes))
      throw Error{fmt::format("{}: the label of sample {} is {}; this program was compiled for {} "
                              "classes, 0 to {}",
                              path, i, label, array.classes, array.classes - 1)};
  }
}

void checkLabels(const Samples &samples, const IngotArray &array, const std::string &path) {
  if (array.classes == 0 || sampleElements(array) != 1)
    return;
  switch (array.element) {
  case INGOT_U8:
    return checkLabelsOf<uint8_t>(samples, array, path);
  case INGOT_I32:
    return checkLabelsOf<int32_t>(samples, array, path);
  case INGOT_I64:
    return checkLabelsOf<int64_t>(samples, array, path);
  case INGOT_F32:
    return checkLabelsOf<float>(samples, array, path);
  default:
    return checkLabelsOf<double>(samples, array, path);
  }
}

} // namespace ingot::runtime
