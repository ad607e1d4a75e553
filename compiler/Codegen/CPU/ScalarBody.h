// The scalar region of a map, on single elements or on vectors of elements.

#ifndef INGOT_COMPILER_CODEGEN_CPU_SCALARBODY_H
#define INGOT_COMPILER_CODEGEN_CPU_SCALARBODY_H

#include "dialects/NN/NN.h"

namespace ingot::cpu {

/// True if the region holds only ops that work on vectors element by element, and no nn.index.
bool isVectorizable(mlir::Block &body);

/// Builds the body with `elements` for its arguments and returns what it yields. Elements are
/// scalars or vectors of `lanes` lanes; what depends on scalars alone is computed once, as a
/// scalar. With `lanes` = 0 everything is scalar.
llvm::SmallVector<mlir::Value> buildScalarBody(mlir::OpBuilder &builder, mlir::Location loc,
                                               mlir::Block &body, mlir::ValueRange elements,
                                               int64_t lanes);

} // namespace ingot::cpu

#endif
