// Splits reductions in two where one launch could not share its work between threads, or where no
// kernel has the form.
//
//   %s = nn.reduce sum (%a = %x) axes [0, 1, 2]     ->  %p = nn.reduce sum (%a = %x) axes [1, 2]
//          : [?, 32, 32, 64] -> [64]                          : [?, 32, 32, 64] -> [?, 64]
//                                                       %s = nn.reduce sum (%a = %p) axes [0]
//                                                             : [?, 64] -> [64]
// The split is one of shapes: it does not depend on the number of threads, nor do the bits.

#include "compiler/Fuse/SplitReductions.h"

#include "dialects/NN/ScalarRegion.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace ingot;

/// Domains of fewer points are not worth a second launch.
static constexpr int64_t largeDomain = 256 * 1024;
/// The same, where one thread would do all the work.
static constexpr int64_t largeScalarDomain = 32 * 1024;
/// Partial results that are enough for some threads.
static constexpr int64_t enoughParts = 8;

namespace {
struct SplitReduction : OpRewritePattern<nn::ReduceOp> {
  SplitReduction(MLIRContext *context, int64_t batch) : OpRewritePattern(context), batch(batch) {}

  LogicalResult matchAndRewrite(nn::ReduceOp reduce, PatternRewriter &rewriter) const override {
    SmallVector<int64_t> inner = innerAxes(reduce);
    if (inner.empty())
      return failure();
    SmallVector<int64_t> domain = reduce.getIterationDomain(), shape, outer;
    for (int64_t dim = 0; dim < static_cast<int64_t>(domain.size()); ++dim) {
      if (llvm::is_contained(inner, dim))
        continue;
      if (llvm::is_contained(reduce.getAxes(), dim))
        outer.push_back(shape.size());
      shape.push_back(domain[dim]);
    }
    auto partial = RankedTensorType::get(shape, reduce.getOutput().getType().getElementType());
    auto first = cast<nn::ReduceOp>(rewriter.clone(*reduce));
    first.setAxes(inner);
    first.getOutput().setType(partial);
    rewriter.replaceOpWithNewOp<nn::ReduceOp>(
        reduce, reduce.getOutput().getType(), reduce.getKind(), first.getOutput(),
        ArrayRef<SmallVector<int64_t>>{nn::allDims(partial.getRank())}, outer,
        [](OpBuilder &, Location, ValueRange elements) { return elements[0]; });
    return success();
  }

private:
  int64_t points(ArrayRef<int64_t> sizes) const {
    int64_t count = 1;
    for (int64_t size : sizes)
      count *= ShapedType::isDynamic(size) ? batch : size;
    return count;
  }

  /// The axes to reduce first; none where the reduction stays whole.
  SmallVector<int64_t> innerAxes(nn::ReduceOp reduce) const {
    SmallVector<int64_t> domain = reduce.getIterationDomain();
    auto axes = llvm::to_vector(reduce.getAxes());
    int64_t rank = domain.size(), size = points(domain);
    bool contiguous = !axes.empty() && axes.back() - axes.front() + 1 == int64_t(axes.size());
    if (axes.size() < 2 || size <= largeScalarDomain)
      return {};
    bool toScalar = static_cast<int64_t>(axes.size()) == rank;
    if (toScalar && ShapedType::isDynamic(domain.front()))
      return SmallVector<int64_t>(ArrayRef(axes).drop_front());
    if (toScalar)
      return domain.back() > 1 ? SmallVector<int64_t>(ArrayRef(axes).drop_back())
                               : SmallVector<int64_t>();
    if (axes.back() == rank - 1)
      return contiguous ? SmallVector<int64_t>() : trailingRun(axes);
    if (!contiguous || axes.front() != 0 || size < largeDomain)
      return {};
    size_t kept = 1;
    while (kept < axes.size() && points(ArrayRef(domain).take_front(kept)) < enoughParts)
      ++kept;
    // As many partial results as elements would save nothing.
    if (kept == axes.size() || points(ArrayRef(domain).slice(kept, axes.size() - kept)) < 16)
      return {};
    return SmallVector<int64_t>(ArrayRef(axes).drop_front(kept));
  }

  static SmallVector<int64_t> trailingRun(ArrayRef<int64_t> axes) {
    size_t first = axes.size() - 1;
    while (first && axes[first - 1] + 1 == axes[first])
      --first;
    return SmallVector<int64_t>(axes.drop_front(first));
  }

  int64_t batch;
};
} // namespace

void ingot::fuse::populateSplitPatterns(RewritePatternSet &patterns, int64_t batch) {
  patterns.add<SplitReduction>(patterns.getContext(), batch);
}
