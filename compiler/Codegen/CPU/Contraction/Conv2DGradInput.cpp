// Gradient of a convolution's input. Stride 1 is the forward kernel on a flipped filter. For other
// strides each input pixel meets only some taps: kernel rows kh = (ih+padTop) % strideH + strideH*t
// with output row oh = (ih+padTop)/strideH - t, by loop bounds; kernel columns likewise, decided
// when the kernel is emitted.
#include "compiler/Codegen/CPU/Contraction/GradInput.h"
#include "compiler/Codegen/CPU/Contraction/TileUnit.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace ingot::cpu {

ConvProblem flippedProblem(const ConvProblem &p) {
  ConvProblem flipped = p;
  std::swap(flipped.inH, flipped.outH);
  std::swap(flipped.inW, flipped.outW);
  std::swap(flipped.inC, flipped.outC);
  flipped.padTop = (p.kH - 1) * p.dilationH - p.padTop;
  flipped.padLeft = (p.kW - 1) * p.dilationW - p.padLeft;
  return flipped;
}

namespace {

class StridedEmitter {
public:
  StridedEmitter(LoopNest &nest, const ConvProblem &problem, const TileSchedule &schedule,
                 Value gradOutput, Value filter, StoreFn store)
      : nest(nest), p(problem), s(schedule),
        gradOutput(flatten(nest.builder, nest.loc, gradOutput)),
        filter(flatten(nest.builder, nest.loc, filter)), store(store),
        shape{p.batch, p.inH, p.inW, p.inC} {}

  void emit(const UnitRange &range) {
    forEachUnit(nest, shape, s, p.kH * p.kW * p.groupOutC(), range, [&](const TileUnit &unit) {
      forEachRowTile(nest, shape, 1, unit, [&](Index row, int64_t) { emitRow(unit, row); });
    });
  }

private:
  /// A pixel of the tile that a kernel column reaches, and the output column it reads.
  struct Tap {
    int64_t pixel, outputColumn;
  };
  struct Tile {
    const TileUnit &unit;
    Index row;
    int64_t column, columns;            ///< input columns, of the first block of a run
    Index block;                        ///< number of the block within its run
    SmallVector<SmallVector<Tap>> taps; ///< by kernel column
  };

  SmallVector<SmallVector<Tap>> tapsOf(int64_t column, int64_t columns, bool clip) const {
    SmallVector<SmallVector<Tap>> taps(p.kW);
    for (int64_t kw = 0; kw < p.kW; ++kw)
      for (int64_t q = 0; q < columns; ++q) {
        int64_t position = column + q + p.padLeft - kw;
        if ((position % p.strideW + p.strideW) % p.strideW != 0)
          continue;
        int64_t output = position / p.strideW;
        if (!clip || (position >= 0 && output < p.outW))
          taps[kw].push_back({q, output});
      }
    return taps;
  }
  static int64_t countTaps(ArrayRef<SmallVector<Tap>> taps) {
    int64_t count = 0;
    for (const SmallVector<Tap> &list : taps)
      count += list.size();
    return count;
  }
  /// No tap of the block falls outside grad_output.
  bool isInterior(int64_t column, int64_t columns) const {
    return countTaps(tapsOf(column, columns, true)) == countTaps(tapsOf(column, columns, false));
  }

  void emitRow(const TileUnit &unit, Index row) {
    int64_t width = std::min(s.columns, p.inW);
    for (int64_t column = 0; column < p.inW;) {
      int64_t columns = std::min(width, p.inW - column), end = column + columns;
      if (columns == width && width % p.strideW == 0 && isInterior(column, columns))
        while (end + width <= p.inW && isInterior(end, width))
          end += width;
      nest.loop(0, (end - column) / columns, 1, [&](Index block) {
        emitTile({unit, row, column, columns, block, tapsOf(column, columns, true)});
      });
      column = end;
    }
  }

  void emitTile(const Tile &tile) {
    LoopNest::Values sums(s.images * tile.columns * s.vectors, nest.zero(s.lanes));
    if (countTaps(tile.taps) > 0)
      sums = emitKernelRows(tile, std::move(sums));
    Index column = nest.add(nest.mul(tile.block, tile.columns), tile.column);
    storeTile(nest, shape, s, tile.unit, tile.row, 1, column, tile.columns, sums, store);
  }

