// What a step returns, and in whose memory it is written.

#ifndef INGOT_COMPILER_PLAN_SUCCESSORS_H
#define INGOT_COMPILER_PLAN_SUCCESSORS_H

#include "dialects/Train/Train.h"
#include "llvm/ADT/MapVector.h"

namespace ingot::plan {

/// The launch results that are written over a parameter, each with the parameter's argument.
using InPlace = llvm::MapVector<mlir::OpResult, mlir::BlockArgument>;

/// Decides for each successor of a parameter whether the launch that makes it writes it over the
/// old value; where that is not proven to be safe, or the value is wanted in several places, the
/// step gets a launch at its end that copies it. On return every successor is the unchanged
/// argument or in the map; metrics and outputs are results of launches. Fails if the step returns
/// what it is not asked for, or a successor of another type than its parameter.
mlir::FailureOr<InPlace> resolveSuccessors(train::StepOp step);

} // namespace ingot::plan

#endif
