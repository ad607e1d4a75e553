// Ops of Activations.td, and the scalar functions behind them.

#ifndef INGOT_DIALECTS_NN_ACTIVATIONS_H
#define INGOT_DIALECTS_NN_ACTIVATIONS_H

#include "dialects/NN/NN.h"

#define GET_OP_CLASSES
#include "dialects/NN/ActivationsOps.h.inc"

namespace ingot::nn {

/// The logistic function of a scalar, safe against overflow, and so is its derivative.
mlir::Value buildSigmoid(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x);

} // namespace ingot::nn

#endif