  LoopNest::Values emitKernelRows(const Tile &tile, LoopNest::Values sums) {
    Index padded = nest.add(tile.row, p.padTop);
    Index firstKernelRow = nest.rem(padded, p.strideH);
    Index firstOutputRow = nest.floorDiv(padded, p.strideH);
    Index lower = nest.max(nest.sub(firstOutputRow, p.outH - 1), Index(0));
    Index kernelRows =
        nest.floorDiv(nest.sub(Index(p.kH - 1 + p.strideH), firstKernelRow), p.strideH);
    Index upper = nest.min(kernelRows, nest.add(firstOutputRow, 1));
    // Pixels without taps carry nothing through the loops.
    SmallVector<int64_t> carriedIndex = liveSums(tile);
    LoopNest::Values carried;
    for (int64_t index : carriedIndex)
      carried.push_back(sums[index]);
    carried = nest.loop(lower, upper, 1, std::move(carried), [&](Index t, LoopNest::Values rows) {
      Index kh = nest.add(firstKernelRow, nest.mul(t, p.strideH));
      Index oh = nest.sub(firstOutputRow, t);
      return nest.loop(0, p.groupOutC(), 1, std::move(rows),
                       [&](Index oc, LoopNest::Values values) {
                         for (auto [index, value] : llvm::zip(carriedIndex, values))
                           sums[index] = value;
                         emitStep(tile, kh, oh, oc, sums);
                         for (auto [index, value] : llvm::zip(carriedIndex, values))
                           value = sums[index];
                         return values;
                       });
    });
    for (auto [index, value] : llvm::zip(carriedIndex, carried))
      sums[index] = value;
    return sums;
  }

  SmallVector<int64_t> liveSums(const Tile &tile) const {
    SmallVector<bool> live(tile.columns);
    for (const SmallVector<Tap> &taps : tile.taps)
      for (Tap tap : taps)
        live[tap.pixel] = true;
    SmallVector<int64_t> indices;
    for (int64_t i = 0; i < s.images * tile.columns * s.vectors; ++i)
      if (live[i / s.vectors % tile.columns])
        indices.push_back(i);
    return indices;
  }

  void emitStep(const Tile &tile, Index kh, Index oh, Index oc, LoopNest::Values &sums) {
    // The operand's kernel axes are reversed, as the flipped forward kernel needs them.
    Index weights = nest.add(
        tile.unit.filterOffset,
        nest.mul(nest.add(nest.mul(nest.sub(Index(p.kH - 1), kh), p.kW * p.groupOutC()), oc),
                 s.filterBlock));
    SmallVector<Index> rows;
    Index channel = oc;
    if (p.groups > 1)
      channel =
          nest.add(oc, nest.mul(nest.floorDiv(tile.unit.channel, p.groupInC()), p.groupOutC()));
    for (Index image : tile.unit.images) {
      Index row = nest.add(nest.mul(image, p.outH), oh);
      Index pixel = nest.add(nest.mul(row, p.outW), nest.mul(tile.block, tile.columns / p.strideW));
      rows.push_back(nest.add(nest.mul(pixel, p.outC), channel));
    }
    // An output pixel is read once for all the taps it takes part in.
    llvm::MapVector<std::pair<int64_t, int64_t>, Value> pixels;
    for (int64_t kw = 0; kw < p.kW; ++kw) {
      if (tile.taps[kw].empty())
        continue;
      SmallVector<Value> vectors;
      int64_t distance = (p.kW - 1 - kw) * p.groupOutC() * s.filterBlock;
      for (int64_t v = 0; v < s.vectors; ++v)
        vectors.push_back(loadAt(nest.builder, nest.loc, filter, nest.vector(s.lanes),
                                 nest.value(nest.add(weights, distance + v * s.lanes)), Value()));
      for (int64_t i = 0; i < s.images; ++i)
        for (Tap tap : tile.taps[kw]) {
          Value &pixel = pixels[{i, tap.outputColumn}];
          if (!pixel)
            pixel =
                nest.broadcastAt(gradOutput, nest.add(rows[i], tap.outputColumn * p.outC), s.lanes);
          int64_t sum = (i * tile.columns + tap.pixel) * s.vectors;
          for (int64_t v = 0; v < s.vectors; ++v)
            sums[sum + v] = nest.fma(pixel, vectors[v], sums[sum + v]);
        }
    }
  }

  LoopNest &nest;
  const ConvProblem &p;
  const TileSchedule &s;
  Value gradOutput, filter;
  StoreFn store;
  ResultShape shape;
};

} // namespace

void emitStridedGradInput(LoopNest &nest, const ConvProblem &problem, const TileSchedule &schedule,
                          Value gradOutput, Value filter, const UnitRange &range, StoreFn store) {
  StridedEmitter(nest, problem, schedule, gradOutput, filter, store).emit(range);
}

void emitGradInput(OpBuilder &builder, Location loc, const ConvProblem &problem,
                   const GradInputSchedule &schedule, Value other, Value operand,
                   const UnitRange &range, StoreFn store) {
  LoopNest nest(builder, loc);
  switch (schedule.method) {
  case GradInputMethod::FlippedForward:
    return emitForward(builder, loc, flippedProblem(problem), schedule.tile, other, operand, range,
                       store);
  case GradInputMethod::Strided:
    return emitStridedGradInput(nest, problem, schedule.tile, other, operand, range, store);
  case GradInputMethod::BatchVectors:
    return emitBatchVectorsGradInput(nest, problem, schedule, other, operand, range, store);
  }
}

} // namespace ingot::cpu
