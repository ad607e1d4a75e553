// Which memory a value of a step stands for.

#ifndef INGOT_COMPILER_PLAN_VIEWS_H
#define INGOT_COMPILER_PLAN_VIEWS_H

#include "mlir/IR/Value.h"

namespace ingot::plan {

/// The argument of the step or the launch's result that `value` is a view of (nn.reshape), or
/// itself.
mlir::Value rootOf(mlir::Value value);

/// Calls `callback` with each use of `root` and of its views that is no view itself.
void forEachUse(mlir::Value root, llvm::function_ref<void(mlir::OpOperand &)> callback);

} // namespace ingot::plan

#endif
