// Kernels that put tensors elsewhere: padding, cropping, concatenation, permutation.

#ifndef INGOT_COMPILER_CODEGEN_CPU_MOVES_H
#define INGOT_COMPILER_CODEGEN_CPU_MOVES_H

#include "compiler/Codegen/Kernel.h"

namespace ingot::cpu {

/// True of a launch of one nn.pad, nn.concatenate or nn.transpose that leaves the batch in front.
bool isMove(mlir::Block &body);
/// The kernel of such a launch. A unit is a row of the batch.
mlir::LogicalResult emitMove(mlir::OpBuilder &builder, codegen::Kernel &kernel);

} // namespace ingot::cpu

#endif
