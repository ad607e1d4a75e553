// Two-dimensional convolution: shape, structure and gradient.
//
// All three ops walk the same domain (n, y, x, g, o, u, v, c): image, output row and column, group,
// filter of the group, window row and column, channel of the group; they differ in which of the
// three tensors is the result.

#include "dialects/NN/NN.h"
#include "dialects/NN/Shapes.h"

using namespace mlir;
using namespace ingot::nn;

namespace {
enum Dim { N, Y, X, G, O, U, V, C, DimCount };

/// How the window lies on the input.
struct Window {
  ArrayRef<int64_t> strides, padding, dilation;
  int64_t groups;
};

/// The tensors of a convolution under the names of its forward pass.
struct Tensors {
  RankedTensorType input, filter, output;
};

/// The domain and the index of each tensor in it.
struct Structure {
  SmallVector<int64_t> domain;
  AffineMap input, filter, filterTransposed, output;
};
} // namespace

template <typename Op> static Window windowOf(Op op) {
  return {op.getStrides(), op.getPadding(), op.getDilation(), static_cast<int64_t>(op.getGroups())};
}

static Structure structureOf(const Tensors &tensors, const Window &window) {
  MLIRContext *context = tensors.input.getContext();
  auto dim = [&](Dim d) { return getAffineDimExpr(d, context); };
  auto map = [&](ArrayRef<AffineExpr> results) {
    return AffineMap::get(DimCount, 0, results, context);
  };
  auto filter = tensors.filter.getShape(), output = tensors.output.getShape();
  int64_t filters = output[3] / window.groups, channels = filter[2];
  // With one group, an index is the dimension itself, which needs no test of its range.
  auto inGroup = [&](Dim d, int64_t size) {
    return window.groups == 1 ? dim(d) : dim(G) * size + dim(d);
  };
  AffineExpr channel = inGroup(C, channels), out = inGroup(O, filters);
  AffineExpr row = dim(Y) * window.strides[0] + dim(U) * window.dilation[0] - window.padding[0];
  AffineExpr column = dim(X) * window.strides[1] + dim(V) * window.dilation[1] - window.padding[2];
  return {{output[0], output[1], output[2], window.groups, filters, filter[0], filter[1], channels},
          map({dim(N), row, column, channel}),
          map({dim(U), dim(V), dim(C), out}),
          map({dim(U), dim(V), out, dim(C)}),
          map({dim(N), dim(Y), dim(X), out})};
}

/// Which dimensions are summed over; the others are given by the result's index.
static SmallVector<bool> reducedDims(ArrayRef<Dim> kept) {
  SmallVector<bool> reduced(DimCount, true);
  for (Dim d : kept)
    reduced[d] = false;
  return reduced;
}

static SmallVector<Value> multiplyAdd(OpBuilder &builder, Location loc, ValueRange elements) {
  Value product = arith::MulFOp::create(builder, loc, elements[0], elements[1]);
  return {arith::AddFOp::create(builder, loc, elements[2], product)};
}

