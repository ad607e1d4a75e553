// How a parameter's logical elements lie in memory. IngotParameter in ABI/Program.h defines it.

#ifndef INGOT_RUNTIME_CORE_LAYOUT_H
#define INGOT_RUNTIME_CORE_LAYOUT_H

#include "runtime/ABI/Program.h"

#include <cstdint>
#include <span>

namespace ingot::runtime {

/// The places of a parameter's elements: row-major, or [blocks][all but the last dimension][block].
class Layout {
public:
  explicit Layout(const IngotParameter &parameter);

  /// Logical elements.
  int64_t size() const { return itsRows * itsColumns; }
  /// Elements stored, with padded lanes.
  int64_t storedSize() const { return itsBlock ? blocks() * itsRows * itsBlock : size(); }

  /// From row-major to stored; padded lanes become zero. Spans hold size() and storedSize()
  /// elements.
  void pack(std::span<const float> logical, std::span<float> stored) const;
  /// From stored to row-major.
  void unpack(std::span<const float> stored, std::span<float> logical) const;

private:
  int64_t blocks() const { return (itsColumns + itsBlock - 1) / itsBlock; }

  int64_t itsRows = 1;    // product of all dimensions but the last
  int64_t itsColumns = 1; // the last dimension
  int64_t itsBlock = 0;
};

} // namespace ingot::runtime

#endif
