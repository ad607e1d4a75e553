// Depthwise convolution: shape, structure and gradient.
//
// All three ops walk the same domain (n, y, x, c, m, u, v): image, output row and column, channel,
// which of the channel's outputs, window row and column.

#include "dialects/NN/DepthwiseConv2D.h"

#include "dialects/NN/Shapes.h"

using namespace mlir;
using namespace ingot::nn;

#define GET_OP_CLASSES
#include "dialects/NN/DepthwiseConv2DOps.cpp.inc"

namespace {
enum Dim { N, Y, X, C, M, U, V, DimCount };
} // namespace

/// Parts of a filter's gradient: enough for the threads of a large machine, few enough to be summed
/// quickly.
static constexpr int64_t gradFilterParts = 16;

template <typename Op> static AffineMap inputMap(Op op) {
  MLIRContext *context = op.getContext();
  auto dim = [&](Dim d) { return getAffineDimExpr(d, context); };
  auto position = [&](Dim place, Dim tap, int axis) {
    return dim(place) * op.getStrides()[axis] + dim(tap) * op.getDilations()[axis] -
           op.getPadding()[2 * axis];
  };
  return AffineMap::get(DimCount, 0, {dim(N), position(Y, U, 0), position(X, V, 1), dim(C)},
                        context);
}

static AffineMap outputMap(MLIRContext *context, int64_t multiplier) {
  auto dim = [&](Dim d) { return getAffineDimExpr(d, context); };
  AffineExpr channel = multiplier == 1 ? dim(C) : dim(C) * multiplier + dim(M);
  return AffineMap::get(DimCount, 0, {dim(N), dim(Y), dim(X), channel}, context);
}

static AffineMap filterMap(MLIRContext *context) {
  auto dim = [&](Dim d) { return getAffineDimExpr(d, context); };
  return AffineMap::get(DimCount, 0, {dim(U), dim(V), dim(C), dim(M)}, context);
}

/// `filter`: [height, width, channels, multiplier].
static SmallVector<int64_t> domainOf(RankedTensorType output, ArrayRef<int64_t> filter) {
  auto shape = output.getShape();
  return {shape[0], shape[1], shape[2], filter[2], filter[3], filter[0], filter[1]};
}

static SmallVector<Value> multiplyAdd(OpBuilder &builder, Location loc, ValueRange elements) {
  Value product = arith::MulFOp::create(builder, loc, elements[0], elements[1]);
  return {arith::AddFOp::create(builder, loc, elements[2], product)};
}

/// Checks that output = depthwise_conv2d(input, filter) has consistent shapes.
template <typename Op>
static LogicalResult verifyShapes(Op op, RankedTensorType input, ArrayRef<int64_t> filter,
                                  RankedTensorType output) {
  if (input.getRank() != 4 || filter.size() != 4 || output.getRank() != 4)
    return op.emitOpError("needs tensors of rank 4");
  auto positive = [](ArrayRef<int64_t> sizes) {
    return sizes.size() == 2 && sizes[0] > 0 && sizes[1] > 0;
  };
  if (!positive(op.getStrides()) || !positive(op.getDilations()))
    return op.emitOpError("needs strides and dilations of two positive numbers each");
  if (op.getPadding().size() != 4 || llvm::any_of(op.getPadding(), [](int64_t p) { return p < 0; }))
    return op.emitOpError("needs four paddings [top, bottom, left, right] that are not negative");
  if (input.getDimSize(0) != output.getDimSize(0))
    return op.emitOpError("must keep images");
  if (input.getDimSize(3) != filter[2])
    return op.emitOpError("reads ")
           << input.getDimSize(3) << " channels with a filter for " << filter[2];
  if (output.getDimSize(3) != filter[2] * filter[3])
    return op.emitOpError("makes ") << output.getDimSize(3) << " channels of " << filter[2]
                                    << " with " << filter[3] << " filters each";
  for (int axis : {0, 1}) {
    int64_t padded =
        input.getDimSize(1 + axis) + op.getPadding()[2 * axis] + op.getPadding()[2 * axis + 1];
    int64_t span = padded - windowExtent(filter[axis], op.getDilations()[axis]);
    if (span < 0)
      return op.emitOpError("has a window of ")
             << windowExtent(filter[axis], op.getDilations()[axis]) << " on a padded input of "
             << padded;
    if (span / op.getStrides()[axis] + 1 != output.getDimSize(1 + axis))
      return op.emitOpError("should make ")
             << span / op.getStrides()[axis] + 1 << " positions along spatial axis " << axis
             << ", but its type says " << output.getDimSize(1 + axis);
  }
  return success();
}

//===- depthwise_conv2d -----------------------------------------------------------------------===//

LogicalResult DepthwiseConv2DOp::verify() {
  return verifyShapes(*this, getInput().getType(), getFilter().getType().getShape(),
                      getOutput().getType());
}

