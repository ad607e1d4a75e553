// Padding, cropping and concatenation: checks, structure and gradients.

#include "dialects/NN/Moves.h"

#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace ingot::nn;

#define GET_OP_CLASSES
#include "dialects/NN/MovesOps.cpp.inc"

//===- pad ------------------------------------------------------------------------------------===//

LogicalResult PadOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType()),
       output = cast<RankedTensorType>(getOutput().getType());
  if (input.getRank() != output.getRank() ||
      static_cast<int64_t>(getBefore().size()) != input.getRank())
    return emitOpError("needs a number for each dimension, and a result of its input's rank");
  if (input.getElementType() != output.getElementType())
    return emitOpError("has a result of another element type than its input");
  for (auto [before, from, to] : llvm::zip(getBefore(), input.getShape(), output.getShape()))
    if ((ShapedType::isDynamic(from) || ShapedType::isDynamic(to)) && (from != to || before != 0))
      return emitOpError("must leave the batch as it is");
  return success();
}

SmallVector<int64_t> PadOp::getIterationDomain() {
  return llvm::to_vector(cast<RankedTensorType>(getInput().getType()).getShape());
}
SmallVector<AffineMap> PadOp::getIndexingMaps() {
  SmallVector<AffineExpr> places;
  for (auto [dim, before] : llvm::enumerate(getBefore()))
    places.push_back(getAffineDimExpr(dim, getContext()) + before);
  unsigned rank = getBefore().size();
  return {AffineMap::getMultiDimIdentityMap(rank, getContext()),
          AffineMap::get(rank, 0, places, getContext())};
}
SmallVector<bool> PadOp::getReducedDims() { return SmallVector<bool>(getBefore().size(), false); }
TypedAttr PadOp::getInit() {
  Builder builder(getContext());
  return builder.getZeroAttr(getElementTypeOrSelf(getInput().getType()));
}
SmallVector<Value> PadOp::buildBody(OpBuilder &, ValueRange elements, ValueRange) {
  return {elements[0]};
}
int64_t PadOp::getPointFlops() { return 0; }

SmallVector<Value> PadOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  SmallVector<int64_t> before;
  for (int64_t each : getBefore())
    before.push_back(-each);
  return {PadOp::create(builder, getLoc(), getInput().getType(), gradResults[0], before)};
}

//===- concatenate ----------------------------------------------------------------------------===//

LogicalResult ConcatenateOp::verify() {
  auto output = cast<RankedTensorType>(getOutput().getType());
  int64_t axis = getAxis(), total = 0;
  if (axis < 0 || axis >= output.getRank() || output.isDynamicDim(axis))
    return emitOpError("needs an axis of its result other than the batch");
  for (Value input : getInputs()) {
    auto type = cast<RankedTensorType>(input.getType());
    if (type.getRank() != output.getRank() || type.getElementType() != output.getElementType())
      return emitOpError("takes tensors of the result's rank and element type, not ") << type;
    for (int64_t dim = 0; dim < output.getRank(); ++dim)
      if (dim != axis && type.getDimSize(dim) != output.getDimSize(dim))
        return emitOpError("takes tensors that differ along the axis alone, not ") << type;
    total += type.getDimSize(axis);
  }
  if (total != output.getDimSize(axis))
    return emitOpError("makes ") << output.getDimSize(axis) << " elements of " << total
                                 << " along its axis";
  return success();
}

SmallVector<Value> ConcatenateOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  SmallVector<Value> gradients;
  SmallVector<int64_t> before(cast<RankedTensorType>(getOutput().getType()).getRank(), 0);
  for (Value input : getInputs()) {
    auto type = cast<RankedTensorType>(input.getType());
    gradients.push_back(type == getOutput().getType()
                            ? gradResults[0]
                            : PadOp::create(builder, getLoc(), type, gradResults[0], before));
    before[getAxis()] -= type.getDimSize(getAxis());
  }
  return gradients;
}
