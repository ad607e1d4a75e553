// The memory and the order of one step function.

#ifndef INGOT_COMPILER_PLAN_ENTRYPLAN_H
#define INGOT_COMPILER_PLAN_ENTRYPLAN_H

#include "compiler/Plan/Successors.h"
#include "dialects/Kernel/Kernel.h"

namespace ingot::plan {

/// Where a value lies: kernel.buffer's space and offset.
struct Place {
  kernel::Space space;
  int64_t offset;
};

struct EntryPlan {
  llvm::SmallVector<kernel::LaunchOp> launches;
  llvm::DenseMap<mlir::Value, Place>
      places; // of arguments and launch results; a view lies where its root lies
  llvm::SmallVector<llvm::SmallVector<int64_t>> after; // of each launch
  int64_t end = 0;                                     // of the arena, as far as this step needs it
};

/// Plans a step: what it returns, the place of every value, and who waits for whom. Inserts copying
/// launches where values cannot lie where they must. Parameters must have offsets; what lives only
/// within the step is placed from `state` on. Fails on arguments that say not what they are, on
/// parameters that one launch updates but that do not lie side by side, and if the plan does not
/// pass its own proof.
mlir::FailureOr<EntryPlan> planEntry(train::StepOp step, int64_t state);

} // namespace ingot::plan

#endif
