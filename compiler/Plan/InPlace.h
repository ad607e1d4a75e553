// When a launch may write its result over a value that it reads.

#ifndef INGOT_COMPILER_PLAN_INPLACE_H
#define INGOT_COMPILER_PLAN_INPLACE_H

#include "dialects/Kernel/Kernel.h"

namespace ingot::plan {

/// True if it is proven that `result`, of a launch, may lie where `old` lies, an argument of the
/// step: every other launch that reads `old` comes earlier, nothing else needs it later, and the
/// launch itself reads of it, for each element that it writes, that element alone.
bool canWriteOver(mlir::OpResult result, mlir::BlockArgument old);

} // namespace ingot::plan

#endif
