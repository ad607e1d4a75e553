// Kernels that go over memory once: what they share.

#ifndef INGOT_COMPILER_CODEGEN_CPU_FLAT_H
#define INGOT_COMPILER_CODEGEN_CPU_FLAT_H

#include "compiler/Codegen/Kernel.h"

namespace ingot::cpu {

/// Floats in the vectors of flat kernels: the widest that the target has; LLVM splits them where it
/// has none.
inline constexpr int64_t flatLanes = 16;

/// `memory` as one dimension of `elements` elements.
mlir::Value flatView(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value memory,
                     int64_t elements);

/// Calls `body(offset, lanes)` for offsets from `lower` to `upper`: with flatLanes lanes as long as
/// they fit, then with lanes = 0 (a scalar) one by one.
void forEachVector(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value lower,
                   mlir::Value upper,
                   llvm::function_ref<void(mlir::Value offset, int64_t lanes)> body);

/// flat[offset], or a vector of `lanes` elements from there.
mlir::Value loadFlat(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value flat,
                     mlir::Value offset, int64_t lanes);
void storeFlat(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::Value flat,
               mlir::Value offset);

} // namespace ingot::cpu

#endif
