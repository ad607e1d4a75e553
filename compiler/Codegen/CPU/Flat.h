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

/// `memory` as one dimension of all its elements.
mlir::Value flatView(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value memory);

/// A vector of the elements from flat[offset] on. Lanes that `mask` leaves out are not read and are
/// zero; null stands for all lanes.
mlir::Value loadMasked(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value flat,
                       mlir::Value offset, mlir::Value mask, int64_t lanes);
void storeMasked(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value vector, mlir::Value flat,
                 mlir::Value offset, mlir::Value mask);

/// start, start + 1, …
mlir::Value vectorOfPositions(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value start,
                              int64_t lanes);

/// The same as i32, modulo 2^32: of one element with `lanes` = 0.
mlir::Value linearPositions(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value start,
                            int64_t lanes);

/// All of `values` combined, as a balanced tree.
mlir::Value combineAll(mlir::OpBuilder &builder, mlir::Location loc, nn::ReduceKind kind,
                       llvm::SmallVector<mlir::Value> values);

/// All lanes of a vector combined, as a balanced tree; lanes are a power of two.
mlir::Value combineLanes(mlir::OpBuilder &builder, mlir::Location loc, nn::ReduceKind kind,
                         mlir::Value vector);

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
