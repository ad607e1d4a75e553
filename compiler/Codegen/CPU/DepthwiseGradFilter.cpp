// The gradient of a depthwise convolution's filter, in parts: part g sums over the images n with
// n mod parts = g. A unit is a vector of output channels of one part; it holds the sums of as many
// taps as registers hold, and goes over the part's images, rows and columns in order, again for the
// next taps. Rows and columns near the border are emitted each with the taps that they have.

#include "compiler/Codegen/CPU/ChannelVectors.h"
#include "compiler/Codegen/CPU/Contraction/Emit.h"
#include "compiler/Codegen/CPU/WindowProblem.h"
#include "compiler/Codegen/Kernel.h"
#include "dialects/NN/DepthwiseConv2D.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;
using namespace ingot::cpu;

static nn::DepthwiseConv2DGradFilterOp opOf(kernel::LaunchOp launch) {
  return cast<nn::DepthwiseConv2DGradFilterOp>(launch.getBody().front().front());
}

namespace {
using Values = LoopNest::Values;

class DepthwiseGradFilter {
public:
  DepthwiseGradFilter(OpBuilder &builder, Kernel &kernel)
      : kernel(kernel), op(opOf(kernel.launch)), nest(builder, kernel.launch.getLoc()),
        lanes(kernel.launch.getSchedule()->getTile("lanes")),
        taps(kernel.launch.getSchedule()->getTile("taps")) {
    auto in = cast<RankedTensorType>(op.getInput().getType()),
         out = cast<RankedTensorType>(op.getGradOutput().getType());
    ArrayRef<int64_t> shape = op.getPartial().getType().getShape();
    parts = shape[0], windowHeight = shape[1], windowWidth = shape[2], multiplier = shape[4];
    inputChannels = in.getDimSize(3), channels = out.getDimSize(3);
    auto axis = [&](int i) {
      return WindowAxis::forward(in.getDimSize(i + 1), out.getDimSize(i + 1), shape[i + 1],
                                 op.getStrides()[i], op.getDilations()[i], op.getPadding()[2 * i]);
    };
    rows = axis(0), columns = axis(1);
    input = flatten(builder, nest.loc, kernel.input(op.getInput()).memory);
    gradOutput = flatten(builder, nest.loc, kernel.input(op.getGradOutput()).memory);
    partial = flatten(builder, nest.loc, kernel.outputs.front().memory);
  }

  void run() {
    int64_t vectors = llvm::divideCeil(channels, lanes);
    nest.loop(Index(kernel.begin), Index(kernel.end), 1, [&](Index unit) {
      Index part = nest.floorDiv(unit, vectors);
      channel = nest.mul(nest.rem(unit, vectors), lanes);
      mask = channels % lanes ? nest.mask(nest.sub(Index(channels), channel), lanes) : Value();
      for (int64_t tap = 0; tap < windowHeight * windowWidth; tap += taps)
        sumTaps(part, tap, std::min(tap + taps, windowHeight * windowWidth));
    });
  }

private:
  void sumTaps(Index part, int64_t begin, int64_t end) {
    Values sums(end - begin, nest.zero(lanes));
    sums = nest.loop(
        part, Index(kernel.count), parts, std::move(sums), [&](Index image, Values carried) {
          return forEachPosition(rows, std::move(carried),
                                 [&](Index row, std::pair<int64_t, int64_t> rowTaps, Values c) {
                                   return sumRow(image, row, rowTaps, begin, end, std::move(c));
                                 });
        });
    for (auto [i, sum] : llvm::enumerate(sums)) {
      Index place = nest.add(nest.mul(part, windowHeight * windowWidth), begin + i);
      Index offset = nest.add(nest.mul(place, channels), channel);
      storeAt(nest.builder, nest.loc, sum, partial, nest.value(offset), mask);
    }
  }

