// Two-dimensional convolution: shape, structure and gradient.
//
// All three ops walk the same domain (n, y, x, o, u, v, c): image, output row and column, filter,
// window row and column, channel; they differ in which of the three tensors is the result.

#include "dialects/NN/NN.h"

using namespace mlir;
using namespace ingot::nn;

namespace {
enum Dim { N, Y, X, O, U, V, C, DimCount };
} // namespace

static AffineMap mapOf(MLIRContext *context, ArrayRef<AffineExpr> results) {
  return AffineMap::get(DimCount, 0, results, context);
}

static AffineMap inputMap(MLIRContext *context, ArrayRef<int64_t> strides,
                          ArrayRef<int64_t> padding) {
  auto dim = [&](Dim d) { return getAffineDimExpr(d, context); };
  return mapOf(context, {dim(N), dim(Y) * strides[0] + dim(U) - padding[0],
                         dim(X) * strides[1] + dim(V) - padding[2], dim(C)});
}

static AffineMap dimsMap(MLIRContext *context, ArrayRef<Dim> dims) {
  SmallVector<AffineExpr> results;
  for (Dim d : dims)
    results.push_back(getAffineDimExpr(d, context));
  return mapOf(context, results);
}

static SmallVector<int64_t> domainOf(ArrayRef<int64_t> output, int64_t windowHeight,
                                     int64_t windowWidth, int64_t channels) {
  return {output[0], output[1], output[2], output[3], windowHeight, windowWidth, channels};
}

static SmallVector<Value> multiplyAdd(OpBuilder &builder, Location loc, ValueRange elements) {
  Value product = arith::MulFOp::create(builder, loc, elements[0], elements[1]);
  return {arith::AddFOp::create(builder, loc, elements[2], product)};
}

/// Checks that output = conv2d(input, filter) has consistent shapes.
static LogicalResult verifyShapes(Operation *op, RankedTensorType input, RankedTensorType filter,
                                  RankedTensorType output, ArrayRef<int64_t> strides,
                                  ArrayRef<int64_t> padding) {
  if (input.getRank() != 4 || filter.getRank() != 4 || output.getRank() != 4)
    return op->emitOpError("needs tensors of rank 4");
  if (strides.size() != 2 || strides[0] < 1 || strides[1] < 1)
    return op->emitOpError("needs two positive strides");
  if (padding.size() != 4 || llvm::any_of(padding, [](int64_t p) { return p < 0; }))
    return op->emitOpError("needs four paddings [top, bottom, left, right] that are not negative");
  if (input.getDimSize(3) != filter.getDimSize(2))
    return op->emitOpError("reads ")
           << input.getDimSize(3) << " channels with a filter for " << filter.getDimSize(2);
  if (output.getDimSize(3) != filter.getDimSize(3))
    return op->emitOpError("makes ")
           << output.getDimSize(3) << " channels with " << filter.getDimSize(3) << " filters";
  for (int axis : {0, 1}) {
    int64_t padded = input.getDimSize(1 + axis) + padding[2 * axis] + padding[2 * axis + 1];
    int64_t span = padded - filter.getDimSize(axis);
    if (span < 0)
      return op->emitOpError("has a window of ")
             << filter.getDimSize(axis) << " on a padded input of " << padded;
    if (span / strides[axis] + 1 != output.getDimSize(1 + axis))
      return op->emitOpError("should make ")
             << span / strides[axis] + 1 << " positions along spatial axis " << axis
             << ", but its type says " << output.getDimSize(1 + axis);
  }
  return success();
}

//===- conv2d ---------------------------------------------------------------------------------===//

LogicalResult Conv2DOp::verify() {
  return verifyShapes(*this, getInput().getType(), getFilter().getType(), getOutput().getType(),
                      getStrides(), getPadding());
}

SmallVector<int64_t> Conv2DOp::getIterationDomain() {
  auto filter = getFilter().getType().getShape();
  return domainOf(getOutput().getType().getShape(), filter[0], filter[1], filter[2]);
}
SmallVector<AffineMap> Conv2DOp::getIndexingMaps() {
  MLIRContext *context = getContext();
  return {inputMap(context, getStrides(), getPadding()), dimsMap(context, {U, V, C, O}),
          dimsMap(context, {N, Y, X, O})};
}
SmallVector<bool> Conv2DOp::getReducedDims() {
  return {false, false, false, false, true, true, true};
}
TypedAttr Conv2DOp::getInit() { return Builder(getContext()).getF32FloatAttr(0); }
SmallVector<Value> Conv2DOp::buildBody(OpBuilder &builder, ValueRange elements, ValueRange) {
  return multiplyAdd(builder, getLoc(), elements);
}
int64_t Conv2DOp::getPointFlops() { return 2; }

