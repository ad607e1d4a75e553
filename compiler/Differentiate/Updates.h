// From gradients to the successors of weights, of their slots and of the optimizer's numbers.

#ifndef INGOT_COMPILER_DIFFERENTIATE_UPDATES_H
#define INGOT_COMPILER_DIFFERENTIATE_UPDATES_H

#include "dialects/NN/NN.h"
#include "dialects/Train/Train.h"

namespace ingot::differentiate {

/// A trainable weight of a step and the gradient of its loss (without penalties).
struct WeightGradient {
  train::ParameterOp parameter;
  mlir::Value weight, gradient;
};

/// What updates take from the step and give to it.
struct UpdateContext {
  mlir::Value learningRate, step; // of the step state
  llvm::function_ref<mlir::Value(llvm::StringRef)> parameter;
  llvm::function_ref<void(llvm::StringRef, mlir::Value)> addSuccessor;
};

/// The sum of a weight's penalty over its elements, tensor<f32>.
mlir::Value buildPenalty(mlir::OpBuilder &builder, train::ParameterOp parameter,
                         mlir::Value weight);

/// Adds the updates of all weights, as the compilation says.
void buildUpdates(mlir::OpBuilder &builder, train::CompileOp compile,
                  llvm::ArrayRef<WeightGradient> weights, const UpdateContext &context);

} // namespace ingot::differentiate

#endif
