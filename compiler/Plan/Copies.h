// Launches that copy a value, where it cannot lie in the memory that needs it.

#ifndef INGOT_COMPILER_PLAN_COPIES_H
#define INGOT_COMPILER_PLAN_COPIES_H

#include "mlir/IR/Builders.h"

namespace ingot::plan {

/// Inserts a launch named `layer` whose region is an identity nn.map, and returns its result.
mlir::Value insertCopy(mlir::OpBuilder &builder, mlir::Value value, llvm::StringRef layer);

} // namespace ingot::plan

#endif
