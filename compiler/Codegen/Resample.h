// Lowering of nn.resample, the same under every schedule but for which images a unit takes.

#ifndef INGOT_COMPILER_CODEGEN_RESAMPLE_H
#define INGOT_COMPILER_CODEGEN_RESAMPLE_H

#include "compiler/Codegen/Kernel.h"
#include "dialects/NN/Resample.h"

namespace ingot::codegen {

/// Resamples the images [begin, end): for every pixel its place, then its channels.
void lowerResample(mlir::OpBuilder &builder, nn::ResampleOp op, const Tensor &input,
                   llvm::ArrayRef<Tensor> coefficients, const Tensor &output, mlir::Value begin,
                   mlir::Value end);

} // namespace ingot::codegen

#endif
