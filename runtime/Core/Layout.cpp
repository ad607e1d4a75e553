// Packing and unpacking of parameters.

#include "runtime/Core/Layout.h"

#include <algorithm>

namespace ingot::runtime {

Layout::Layout(const IngotParameter &parameter) : itsBlock(parameter.block) {
  if (parameter.rank == 0)
    return;
  itsColumns = parameter.shape[parameter.rank - 1];
  for (uint32_t dimension = 0; dimension + 1 < parameter.rank; ++dimension)
    itsRows *= parameter.shape[dimension];
}

void Layout::pack(std::span<const float> logical, std::span<float> stored) const {
  if (itsBlock == 0) {
    std::copy(logical.begin(), logical.end(), stored.begin());
    return;
  }
  float *target = stored.data();
  for (int64_t first = 0; first < itsColumns; first += itsBlock) {
    int64_t lanes = std::min(itsBlock, itsColumns - first);
    for (int64_t row = 0; row < itsRows; ++row) {
      target = std::copy_n(logical.data() + row * itsColumns + first, lanes, target);
      target = std::fill_n(target, itsBlock - lanes, 0.0f);
    }
  }
}

void Layout::unpack(std::span<const float> stored, std::span<float> logical) const {
  if (itsBlock == 0) {
    std::copy_n(stored.begin(), size(), logical.begin());
    return;
  }
  const float *source = stored.data();
  for (int64_t first = 0; first < itsColumns; first += itsBlock) {
    int64_t lanes = std::min(itsBlock, itsColumns - first);
    for (int64_t row = 0; row < itsRows; ++row, source += itsBlock)
      std::copy_n(source, lanes, logical.data() + row * itsColumns + first);
  }
}

} // namespace ingot::runtime
