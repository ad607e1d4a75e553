// Launches that apply one scalar function to many tensors: the update of all parameters.
//
// Such a launch becomes one flat kernel over memory that lies side by side, so what its maps take
// and give at the same position must be contiguous in the order of the maps, each tensor rounded up
// to bufferAlignment.

#ifndef INGOT_COMPILER_PLAN_SEGMENTS_H
#define INGOT_COMPILER_PLAN_SEGMENTS_H

#include "dialects/Kernel/Kernel.h"
#include <optional>

namespace ingot::plan {

/// The tensors of a segmented launch: for each position the launch's operands (or results) of all
/// maps, in the order of the maps. Scalars that all maps share are left out.
struct Segments {
  llvm::SmallVector<llvm::SmallVector<unsigned>> inputs;
  llvm::SmallVector<llvm::SmallVector<unsigned>> results;
};

/// The segments of a launch with an elementwise schedule whose region consists of at least two
/// nn.map ops of equal bodies over whole tensors; nothing for any other launch.
std::optional<Segments> findSegments(kernel::LaunchOp launch);

/// Where each tensor of a group lies from the group's start, and, last, the group's bytes.
llvm::SmallVector<int64_t> segmentOffsets(mlir::TypeRange types, int64_t batch);

} // namespace ingot::plan

#endif
