// Values that must lie side by side, since one flat kernel reads or writes them.

#ifndef INGOT_COMPILER_PLAN_RUNS_H
#define INGOT_COMPILER_PLAN_RUNS_H

#include "compiler/Plan/EntryPlan.h"

namespace ingot::plan {

/// Values that are placed as one, and where each starts within.
struct Run {
  llvm::SmallVector<mlir::Value> values;
  llvm::SmallVector<int64_t> offsets;
};
using Runs = llvm::SmallVector<Run>;

/// The runs of all segmented launches of a step (see Segments.h). `places` holds the arguments and
/// the results that are written in place: those are checked. Where values cannot form a run (some
/// have a place already, one is wanted twice, two runs disagree) copies of them are inserted that
/// can. Fails where parameters should lie side by side and do not.
mlir::FailureOr<Runs> formRuns(train::StepOp step, int64_t batch,
                               const llvm::DenseMap<mlir::Value, Place> &places);

} // namespace ingot::plan

#endif
