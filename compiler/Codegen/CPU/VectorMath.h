// Functions of the math dialect on vectors, where the C library would be called for each lane.

#ifndef INGOT_COMPILER_CODEGEN_CPU_VECTORMATH_H
#define INGOT_COMPILER_CODEGEN_CPU_VECTORMATH_H

#include "mlir/IR/Builders.h"

namespace ingot::cpu {

/// `op` on vectors of f32, as arithmetic with an error of at most 2 ulp: exp, expm1, log, log1p,
/// tanh and erf, with denormal numbers, infinities and NaN. Null for any other op or type.
mlir::Value buildVectorMath(mlir::OpBuilder &builder, mlir::Location loc, mlir::Operation *op,
                            mlir::ValueRange operands);

} // namespace ingot::cpu

#endif
