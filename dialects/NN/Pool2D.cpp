// Two-dimensional pooling: shape, structure and gradient.
//
// All four ops walk the same domain (n, y, x, c, u, v): image, output row and column, channel,
// window row and column.

#include "dialects/NN/Pool2D.h"

using namespace mlir;
using namespace ingot::nn;

#define GET_OP_CLASSES
#include "dialects/NN/Pool2DOps.cpp.inc"

namespace {
enum Dim { N, Y, X, C, U, V, DimCount };
} // namespace

static AffineMap inputMap(MLIRContext *context, ArrayRef<int64_t> strides,
                          ArrayRef<int64_t> padding) {
  auto dim = [&](Dim d) { return getAffineDimExpr(d, context); };
  return AffineMap::get(DimCount, 0,
                        {dim(N), dim(Y) * strides[0] + dim(U) - padding[0],
                         dim(X) * strides[1] + dim(V) - padding[2], dim(C)},
                        context);
}

static AffineMap outputMap(MLIRContext *context) {
  return AffineMap::getMultiDimIdentityMap(DimCount, context).getMajorSubMap(4);
}

static SmallVector<int64_t> domainOf(RankedTensorType output, ArrayRef<int64_t> window) {
  SmallVector<int64_t> domain(output.getShape());
  llvm::append_range(domain, window);
  return domain;
}

static SmallVector<bool> forwardReduced() { return {false, false, false, false, true, true}; }
static SmallVector<bool> gradientReduced() { return {false, true, true, false, true, true}; }

/// Checks that windows on `input` make `output`.
static LogicalResult verifyWindows(Operation *op, RankedTensorType input, RankedTensorType output,
                                   ArrayRef<int64_t> window, ArrayRef<int64_t> strides,
                                   ArrayRef<int64_t> padding) {
  if (input.getRank() != 4 || output.getRank() != 4)
    return op->emitOpError("needs tensors of rank 4");
  auto positive = [](ArrayRef<int64_t> sizes) {
    return sizes.size() == 2 && sizes[0] > 0 && sizes[1] > 0;
  };
  if (!positive(window) || !positive(strides))
    return op->emitOpError("needs a window and strides of two positive numbers each");
  if (padding.size() != 4)
    return op->emitOpError("needs four paddings [top, bottom, left, right]");
  for (auto [i, p] : llvm::enumerate(padding))
    if (p < 0 || p >= window[i / 2])
      return op->emitOpError("needs paddings that are not negative and smaller than the window");
  if (input.getDimSize(0) != output.getDimSize(0) || input.getDimSize(3) != output.getDimSize(3))
    return op->emitOpError("must keep images and channels");
  for (int axis : {0, 1}) {
    int64_t padded = input.getDimSize(1 + axis) + padding[2 * axis] + padding[2 * axis + 1];
    if (padded < window[axis])
      return op->emitOpError("has a window of ")
             << window[axis] << " on a padded input of " << padded;
    int64_t places = (padded - window[axis]) / strides[axis] + 1;
    if (places != output.getDimSize(1 + axis))
      return op->emitOpError("should make ")
             << places << " positions along spatial axis " << axis << ", but its type says "
             << output.getDimSize(1 + axis);
  }
  return success();
}

/// u*width + v as an element of an index tensor.
static Value positionInWindow(OpBuilder &builder, Location loc, ArrayRef<int64_t> window,
                              ValueRange point, Type type) {
  Value width = arith::ConstantIndexOp::create(builder, loc, window[1]);
  Value row = arith::MulIOp::create(builder, loc, point[U], width);
  Value position = arith::AddIOp::create(builder, loc, row, point[V]);
  return arith::IndexCastOp::create(builder, loc, type, position);
}

static Type indexType(MLIRContext *context, ArrayRef<int64_t> window) {
  return IntegerType::get(context, window[0] * window[1] <= 256 ? 8 : 32);
}

static LogicalResult verifyIndex(Operation *op, RankedTensorType index, RankedTensorType output,
                                 ArrayRef<int64_t> window) {
  if (index.getShape() != output.getShape() ||
      index.getElementType() != indexType(op->getContext(), window))
    return op->emitOpError("needs an index of ")
           << output.clone(indexType(op->getContext(), window));
  return success();
}

//===- max_pool2d -----------------------------------------------------------------------------===//

void MaxPool2DOp::build(OpBuilder &builder, OperationState &state, RankedTensorType output,
                        Value input, ArrayRef<int64_t> window, ArrayRef<int64_t> strides,
                        ArrayRef<int64_t> padding) {
  build(builder, state, output, output.clone(indexType(builder.getContext(), window)), input,
        builder.getDenseI64ArrayAttr(window), builder.getDenseI64ArrayAttr(strides),
        builder.getDenseI64ArrayAttr(padding));
}

LogicalResult MaxPool2DOp::verify() {
  if (failed(verifyWindows(*this, getInput().getType(), getOutput().getType(), getWindow(),
                           getStrides(), getPadding())))
    return failure();
  return verifyIndex(*this, getIndex().getType(), getOutput().getType(), getWindow());
}

SmallVector<int64_t> MaxPool2DOp::getIterationDomain() {
  return domainOf(getOutput().getType(), getWindow());
}
SmallVector<AffineMap> MaxPool2DOp::getIndexingMaps() {
  AffineMap output = outputMap(getContext());
  return {inputMap(getContext(), getStrides(), getPadding()), output, output};
}
SmallVector<bool> MaxPool2DOp::getReducedDims() { return forwardReduced(); }
TypedAttr MaxPool2DOp::getInit() {
  auto type = cast<FloatType>(getOutput().getType().getElementType());
  return FloatAttr::get(type, APFloat::getInf(type.getFloatSemantics(), /*Negative=*/true));
}