SmallVector<Value> Conv2DOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  auto filter = getFilter().getType();
  auto shape = filter.getShape();
  auto exchanged =
      RankedTensorType::get({shape[0], shape[1], shape[3], shape[2]}, filter.getElementType());
  Value filterTransposed = TransposeOp::create(builder, getLoc(), exchanged, getFilter(),
                                               builder.getDenseI64ArrayAttr({0, 1, 3, 2}));
  Value gradInput =
      Conv2DGradInputOp::create(builder, getLoc(), getInput().getType(), gradResults[0],
                                filterTransposed, getStridesAttr(), getPaddingAttr());
  Value gradFilter = Conv2DGradFilterOp::create(builder, getLoc(), filter, getInput(),
                                                gradResults[0], getStridesAttr(), getPaddingAttr());
  return {gradInput, gradFilter};
}

//===- conv2d_grad_input ----------------------------------------------------------------------===//

LogicalResult Conv2DGradInputOp::verify() {
  auto transposed = getFilterTransposed().getType();
  if (transposed.getRank() != 4)
    return emitOpError("needs a filter of rank 4");
  auto shape = transposed.getShape();
  auto filter =
      RankedTensorType::get({shape[0], shape[1], shape[3], shape[2]}, transposed.getElementType());
  return verifyShapes(*this, getGradInput().getType(), filter, getGradOutput().getType(),
                      getStrides(), getPadding());
}

SmallVector<int64_t> Conv2DGradInputOp::getIterationDomain() {
  auto filter = getFilterTransposed().getType().getShape();
  return domainOf(getGradOutput().getType().getShape(), filter[0], filter[1], filter[3]);
}
SmallVector<AffineMap> Conv2DGradInputOp::getIndexingMaps() {
  MLIRContext *context = getContext();
  return {dimsMap(context, {N, Y, X, O}), dimsMap(context, {U, V, O, C}),
          inputMap(context, getStrides(), getPadding())};
}
SmallVector<bool> Conv2DGradInputOp::getReducedDims() {
  return {false, true, true, true, true, true, false};
}
TypedAttr Conv2DGradInputOp::getInit() { return Builder(getContext()).getF32FloatAttr(0); }
SmallVector<Value> Conv2DGradInputOp::buildBody(OpBuilder &builder, ValueRange elements,
                                                ValueRange) {
  return multiplyAdd(builder, getLoc(), elements);
}
int64_t Conv2DGradInputOp::getPointFlops() { return 2; }

//===- conv2d_grad_filter ---------------------------------------------------------------------===//

LogicalResult Conv2DGradFilterOp::verify() {
  return verifyShapes(*this, getInput().getType(), getGradFilter().getType(),
                      getGradOutput().getType(), getStrides(), getPadding());
}

SmallVector<int64_t> Conv2DGradFilterOp::getIterationDomain() {
  auto filter = getGradFilter().getType().getShape();
  return domainOf(getGradOutput().getType().getShape(), filter[0], filter[1], filter[2]);
}
SmallVector<AffineMap> Conv2DGradFilterOp::getIndexingMaps() {
  MLIRContext *context = getContext();
  return {inputMap(context, getStrides(), getPadding()), dimsMap(context, {N, Y, X, O}),
          dimsMap(context, {U, V, C, O})};
}
SmallVector<bool> Conv2DGradFilterOp::getReducedDims() {
  return {true, true, true, false, false, false, false};
}
TypedAttr Conv2DGradFilterOp::getInit() { return Builder(getContext()).getF32FloatAttr(0); }
SmallVector<Value> Conv2DGradFilterOp::buildBody(OpBuilder &builder, ValueRange elements,
                                                 ValueRange) {
  return multiplyAdd(builder, getLoc(), elements);
}
int64_t Conv2DGradFilterOp::getPointFlops() { return 2; }