/// Checks that output = conv2d(input, filter) has consistent shapes.
static LogicalResult verifyShapes(Operation *op, const Tensors &tensors, const Window &window) {
  auto [input, filter, output] = tensors;
  if (input.getRank() != 4 || filter.getRank() != 4 || output.getRank() != 4)
    return op->emitOpError("needs tensors of rank 4");
  if (input.getDimSize(0) != output.getDimSize(0))
    return op->emitOpError("has another batch in its input than in its output");
  if (window.strides.size() != 2 || window.strides[0] < 1 || window.strides[1] < 1)
    return op->emitOpError("needs two positive strides");
  if (window.padding.size() != 4 || llvm::any_of(window.padding, [](int64_t p) { return p < 0; }))
    return op->emitOpError("needs four paddings [top, bottom, left, right] that are not negative");
  if (window.dilation.size() != 2 || window.dilation[0] < 1 || window.dilation[1] < 1)
    return op->emitOpError("needs two positive dilations");
  if (window.groups < 1 || output.getDimSize(3) % window.groups != 0)
    return op->emitOpError("has ") << window.groups << " groups, which do not divide its "
                                   << output.getDimSize(3) << " filters";
  if (input.getDimSize(3) != filter.getDimSize(2) * window.groups)
    return op->emitOpError("reads ") << input.getDimSize(3) << " channels with a filter for "
                                     << filter.getDimSize(2) * window.groups;
  if (output.getDimSize(3) != filter.getDimSize(3))
    return op->emitOpError("makes ")
           << output.getDimSize(3) << " channels with " << filter.getDimSize(3) << " filters";
  for (int axis : {0, 1}) {
    int64_t padded =
        input.getDimSize(1 + axis) + window.padding[2 * axis] + window.padding[2 * axis + 1];
    int64_t extent = windowExtent(filter.getDimSize(axis), window.dilation[axis]);
    int64_t places = windowOutput(padded, filter.getDimSize(axis), window.strides[axis],
                                  window.dilation[axis], Padding::Valid);
    if (places == 0)
      return op->emitOpError("has a window of ") << extent << " on a padded input of " << padded;
    if (places != output.getDimSize(1 + axis))
      return op->emitOpError("should make ")
             << places << " positions along spatial axis " << axis << ", but its type says "
             << output.getDimSize(1 + axis);
  }
  return success();
}

/// A filter's type with its two channel dimensions exchanged.
static RankedTensorType exchanged(RankedTensorType filter) {
  auto shape = filter.getShape();
  return RankedTensorType::get({shape[0], shape[1], shape[3], shape[2]}, filter.getElementType());
}

static Value exchangeChannels(OpBuilder &builder, Location loc, Value filter) {
  return TransposeOp::create(builder, loc, exchanged(cast<RankedTensorType>(filter.getType())),
                             filter, builder.getDenseI64ArrayAttr({0, 1, 3, 2}));
}

//===- conv2d ---------------------------------------------------------------------------------===//

static Tensors tensorsOf(Conv2DOp op) {
  return {op.getInput().getType(), op.getFilter().getType(), op.getOutput().getType()};
}

LogicalResult Conv2DOp::verify() { return verifyShapes(*this, tensorsOf(*this), windowOf(*this)); }

SmallVector<int64_t> Conv2DOp::getIterationDomain() {
  return structureOf(tensorsOf(*this), windowOf(*this)).domain;
}
SmallVector<AffineMap> Conv2DOp::getIndexingMaps() {
  Structure structure = structureOf(tensorsOf(*this), windowOf(*this));
  return {structure.input, structure.filter, structure.output};
}
SmallVector<bool> Conv2DOp::getReducedDims() { return reducedDims({N, Y, X, G, O}); }
TypedAttr Conv2DOp::getInit() { return Builder(getContext()).getF32FloatAttr(0); }
SmallVector<Value> Conv2DOp::buildBody(OpBuilder &builder, ValueRange elements, ValueRange) {
  return multiplyAdd(builder, getLoc(), elements);
}
int64_t Conv2DOp::getPointFlops() { return 2; }

SmallVector<Value> Conv2DOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  Value filterTransposed = exchangeChannels(builder, getLoc(), getFilter());
  Value gradInput = Conv2DGradInputOp::create(builder, getLoc(), getInput().getType(),
                                              gradResults[0], filterTransposed, getStridesAttr(),
                                              getPaddingAttr(), getDilationAttr(), getGroupsAttr());
  Value gradFilter = Conv2DGradFilterOp::create(
      builder, getLoc(), getFilter().getType(), getInput(), gradResults[0], getStridesAttr(),
      getPaddingAttr(), getDilationAttr(), getGroupsAttr(), /*part_images=*/IntegerAttr());
  return {gradInput, gradFilter};
}

//===- conv2d_grad_input ----------------------------------------------------------------------===//

static Tensors tensorsOf(Conv2DGradInputOp op) {
  return {op.getGradInput().getType(), exchanged(op.getFilterTransposed().getType()),
          op.getGradOutput().getType()};
}

