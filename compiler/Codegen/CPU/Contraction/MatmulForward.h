// Matrix products in stretches of the reduction, for emitForward and its grid.
#ifndef INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_MATMULFORWARD_H
#define INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_MATMULFORWARD_H

#include "compiler/Codegen/CPU/Contraction/Emit.h"
#include "compiler/Codegen/CPU/Contraction/LoopNest.h"

namespace ingot::cpu {

/// Rows of the batch in a unit; a unit has vectors*lanes channels of them.
int64_t rowsOfUnit(const ConvProblem &problem);

/// emitForward of a matrix product whose schedule has a stepBlock.
void emitMatmulForward(LoopNest &nest, const ConvProblem &problem, const TileSchedule &schedule,
                       mlir::Value input, mlir::Value weights, const UnitRange &range,
                       StoreFn store, mlir::Value bias);

} // namespace ingot::cpu

#endif
