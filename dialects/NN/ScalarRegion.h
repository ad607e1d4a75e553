// What nn.map and nn.reduce share: operands that run along some dimensions of a domain, and a
// scalar region.

#ifndef INGOT_DIALECTS_NN_SCALARREGION_H
#define INGOT_DIALECTS_NN_SCALARREGION_H

#include "dialects/NN/NN.h"
#include "mlir/IR/OpImplementation.h"

namespace ingot::nn {

/// The domain's dimensions along which operand `i` of an op with `operand_dims` runs.
llvm::SmallVector<int64_t> operandDims(mlir::ArrayAttr operandDims, unsigned i);

/// The attribute of these.
mlir::ArrayAttr operandDimsAttr(mlir::Builder &builder,
                                llvm::ArrayRef<llvm::SmallVector<int64_t>> dims);

/// Prints `(%a = %x, %b = %bias along [3])`; an operand that runs along all `rank` dimensions says
/// nothing.
void printScalarOperands(mlir::OpAsmPrinter &printer, mlir::Block &body, mlir::ValueRange inputs,
                         mlir::ArrayAttr operandDims, int64_t rank);

/// Reads the same; dims of an operand that says nothing stay empty and `silent` is set for it.
mlir::ParseResult parseScalarOperands(
    mlir::OpAsmParser &parser, llvm::SmallVectorImpl<mlir::OpAsmParser::Argument> &arguments,
    llvm::SmallVectorImpl<mlir::OpAsmParser::UnresolvedOperand> &inputs,
    llvm::SmallVectorImpl<llvm::SmallVector<int64_t>> &dims, llvm::SmallVectorImpl<bool> &silent);

/// Gives the region arguments their element types once the operands' types are known, and an
/// operand that said nothing all dimensions.
mlir::ParseResult typeScalarOperands(mlir::OpAsmParser &parser, llvm::SMLoc loc,
                                     mlir::TypeRange types,
                                     llvm::MutableArrayRef<mlir::OpAsmParser::Argument> arguments,
                                     llvm::MutableArrayRef<llvm::SmallVector<int64_t>> dims,
                                     llvm::ArrayRef<bool> silent);

/// The sizes of a domain of which each operand covers some dimensions; 0 for a dimension that none
/// covers.
llvm::SmallVector<int64_t> coveredDomain(mlir::ValueRange inputs, mlir::ArrayAttr operandDims,
                                         int64_t rank);

/// Checks that region arguments, operands and dimensions fit together on `domain`.
mlir::LogicalResult verifyScalarRegion(mlir::Operation *op, mlir::Block &body,
                                       mlir::ValueRange inputs, mlir::ArrayAttr operandDims,
                                       llvm::ArrayRef<int64_t> domain);

/// Clones the body for one point and returns what it yields. Without a point, positions are left to
/// the op of the same domain into whose region the body goes.
llvm::SmallVector<mlir::Value> cloneScalarBody(mlir::OpBuilder &builder, mlir::Block &body,
                                               mlir::ValueRange elements, mlir::ValueRange point);

/// The gradient of `inputs[i]` of such an op: a map over the domain where the operand covers it,
/// else a sum along what it is broadcast along. `forward` are results of the op that the derivative
/// may use, running along `forwardDims`; `grads` the gradients of what the region yields (null:
/// none), likewise.
mlir::Value buildOperandGradient(mlir::OpBuilder &builder, mlir::Operation *op, mlir::Block &body,
                                 unsigned i, mlir::ArrayAttr operandDims,
                                 llvm::ArrayRef<int64_t> domain, mlir::ValueRange forward,
                                 mlir::ValueRange grads, llvm::ArrayRef<int64_t> resultDims);

/// a and b, elements or vectors of elements, combined as `kind` says.
mlir::Value combineElements(mlir::OpBuilder &builder, mlir::Location loc, ReduceKind kind,
                            mlir::Value a, mlir::Value b);

/// Drops operands that the region does not use and merges equal ones; false if nothing changed.
bool simplifyScalarOperands(mlir::Operation *op, mlir::Block &body,
                            mlir::PatternRewriter &rewriter);

} // namespace ingot::nn

#endif
