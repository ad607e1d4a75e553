// The nn dialect: the network as pure ops on tensors (see NN.td).

#ifndef INGOT_DIALECTS_NN_NN_H
#define INGOT_DIALECTS_NN_NN_H

#include "dialects/Interfaces/Interfaces.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/NN/NNDialect.h.inc"
#include "dialects/NN/NNEnums.h.inc"

#define GET_OP_CLASSES
#include "dialects/NN/NNOps.h.inc"

namespace ingot::nn {

/// True if the first dimension of `type` is the batch.
bool isBatched(mlir::Type type);

/// Elements of one row of the batch, or of the whole tensor if it is not batched.
int64_t elementsPerRow(mlir::RankedTensorType type);

/// All dimensions of a domain of that rank: an operand that is not broadcast.
llvm::SmallVector<int64_t> allDims(int64_t rank);

/// Elementwise map of operands that all have the result's shape.
mlir::Value
buildMap(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type output, mlir::ValueRange inputs,
         llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)> body);

/// Gradients of a scalar region: see ScalarGradient.cpp. `block`'s arguments and body are cloned at
/// the builder with `elements` for the arguments; `results[i]`, where not null, holds the value
/// that the region yields as its i-th (so that it need not be computed anew); `gradResults` are the
/// gradients of what it yields (null: none). Returns one gradient for each argument, null where
/// there is none.
llvm::SmallVector<mlir::Value> buildScalarGradients(mlir::OpBuilder &builder, mlir::Block &block,
                                                    mlir::ValueRange elements,
                                                    mlir::ValueRange results,
                                                    mlir::ValueRange gradResults);

} // namespace ingot::nn

#endif
