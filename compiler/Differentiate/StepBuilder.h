// Builds one step function: data in, forward pass, loss, gradients, update.

#ifndef INGOT_COMPILER_DIFFERENTIATE_STEPBUILDER_H
#define INGOT_COMPILER_DIFFERENTIATE_STEPBUILDER_H

#include "dialects/NN/NN.h"
#include "dialects/Train/Train.h"

namespace ingot::differentiate {

/// Adds gradients to a block of forward ops: returns the gradient of `loss` (rank 0) with respect
/// to each of `weights`, built at the end of the block. Fails, with an error at the op, where a
/// rule is missing.
mlir::FailureOr<llvm::SmallVector<mlir::Value>>
buildGradients(mlir::OpBuilder &builder, mlir::Value loss, mlir::ValueRange weights);

/// Replaces ops that stand for a composition by it: those whose gradient is that of the
/// composition, or those with a gradient rule of their own.
void decompose(mlir::Block &block, bool withGradientRule);

/// The name that a location carries: a layer's name, or empty.
llvm::StringRef nameOf(mlir::Location loc);

/// A location of that name which keeps the source position of `loc`.
mlir::Location named(const llvm::Twine &name, mlir::Location loc);

/// Builds `train.step KIND @name` at the end of `program` for samples of `images` and `labels`.
/// `classWeight`, if there is one, has the weight of each class in the loss.
mlir::FailureOr<train::StepOp> buildStep(train::ProgramOp program, nn::ModelOp model,
                                         train::CompileOp compile, train::StepKind kind,
                                         llvm::StringRef name, train::ArrayOp images,
                                         train::ArrayOp labels,
                                         mlir::DenseF64ArrayAttr classWeight);

} // namespace ingot::differentiate

#endif