LogicalResult Conv2DGradInputOp::verify() {
  if (getFilterTransposed().getType().getRank() != 4)
    return emitOpError("needs a filter of rank 4");
  return verifyShapes(*this, tensorsOf(*this), windowOf(*this));
}

SmallVector<int64_t> Conv2DGradInputOp::getIterationDomain() {
  return structureOf(tensorsOf(*this), windowOf(*this)).domain;
}
SmallVector<AffineMap> Conv2DGradInputOp::getIndexingMaps() {
  Structure structure = structureOf(tensorsOf(*this), windowOf(*this));
  return {structure.output, structure.filterTransposed, structure.input};
}
SmallVector<bool> Conv2DGradInputOp::getReducedDims() { return reducedDims({N, G, C}); }
TypedAttr Conv2DGradInputOp::getInit() { return Builder(getContext()).getF32FloatAttr(0); }
SmallVector<Value> Conv2DGradInputOp::buildBody(OpBuilder &builder, ValueRange elements,
                                                ValueRange) {
  return multiplyAdd(builder, getLoc(), elements);
}
int64_t Conv2DGradInputOp::getPointFlops() { return 2; }

// The op is linear in each of its operands and the transpose of conv2d, whence its gradients are
// conv2d itself and conv2d's gradient of the filter with the two tensors in exchanged roles.
SmallVector<Value> Conv2DGradInputOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  Value filter = exchangeChannels(builder, getLoc(), getFilterTransposed());
  Value gradGradOutput =
      Conv2DOp::create(builder, getLoc(), getGradOutput().getType(), gradResults[0], filter,
                       getStridesAttr(), getPaddingAttr(), getDilationAttr(), getGroupsAttr());
  Value gradFilter = Conv2DGradFilterOp::create(builder, getLoc(), filter.getType(), gradResults[0],
                                                getGradOutput(), getStridesAttr(), getPaddingAttr(),
                                                getDilationAttr(), getGroupsAttr(),
                                                /*part_images=*/IntegerAttr());
  return {gradGradOutput, exchangeChannels(builder, getLoc(), gradFilter)};
}

//===- conv2d_grad_filter ---------------------------------------------------------------------===//

static Tensors tensorsOf(Conv2DGradFilterOp op) {
  auto filter = op.getGradFilter().getType();
  return {op.getInput().getType(),
          op.getPartImages() ? filter.clone(filter.getShape().drop_front()) : filter,
          op.getGradOutput().getType()};
}

LogicalResult Conv2DGradFilterOp::verify() {
  if (auto images = getPartImages()) {
    if (static_cast<int64_t>(*images) < 1)
      return emitOpError("needs parts of one image or more");
    if (getGradFilter().getType().getRank() != 5)
      return emitOpError("needs parts of rank 5");
  }
  return verifyShapes(*this, tensorsOf(*this), windowOf(*this));
}

SmallVector<int64_t> Conv2DGradFilterOp::getIterationDomain() {
  return structureOf(tensorsOf(*this), windowOf(*this)).domain;
}
SmallVector<AffineMap> Conv2DGradFilterOp::getIndexingMaps() {
  Structure structure = structureOf(tensorsOf(*this), windowOf(*this));
  AffineMap filter = structure.filter;
  if (auto images = getPartImages())
    filter = filter.insertResult(
        getAffineDimExpr(N, getContext()).floorDiv(static_cast<int64_t>(*images)), 0);
  return {structure.input, structure.output, filter};
}
SmallVector<bool> Conv2DGradFilterOp::getReducedDims() { return reducedDims({G, O, U, V, C}); }
TypedAttr Conv2DGradFilterOp::getInit() { return Builder(getContext()).getF32FloatAttr(0); }
SmallVector<Value> Conv2DGradFilterOp::buildBody(OpBuilder &builder, ValueRange elements,
                                                 ValueRange) {
  return multiplyAdd(builder, getLoc(), elements);
}
int64_t Conv2DGradFilterOp::getPointFlops() { return 2; }