  /// Calls `body(position, taps that exist there, carried)` for the positions of an axis in order.
  Values forEachPosition(const WindowAxis &axis, Values carried,
                         function_ref<Values(Index, std::pair<int64_t, int64_t>, Values)> body) {
    const ResidueTaps &taps = axis.residues.front();
    auto border = [&](int64_t from, int64_t to) {
      for (int64_t position = from; position < to; ++position) {
        auto [first, last] = clippedTaps(nest, axis, taps, Index(position));
        carried = body(Index(position), {first.constant, last.constant}, std::move(carried));
      }
    };
    border(0, axis.firstInterior());
    carried = nest.loop(
        Index(axis.firstInterior()), Index(axis.lastInterior()), 1, std::move(carried),
        [&](Index position, Values c) { return body(position, {0, taps.count}, std::move(c)); });
    border(axis.lastInterior(), axis.resultSize);
    return carried;
  }

  Values sumRow(Index image, Index row, std::pair<int64_t, int64_t> rowTaps, int64_t begin,
                int64_t end, Values sums) {
    Index outputRow =
        nest.mul(nest.add(nest.mul(image, rows.resultSize), row), columns.resultSize * channels);
    Index inputRow =
        nest.mul(nest.add(nest.mul(image, rows.sourceSize),
                          nest.add(nest.mul(row, rows.factor), rows.residues.front().offset)),
                 columns.sourceSize * inputChannels);
    return forEachPosition(
        columns, std::move(sums),
        [&](Index column, std::pair<int64_t, int64_t> columnTaps, Values c) {
          Index output = nest.add(nest.add(outputRow, nest.mul(column, channels)), channel);
          Index start = nest.add(inputRow, nest.mul(column, columns.factor * inputChannels));
          start = nest.add(start, columns.residues.front().offset * inputChannels);
          return addPixel(output, start, rowTaps, columnTaps, begin, end, std::move(c));
        });
  }

  Values addPixel(Index output, Index start, std::pair<int64_t, int64_t> rowTaps,
                  std::pair<int64_t, int64_t> columnTaps, int64_t begin, int64_t end, Values sums) {
    Value gradient =
        loadAt(nest.builder, nest.loc, gradOutput, nest.vector(lanes), nest.value(output), mask);
    for (int64_t u = rowTaps.first; u < rowTaps.second; ++u)
      for (int64_t v = columnTaps.first; v < columnTaps.second; ++v) {
        int64_t tap = u * windowWidth + v;
        if (tap < begin || tap >= end)
          continue;
        int64_t distance = u * rows.residues.front().offsetStep * columns.sourceSize +
                           v * columns.residues.front().offsetStep;
        Value element = loadSpread(nest, input, nest.add(start, distance * inputChannels), channel,
                                   multiplier, lanes, mask);
        sums[tap - begin] = nest.fma(element, gradient, sums[tap - begin]);
      }
    return sums;
  }

  Kernel &kernel;
  nn::DepthwiseConv2DGradFilterOp op;
  LoopNest nest;
  int64_t lanes, taps;
  int64_t parts, windowHeight, windowWidth, multiplier, inputChannels, channels;
  WindowAxis rows, columns;
  Value input, gradOutput, partial;
  Index channel; ///< of the unit
  Value mask;
};
} // namespace

const Emitter ingot::codegen::depthwiseGradFilterEmitter = {
    [](kernel::LaunchOp launch, int64_t) -> int64_t {
      auto partial = opOf(launch).getPartial().getType();
      int64_t channels = partial.getDimSize(3) * partial.getDimSize(4);
      return partial.getDimSize(0) *
             llvm::divideCeil(channels, launch.getSchedule()->getTile("lanes"));
    },
    [](OpBuilder &builder, Kernel &kernel) -> LogicalResult {
      DepthwiseGradFilter(builder, kernel).run();
      return success();
    },
    {"lanes", "taps"},
    [](kernel::LaunchOp launch, int64_t) {
      return isa<nn::DepthwiseConv2DGradFilterOp>(launch.getBody().front().front());
    },
};