// Strictly larger elements replace what is there, so that the first of equal ones stays; a NaN
// replaces it too, and nothing is larger than a NaN.
SmallVector<Value> MaxPool2DOp::buildBody(OpBuilder &builder, ValueRange elements,
                                          ValueRange point) {
  Location loc = getLoc();
  Value element = elements[0];
  auto compare = [&](arith::CmpFPredicate predicate, Value a, Value b) {
    return arith::CmpFOp::create(builder, loc, predicate, a, b);
  };
  Value larger = compare(arith::CmpFPredicate::OGT, element, elements[1]);
  Value isNaN = compare(arith::CmpFPredicate::UNO, element, element);
  Value takes = arith::OrIOp::create(builder, loc, larger, isNaN);
  Value position = positionInWindow(builder, loc, getWindow(), point, elements[2].getType());
  return {arith::SelectOp::create(builder, loc, takes, element, elements[1]),
          arith::SelectOp::create(builder, loc, takes, position, elements[2])};
}
int64_t MaxPool2DOp::getPointFlops() { return 1; }

SmallVector<Value> MaxPool2DOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  return {MaxPool2DGradInputOp::create(builder, getLoc(), getInput().getType(), gradResults[0],
                                       getIndex(), getWindowAttr(), getStridesAttr(),
                                       getPaddingAttr())};
}

//===- max_pool2d_grad_input ------------------------------------------------------------------===//

LogicalResult MaxPool2DGradInputOp::verify() {
  if (failed(verifyWindows(*this, getGradInput().getType(), getGradOutput().getType(), getWindow(),
                           getStrides(), getPadding())))
    return failure();
  return verifyIndex(*this, getIndex().getType(), getGradOutput().getType(), getWindow());
}

SmallVector<int64_t> MaxPool2DGradInputOp::getIterationDomain() {
  return domainOf(getGradOutput().getType(), getWindow());
}
SmallVector<AffineMap> MaxPool2DGradInputOp::getIndexingMaps() {
  AffineMap output = outputMap(getContext());
  return {output, output, inputMap(getContext(), getStrides(), getPadding())};
}
SmallVector<bool> MaxPool2DGradInputOp::getReducedDims() { return gradientReduced(); }
TypedAttr MaxPool2DGradInputOp::getInit() { return Builder(getContext()).getF32FloatAttr(0); }
SmallVector<Value> MaxPool2DGradInputOp::buildBody(OpBuilder &builder, ValueRange elements,
                                                   ValueRange point) {
  Location loc = getLoc();
  Value position = positionInWindow(builder, loc, getWindow(), point, elements[1].getType());
  Value here = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, elements[1], position);
  Value sum = arith::AddFOp::create(builder, loc, elements[2], elements[0]);
  return {arith::SelectOp::create(builder, loc, here, sum, elements[2])};
}
int64_t MaxPool2DGradInputOp::getPointFlops() { return 1; }

//===- sum_pool2d -----------------------------------------------------------------------------===//

LogicalResult SumPool2DOp::verify() {
  return verifyWindows(*this, getInput().getType(), getOutput().getType(), getWindow(),
                       getStrides(), getPadding());
}

SmallVector<int64_t> SumPool2DOp::getIterationDomain() {
  return domainOf(getOutput().getType(), getWindow());
}
SmallVector<AffineMap> SumPool2DOp::getIndexingMaps() {
  return {inputMap(getContext(), getStrides(), getPadding()), outputMap(getContext())};
}
SmallVector<bool> SumPool2DOp::getReducedDims() { return forwardReduced(); }
TypedAttr SumPool2DOp::getInit() { return Builder(getContext()).getF32FloatAttr(0); }
SmallVector<Value> SumPool2DOp::buildBody(OpBuilder &builder, ValueRange elements, ValueRange) {
  return {arith::AddFOp::create(builder, getLoc(), elements[1], elements[0])};
}
int64_t SumPool2DOp::getPointFlops() { return 1; }

SmallVector<Value> SumPool2DOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  return {SumPool2DGradInputOp::create(builder, getLoc(), getInput().getType(), gradResults[0],
                                       getWindowAttr(), getStridesAttr(), getPaddingAttr())};
}

//===- sum_pool2d_grad_input ------------------------------------------------------------------===//

LogicalResult SumPool2DGradInputOp::verify() {
  return verifyWindows(*this, getGradInput().getType(), getGradOutput().getType(), getWindow(),
                       getStrides(), getPadding());
}

SmallVector<int64_t> SumPool2DGradInputOp::getIterationDomain() {
  return domainOf(getGradOutput().getType(), getWindow());
}
SmallVector<AffineMap> SumPool2DGradInputOp::getIndexingMaps() {
  return {outputMap(getContext()), inputMap(getContext(), getStrides(), getPadding())};
}
SmallVector<bool> SumPool2DGradInputOp::getReducedDims() { return gradientReduced(); }
TypedAttr SumPool2DGradInputOp::getInit() { return Builder(getContext()).getF32FloatAttr(0); }
SmallVector<Value> SumPool2DGradInputOp::buildBody(OpBuilder &builder, ValueRange elements,
                                                   ValueRange) {
  return {arith::AddFOp::create(builder, getLoc(), elements[1], elements[0])};
}
int64_t SumPool2DGradInputOp::getPointFlops() { return 1; }
