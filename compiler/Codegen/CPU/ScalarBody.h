// The scalar region of a map, on single elements or on vectors of elements.

#ifndef INGOT_COMPILER_CODEGEN_CPU_SCALARBODY_H
#define INGOT_COMPILER_CODEGEN_CPU_SCALARBODY_H

#include "dialects/NN/NN.h"

namespace ingot::cpu {

/// True if the region holds only ops that work on vectors element by element, on elements that
/// vectors in memory can hold; nn.index counts as
/// one where the emitter gives positions, nn.linear_index where it gives linear ones.
bool isVectorizable(mlir::Block &body, bool withPositions = false,
                    bool withLinearPositions = false);

/// The position along a dimension: an index, or a vector of indices. Along `allDimensions`, the
/// row-major position in the whole domain: i32, or a vector of i32.
using PositionFn = llvm::function_ref<mlir::Value(int64_t dim)>;
inline constexpr int64_t allDimensions = -1;

/// Builds the body with `elements` for its arguments and returns what it yields. Elements are
/// scalars or vectors of `lanes` lanes; what depends on scalars alone is computed once, as a
/// scalar. With `lanes` = 0 everything is scalar. `position` answers nn.index and nn.linear_index.
llvm::SmallVector<mlir::Value> buildScalarBody(mlir::OpBuilder &builder, mlir::Location loc,
                                               mlir::Block &body, mlir::ValueRange elements,
                                               int64_t lanes, PositionFn position = nullptr);

} // namespace ingot::cpu

#endif
