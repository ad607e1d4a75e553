// Splits gradients of filters that are small beside the images in parts of the batch.
//
//   %g = nn.conv2d_grad_filter %x, %dy         ->  %p = nn.conv2d_grad_filter %x, %dy parts of 4
//   images
//          : [3, 3, 32, 64]                               : [8, 3, 3, 32, 64]
//                                                  %g = nn.reduce sum (%a = %p) axes [0]
//                                                         : [8, 3, 3, 32, 64] -> [3, 3, 32, 64]
//
// A unit that sums over the whole batch reads all of both images for a few elements of the filter;
// one that sums over a part reads it once for all of them, and the thread that reads it is the one
// that wrote it. The split is one of shapes: it does not depend on the number of threads, nor do
// the bits.

#include "compiler/Fuse/SplitGradFilters.h"

#include "dialects/NN/NN.h"

using namespace mlir;
using namespace ingot;

/// How many parts there are at most: enough for some threads.
static constexpr int64_t mostParts = 16;
/// By how many times the images must be larger than all parts of the filter.
static constexpr int64_t timesLarger = 4;

namespace {
struct SplitGradFilter : OpRewritePattern<nn::Conv2DGradFilterOp> {
  SplitGradFilter(MLIRContext *context, int64_t batch) : OpRewritePattern(context), batch(batch) {}

  LogicalResult matchAndRewrite(nn::Conv2DGradFilterOp op,
                                PatternRewriter &rewriter) const override {
    int64_t images = op.getPartImages() ? 0 : imagesOfPart(op);
    if (!images)
      return failure();
    auto filter = op.getGradFilter().getType();
    SmallVector<int64_t> shape(filter.getShape());
    shape.insert(shape.begin(), llvm::divideCeil(batch, images));
    auto parts = nn::Conv2DGradFilterOp::create(
        rewriter, op.getLoc(), filter.clone(shape), op.getInput(), op.getGradOutput(),
        op.getStridesAttr(), op.getPaddingAttr(), op.getDilationAttr(), op.getGroupsAttr(),
        rewriter.getI64IntegerAttr(images));
    rewriter.replaceOpWithNewOp<nn::ReduceOp>(
        op, filter, nn::ReduceKind::Sum, parts.getGradFilter(),
        ArrayRef<SmallVector<int64_t>>{nn::allDims(shape.size())}, ArrayRef<int64_t>{0},
        [](OpBuilder &, Location, ValueRange elements) { return elements[0]; });
    return success();
  }

private:
  /// 0 where the sum stays whole.
  int64_t imagesOfPart(nn::Conv2DGradFilterOp op) const {
    int64_t ofImages = batch * (nn::elementsPerRow(op.getInput().getType()) +
                                nn::elementsPerRow(op.getGradOutput().getType()));
    int64_t ofFilter = op.getGradFilter().getType().getNumElements();
    for (int64_t parts = std::min(mostParts, batch); parts >= 2; parts /= 2)
      if (parts * ofFilter * timesLarger <= ofImages)
        return llvm::divideCeil(batch, parts);
    return 0;
  }

  int64_t batch;
};
} // namespace

void ingot::fuse::populateSplitGradFilterPatterns(RewritePatternSet &patterns, int64_t batch) {
  patterns.add<SplitGradFilter>(patterns.getContext(), batch);
}
