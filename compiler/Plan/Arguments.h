// Where a step's arguments lie.

#ifndef INGOT_COMPILER_PLAN_ARGUMENTS_H
#define INGOT_COMPILER_PLAN_ARGUMENTS_H

#include "compiler/Plan/EntryPlan.h"

namespace ingot::plan {

/// Adds the place of each argument: samples[0] and samples[1] for images and labels, order[0], a
/// field of IngotStepState (runtime/ABI/Program.h), or a parameter's place in the arena. Fails on
/// an argument that says none of these, or whose type is not its parameter's or field's.
mlir::LogicalResult placeArguments(train::StepOp step, llvm::DenseMap<mlir::Value, Place> &places);

} // namespace ingot::plan

#endif
