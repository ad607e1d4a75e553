// Ops that move elements and compute nothing: reshape, transpose, gather.

#include "dialects/NN/NN.h"

using namespace mlir;
using namespace ingot::nn;

//===- reshape --------------------------------------------------------------------------------===//

LogicalResult ReshapeOp::verify() {
  auto input = getInput().getType(), output = getOutput().getType();
  if (isBatched(input) != isBatched(output))
    return emitOpError("must keep the batch as its first dimension");
  if (elementsPerRow(input) != elementsPerRow(output))
    return emitOpError("makes ") << elementsPerRow(output) << " elements of "
                                 << elementsPerRow(input);
  return success();
}

OpFoldResult ReshapeOp::fold(FoldAdaptor) {
  if (getInput().getType() == getOutput().getType())
    return getInput();
  if (auto inner = getInput().getDefiningOp<ReshapeOp>()) {
    getInputMutable().assign(inner.getInput());
    return getOutput();
  }
  return {};
}

SmallVector<Value> ReshapeOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  return {ReshapeOp::create(builder, getLoc(), getInput().getType(), gradResults[0])};
}

//===- transpose ------------------------------------------------------------------------------===//

LogicalResult TransposeOp::verify() {
  auto input = getInput().getType(), output = getOutput().getType();
  auto permutation = getPermutation();
  if (static_cast<int64_t>(permutation.size()) != input.getRank() ||
      output.getRank() != input.getRank())
    return emitOpError("needs one permuted dimension for each of its input's");
  SmallVector<bool> seen(permutation.size());
  for (auto [i, source] : llvm::enumerate(permutation)) {
    if (source < 0 || source >= input.getRank() || seen[source])
      return emitOpError("has a permutation that is none: ") << getPermutationAttr();
    seen[source] = true;
    if (input.getDimSize(source) != output.getDimSize(i))
      return emitOpError("has a result of the wrong shape: ") << output;
  }
  return success();
}

/// Two transposes that undo each other are none.
OpFoldResult TransposeOp::fold(FoldAdaptor) {
  auto inner = getInput().getDefiningOp<TransposeOp>();
  if (!inner || inner.getInput().getType() != getOutput().getType())
    return {};
  for (auto [i, source] : llvm::enumerate(getPermutation()))
    if (inner.getPermutation()[source] != static_cast<int64_t>(i))
      return {};
  return inner.getInput();
}

SmallVector<int64_t> TransposeOp::getIterationDomain() {
  return llvm::to_vector(getOutput().getType().getShape());
}
SmallVector<AffineMap> TransposeOp::getIndexingMaps() {
  SmallVector<unsigned> inverse(getPermutation().size());
  for (auto [i, source] : llvm::enumerate(getPermutation()))
    inverse[source] = i;
  return {AffineMap::getPermutationMap(inverse, getContext()),
          AffineMap::getMultiDimIdentityMap(inverse.size(), getContext())};
}
SmallVector<bool> TransposeOp::getReducedDims() {
  return SmallVector<bool>(getPermutation().size(), false);
}
TypedAttr TransposeOp::getInit() { return {}; }
SmallVector<Value> TransposeOp::buildBody(OpBuilder &, ValueRange elements, ValueRange) {
  return {elements[0]};
}
int64_t TransposeOp::getPointFlops() { return 0; }

SmallVector<Value> TransposeOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  SmallVector<int64_t> inverse(getPermutation().size());
  for (auto [i, source] : llvm::enumerate(getPermutation()))
    inverse[source] = i;
  return {TransposeOp::create(builder, getLoc(), getInput().getType(), gradResults[0],
                              builder.getDenseI64ArrayAttr(inverse))};
}

//===- gather ---------------------------------------------------------------------------------===//

LogicalResult GatherOp::verify() {
  auto samples = getSamples().getType(), output = getOutput().getType();
  if (samples.getRank() < 1 || samples.getShape().drop_front() != output.getShape().drop_front() ||
      samples.getElementType() != output.getElementType())
    return emitOpError("takes rows of ") << samples << " but makes " << output;
  if (getOrder().getType().getRank() != 1 || !getOrder().getType().getElementType().isInteger(32))
    return emitOpError("needs an order of type tensor<?xi32>");
  return success();
}
