// Emitters of contraction kernels: scf, vector, arith and memref operations at the builder's
// insertion point, inside a func.func that the caller made. They know nothing of launches: buffers,
// range and valid count are values.
//
// Buffers are memrefs of f32 with static, contiguous shapes of the right number of elements; the
// rank does not matter. They must not overlap. Rows of the batch beyond the valid count are neither
// read nor written. Any partition of the grid into ranges gives the same bits.
#ifndef INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_EMIT_H
#define INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_EMIT_H

#include "compiler/Codegen/CPU/Contraction/Schedule.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace ingot::cpu {

/// The units that a call of the kernel computes: [begin, end), of type index.
struct UnitRange {
  mlir::Value begin, end;
  mlir::Value count; ///< valid rows of the batch, an index in 1..batch; null: all
};

/// Where a vector of results belongs: lanes are the channels channel, channel+1, ... of one pixel
/// of an [n][h][w][channel] tensor. For the gradient of a filter the coordinates are kernel row,
/// kernel column, input channel and output channel, and `offset` is that of the packed layout.
struct StorePoint {
  mlir::Value n, h, w, channel; ///< index
  mlir::Value offset;           ///< index of the first lane in the flattened tensor
  mlir::Value mask;             ///< vector of i1, or null where every lane exists
};

/// Called once for each finished vector; adds what is fused (bias, activation, ...) and stores the
/// result. Every store of a kernel goes through it. It may be called inside loops and conditionals.
using StoreFn = llvm::function_ref<void(mlir::OpBuilder &, mlir::Location, mlir::Value vector,
                                        const StorePoint &)>;

/// A one-dimensional view of a contiguous buffer. Call it once a buffer, before the emitter.
mlir::Value flatten(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value buffer);

/// Load and store at a point, for tensors with the result's shape; `flat` comes from flatten. Lanes
/// that the mask leaves out read as zero.
mlir::Value loadAt(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value flat,
                   mlir::VectorType type, mlir::Value offset, mlir::Value mask);
void storeAt(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value vector, mlir::Value flat,
             mlir::Value offset, mlir::Value mask);

/// output = conv(input, filter) + bias. `filter` is packed with schedule.filterBlock. Sums start
/// from `bias` [outC] where it is given, which is cheaper than adding it in `store`. An activation
/// costs least as compare and select (max(x, 0) as x > 0 ? x : 0 is one instruction, arith.maximumf
/// several).
void emitForward(mlir::OpBuilder &builder, mlir::Location loc, const ConvProblem &problem,
                 const TileSchedule &schedule, mlir::Value input, mlir::Value filter,
                 const UnitRange &range, StoreFn store, mlir::Value bias = {});

/// Prepares the operand of emitGradInput: `source` is the packed filter or grad_output, as
/// gradInputOperandIsFilter says; `operand` holds elementsOfGradInputOperand floats.
void emitGradInputOperand(mlir::OpBuilder &builder, mlir::Location loc, const ConvProblem &problem,
                          const GradInputSchedule &schedule, mlir::Value source,
                          mlir::Value operand, const UnitRange &range);

/// grad_input [n][ih][iw][ic]. `other` is what the operand is not made of: grad_output, or the
/// packed filter.
void emitGradInput(mlir::OpBuilder &builder, mlir::Location loc, const ConvProblem &problem,
                   const GradInputSchedule &schedule, mlir::Value other, mlir::Value operand,
                   const UnitRange &range, StoreFn store);

/// grad_filter, packed with schedule.filterBlock; every element of the buffer is written, padded
/// lanes as zero. Sums go over images, rows and columns in this order. With `store`, it gets each
/// finished vector, which is by then also in grad_filter.
void emitGradFilter(mlir::OpBuilder &builder, mlir::Location loc, const ConvProblem &problem,
                    const GradFilterSchedule &schedule, mlir::Value input, mlir::Value gradOutput,
                    mlir::Value gradFilter, const UnitRange &range,
                    std::optional<StoreFn> store = std::nullopt);

} // namespace ingot::cpu

#endif
