// The kernels behind emitGradInput, one a method, and what they share.
#ifndef INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_GRADINPUT_H
#define INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_GRADINPUT_H

#include "compiler/Codegen/CPU/Contraction/Emit.h"
#include "compiler/Codegen/CPU/Contraction/LoopNest.h"

namespace ingot::cpu {

/// The convolution of grad_output whose result is grad_input, for stride 1 and a filter with
/// exchanged channels and reversed kernel axes.
ConvProblem flippedProblem(const ConvProblem &problem);

void emitStridedGradInput(LoopNest &nest, const ConvProblem &problem, const TileSchedule &schedule,
                          mlir::Value gradOutput, mlir::Value filter, const UnitRange &range,
                          StoreFn store);
void emitBatchVectorsGradInput(LoopNest &nest, const ConvProblem &problem,
                               const GradInputSchedule &schedule, mlir::Value weights,
                               mlir::Value gradOutput, const UnitRange &range, StoreFn store);

/// Batch rows of the transposed grad_output [outC][rows] that BatchVectors reads.
int64_t transposedRows(const ConvProblem &problem, const GradInputSchedule &schedule);

/// The transpose of eight vectors of eight lanes.
llvm::SmallVector<mlir::Value> transpose8x8(LoopNest &nest, llvm::ArrayRef<mlir::Value> rows);

} // namespace ingot::cpu

#endif