SmallVector<int64_t> DepthwiseConv2DOp::getIterationDomain() {
  return domainOf(getOutput().getType(), getFilter().getType().getShape());
}
SmallVector<AffineMap> DepthwiseConv2DOp::getIndexingMaps() {
  return {inputMap(*this), filterMap(getContext()),
          outputMap(getContext(), getFilter().getType().getDimSize(3))};
}
SmallVector<bool> DepthwiseConv2DOp::getReducedDims() {
  return {false, false, false, false, false, true, true};
}
TypedAttr DepthwiseConv2DOp::getInit() { return Builder(getContext()).getF32FloatAttr(0); }
SmallVector<Value> DepthwiseConv2DOp::buildBody(OpBuilder &builder, ValueRange elements,
                                                ValueRange) {
  return multiplyAdd(builder, getLoc(), elements);
}
int64_t DepthwiseConv2DOp::getPointFlops() { return 2; }

SmallVector<Value> DepthwiseConv2DOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  Location loc = getLoc();
  auto filter = getFilter().getType();
  Value gradInput = DepthwiseConv2DGradInputOp::create(
      builder, loc, getInput().getType(), gradResults[0], getFilter(), getStridesAttr(),
      getDilationsAttr(), getPaddingAttr());
  SmallVector<int64_t> shape{gradFilterParts};
  llvm::append_range(shape, filter.getShape());
  Value parts = DepthwiseConv2DGradFilterOp::create(builder, loc, filter.clone(shape), getInput(),
                                                    gradResults[0], getStridesAttr(),
                                                    getDilationsAttr(), getPaddingAttr());
  auto rows = filter.clone({gradFilterParts, filter.getNumElements()});
  Value sum =
      ReduceOp::create(builder, loc, filter.clone({filter.getNumElements()}), ReduceKind::Sum,
                       ValueRange{ReshapeOp::create(builder, loc, rows, parts)},
                       ArrayRef<SmallVector<int64_t>>{allDims(2)}, ArrayRef<int64_t>{0},
                       [](OpBuilder &, Location, ValueRange elements) { return elements[0]; });
  return {gradInput, ReshapeOp::create(builder, loc, filter, sum)};
}

//===- depthwise_conv2d_grad_input ------------------------------------------------------------===//

LogicalResult DepthwiseConv2DGradInputOp::verify() {
  return verifyShapes(*this, getGradInput().getType(), getFilter().getType().getShape(),
                      getGradOutput().getType());
}

SmallVector<int64_t> DepthwiseConv2DGradInputOp::getIterationDomain() {
  return domainOf(getGradOutput().getType(), getFilter().getType().getShape());
}
SmallVector<AffineMap> DepthwiseConv2DGradInputOp::getIndexingMaps() {
  return {outputMap(getContext(), getFilter().getType().getDimSize(3)), filterMap(getContext()),
          inputMap(*this)};
}
SmallVector<bool> DepthwiseConv2DGradInputOp::getReducedDims() {
  return {false, true, true, false, true, true, true};
}
TypedAttr DepthwiseConv2DGradInputOp::getInit() { return Builder(getContext()).getF32FloatAttr(0); }
SmallVector<Value> DepthwiseConv2DGradInputOp::buildBody(OpBuilder &builder, ValueRange elements,
                                                         ValueRange) {
  return multiplyAdd(builder, getLoc(), elements);
}
int64_t DepthwiseConv2DGradInputOp::getPointFlops() { return 2; }

//===- depthwise_conv2d_grad_filter -----------------------------------------------------------===//

LogicalResult DepthwiseConv2DGradFilterOp::verify() {
  if (getPartial().getType().getRank() != 5)
    return emitOpError("needs parts of rank 5");
  return verifyShapes(*this, getInput().getType(), getPartial().getType().getShape().drop_front(),
                      getGradOutput().getType());
}

SmallVector<int64_t> DepthwiseConv2DGradFilterOp::getIterationDomain() {
  return domainOf(getGradOutput().getType(), getPartial().getType().getShape().drop_front());
}
SmallVector<AffineMap> DepthwiseConv2DGradFilterOp::getIndexingMaps() {
  MLIRContext *context = getContext();
  auto partial = getPartial().getType();
  SmallVector<AffineExpr> place{getAffineDimExpr(N, context) % partial.getDimSize(0)};
  llvm::append_range(place, filterMap(context).getResults());
  return {inputMap(*this), outputMap(context, partial.getDimSize(4)),
          AffineMap::get(DimCount, 0, place, context)};
}
SmallVector<bool> DepthwiseConv2DGradFilterOp::getReducedDims() {
  return {true, true, true, false, false, false, false};
}
TypedAttr DepthwiseConv2DGradFilterOp::getInit() {
  return Builder(getContext()).getF32FloatAttr(0);
}
SmallVector<Value> DepthwiseConv2DGradFilterOp::buildBody(OpBuilder &builder, ValueRange elements,
                                                          ValueRange) {
  return multiplyAdd(builder, getLoc(), elements);
}
int64_t DepthwiseConv2DGradFilterOp::getPointFlops() { return 2; }
