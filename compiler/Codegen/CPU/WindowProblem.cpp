#include "compiler/Codegen/CPU/WindowProblem.h"

#include "dialects/NN/DepthwiseConv2D.h"
#include "dialects/NN/Pool2D.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;
using namespace ingot;
using namespace ingot::cpu;

WindowAxis WindowAxis::forward(int64_t input, int64_t output, int64_t window, int64_t stride,
                               int64_t dilation, int64_t before) {
  WindowAxis axis;
  axis.resultSize = output, axis.sourceSize = input;
  axis.factor = stride;
  axis.residues = {{/*first=*/0, /*step=*/1, window, -before, dilation}};
  return axis;
}

// A position i of the input is met by element u of the window at output y where y * stride +
// u * dilation - before = i. With i + before = q * stride + r this is y = q + (r - u * dilation) /
// stride, for those u for which it is whole.
WindowAxis WindowAxis::gradient(int64_t input, int64_t output, int64_t window, int64_t stride,
                                int64_t dilation, int64_t before) {
  WindowAxis axis;
  axis.resultSize = input, axis.sourceSize = output;
  axis.period = stride, axis.shift = before;
  int64_t step = stride / std::gcd(stride, dilation);
  for (int64_t r = 0; r < stride; ++r) {
    ResidueTaps taps;
    while (taps.first < window && (r - taps.first * dilation) % stride != 0)
      ++taps.first;
    taps.step = step;
    taps.count = taps.first < window ? (window - 1 - taps.first) / step + 1 : 0;
    taps.offset = (r - taps.first * dilation) / stride;
    taps.offsetStep = -(step * dilation / stride);
    axis.residues.push_back(taps);
  }
  return axis;
}

static int64_t floorOf(int64_t a, int64_t b) { return llvm::divideFloorSigned(a, b); }
static int64_t ceilOf(int64_t a, int64_t b) { return llvm::divideCeilSigned(a, b); }

int64_t WindowAxis::firstBlock() const { return shift / period; }
int64_t WindowAxis::lastBlock() const { return (resultSize - 1 + shift) / period + 1; }

int64_t WindowAxis::firstInterior() const {
  int64_t first = ceilOf(shift, period);
  for (const ResidueTaps &taps : residues)
    if (taps.count)
      first = std::max(
          first,
          ceilOf(-std::min(taps.offset, taps.offset + (taps.count - 1) * taps.offsetStep), factor));
  return std::min(first, lastBlock());
}

int64_t WindowAxis::lastInterior() const {
  int64_t last = (resultSize + shift) / period;
  for (const ResidueTaps &taps : residues)
    if (taps.count) {
      int64_t end = std::max(taps.offset, taps.offset + (taps.count - 1) * taps.offsetStep);
      last = std::min(last, floorOf(sourceSize - 1 - end, factor) + 1);
    }
  return std::max(last, firstInterior());
}

int64_t WindowAxis::borderPositions() const {
  return resultSize - (lastInterior() - firstInterior()) * period;
}

std::pair<Index, Index> ingot::cpu::clippedTaps(LoopNest &nest, const WindowAxis &axis,
                                                const ResidueTaps &taps, Index block) {
  Index first = nest.add(nest.mul(block, axis.factor), taps.offset);
  Index last(axis.sourceSize - 1);
  bool ascending = taps.offsetStep > 0;
  int64_t step = std::abs(taps.offsetStep);
  // How far the first tap lies outside on its side, and how far it is from the other side.
  Index outside = ascending ? nest.sub(Index(0), first) : nest.sub(first, last);
  Index room = ascending ? nest.sub(last, first) : first;
  Index begin = nest.floorDiv(nest.add(nest.max(outside, Index(0)), step - 1), step);
  Index end = nest.floorDiv(nest.max(nest.add(room, step), Index(0)), step);
  return {nest.min(begin, Index(taps.count)), nest.min(end, Index(taps.count))};
}

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// `input` and `output` are those of the forward op.
static WindowProblem problemOf(Operation *op, WindowKind kind, bool gradient,
                               RankedTensorType input, RankedTensorType output,
                               ArrayRef<int64_t> window, ArrayRef<int64_t> strides,
                               ArrayRef<int64_t> dilations, ArrayRef<int64_t> padding) {
  auto axis = [&](int i) {
    auto make = gradient ? WindowAxis::gradient : WindowAxis::forward;
    return make(input.getDimSize(i + 1), output.getDimSize(i + 1), window[i], strides[i],
                dilations[i], padding[2 * i]);
  };
  WindowProblem problem{op,
                        kind,
                        gradient,
                        window[0],
                        window[1],
                        axis(0),
                        axis(1),
                        (gradient ? input : output).getDimSize(3),
                        (gradient ? output : input).getDimSize(3)};
  problem.multiplier = output.getDimSize(3) / input.getDimSize(3);
  return problem;
}

template <typename Op>
static WindowProblem poolingProblem(Op op, WindowKind kind, bool gradient, Value input,
                                    Value output) {
  return problemOf(op, kind, gradient, typeOf(input), typeOf(output), op.getWindow(),
                   op.getStrides(), {1, 1}, op.getPadding());
}

std::optional<WindowProblem> ingot::cpu::windowOf(Operation *op) {
  if (auto pool = dyn_cast<nn::MaxPool2DOp>(op))
    return poolingProblem(pool, WindowKind::Max, false, pool.getInput(), pool.getOutput());
  if (auto pool = dyn_cast<nn::SumPool2DOp>(op))
    return poolingProblem(pool, WindowKind::Sum, false, pool.getInput(), pool.getOutput());
  if (auto pool = dyn_cast<nn::MaxPool2DGradInputOp>(op))
    return poolingProblem(pool, WindowKind::MaxGradient, true, pool.getGradInput(),
                          pool.getGradOutput());
  if (auto pool = dyn_cast<nn::SumPool2DGradInputOp>(op))
    return poolingProblem(pool, WindowKind::Sum, true, pool.getGradInput(), pool.getGradOutput());
  if (auto conv = dyn_cast<nn::DepthwiseConv2DOp>(op))
    return problemOf(op, WindowKind::Depthwise, false, typeOf(conv.getInput()),
                     typeOf(conv.getOutput()), typeOf(conv.getFilter()).getShape().take_front(2),
                     conv.getStrides(), conv.getDilations(), conv.getPadding());
  if (auto conv = dyn_cast<nn::DepthwiseConv2DGradInputOp>(op))
    return problemOf(op, WindowKind::Depthwise, true, typeOf(conv.getGradInput()),
                     typeOf(conv.getGradOutput()),
                     typeOf(conv.getFilter()).getShape().take_front(2), conv.getStrides(),
                     conv.getDilations(), conv.getPadding());
  return std::nullopt;
}

int64_t ingot::cpu::lanesFor(int64_t channels, int64_t machineLanes) {
  return std::min<int64_t>(machineLanes, llvm::PowerOf2Ceil(channels));
}
