// Forward convolution and matrix product: a register tile of pixels by vectors of output channels,
// summed over kernel rows and over kernel columns x input channels, which are contiguous in both
// input and packed filter. Taps outside the input are left out (columns: when emitting, rows: by
// loop bounds) instead of reading a halo of zeros.
#include "compiler/Codegen/CPU/Contraction/MatmulForward.h"
#include "compiler/Codegen/CPU/Contraction/TileUnit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace ingot::cpu {
namespace {

/// Reduction steps up to this number become straight code.
constexpr int64_t maxStraightSteps = 12;

class ForwardEmitter {
public:
  ForwardEmitter(LoopNest &nest, const ConvProblem &problem, const TileSchedule &schedule,
                 Value input, Value filter, Value bias, StoreFn store)
      : nest(nest), p(problem), s(schedule), input(flatten(nest.builder, nest.loc, input)),
        filter(flatten(nest.builder, nest.loc, filter)),
        bias(bias ? flatten(nest.builder, nest.loc, bias) : Value()), store(store),
        shape{p.batch, p.outH, p.outW, p.outC, s.dots},
        rowsPadded(p.padTop > 0 ||
                   (p.outH - 1) * p.strideH + (p.kH - 1) * p.dilationH - p.padTop >= p.inH) {}

  void emit(const UnitRange &range) {
    if (s.dots)
      gatherDotWeights();
    forEachUnit(nest, shape, s, p.kH * p.kW * p.groupInC(), range, [&](const TileUnit &unit) {
      // Rows of one tile share their kernel rows, so padded problems have single rows.
      forEachRowTile(nest, shape, rowsPadded ? 1 : s.rows, unit,
                     [&](Index row, int64_t rows) { emitRow(unit, row, rows, s.columns, false); });
      if (s.dots)
        nest.loop(unit.rowBegin, unit.rowEnd, 1,
                  [&](Index row) { emitRow(unit, row, 1, dotColumns, true); });
    });
  }

private:
  struct Tile {
    const TileUnit &unit;
    Index row, column;
    int64_t rows, columns;
    int64_t staticColumn; ///< decides which taps exist; any interior column stands for all
  };

  int64_t inputColumn(int64_t column, int64_t kw) const {
    return column * p.strideW + kw * p.dilationW - p.padLeft;
  }
  bool isLive(int64_t column, int64_t kw) const {
    return inputColumn(column, kw) >= 0 && inputColumn(column, kw) < p.inW;
  }
  bool isInterior(int64_t column, int64_t columns) const {
    return isLive(column, 0) && isLive(column + columns - 1, p.kW - 1);
  }

  void emitRow(const TileUnit &unit, Index row, int64_t rows, int64_t most, bool dots) {
    int64_t width = std::min(most, p.outW);
    for (int64_t column = 0; column < p.outW;) {
      int64_t columns = std::min(width, p.outW - column), end = column + columns;
      if (columns == width && isInterior(column, columns))
        while (end + width <= p.outW && isInterior(end, width))
          end += width;
      nest.loop(column, end, columns, [&](Index iv) {
        Tile tile{unit, row, iv, rows, columns, column};
        dots ? emitDots(tile) : emitTile(tile);
      });
      column = end;
    }
  }

  /// The kernel rows that meet the input: [first, second).
  std::pair<Index, Index> kernelRows(Index row) {
    if (!rowsPadded)
      return {0, p.kH};
    Index top = nest.sub(Index(p.padTop), nest.mul(row, p.strideH));
    auto bound = [&](Index rows) {
      return nest.floorDiv(nest.add(nest.max(rows, Index(0)), p.dilationH - 1), p.dilationH);
    };
    return {bound(top), nest.min(bound(nest.add(top, p.inH)), Index(p.kH))};
  }

  void emitTile(const Tile &tile) {
    LoopNest::Values sums = firstSums(tile);
    auto [first, last] = kernelRows(tile.row);
    bool straight = !rowsPadded && p.kH * p.kW * p.groupInC() <= maxStraightSteps;
    if (straight)
      for (int64_t kh = 0; kh < p.kH; ++kh)
        sums = emitKernelRow(tile, kh, std::move(sums));
    else
      sums = nest.loop(first, last, 1, std::move(sums), [&](Index kh, LoopNest::Values carried) {
        return emitKernelRow(tile, kh, std::move(carried));
      });
    storeTile(nest, shape, s, tile.unit, tile.row, tile.rows, tile.column, tile.columns, sums,
              store);
  }

  LoopNest::Values firstSums(const Tile &tile) {
    LoopNest::Values vectors(s.vectors);
    for (int64_t v = 0; v < s.vectors; ++v) {
      Value channel = nest.value(nest.add(tile.unit.channel, v * s.lanes));
      vectors[v] = bias ? loadAt(nest.builder, nest.loc, bias, nest.vector(s.lanes), channel,
                                 tile.unit.masks[v])
                        : nest.zero(s.lanes);
    }
    LoopNest::Values sums;
    for (int64_t pixel = 0; pixel < s.images * tile.rows * tile.columns; ++pixel)
      sums.append(vectors);
    return sums;
  }

  SmallVector<bool> livePixels(const Tile &tile, int64_t kw) const {
    SmallVector<bool> live;
    for (int64_t q = 0; q < tile.columns; ++q)
      live.push_back(isLive(tile.staticColumn + q, kw));
    return live;
  }

  /// Runs of kernel columns that reach the same pixels are one loop over columns x channels, where
  /// these lie side by side in the input.
  LoopNest::Values emitKernelRow(const Tile &tile, Index kh, LoopNest::Values sums) {
    SmallVector<Index> origins;
    Index pixel = nest.add(nest.mul(nest.add(nest.mul(tile.row, p.strideH),
                                             nest.sub(nest.mul(kh, p.dilationH), p.padTop)),
                                    p.inW),
                           nest.sub(nest.mul(tile.column, p.strideW), p.padLeft));
    Index first = nest.mul(pixel, p.inC);
    if (p.groups > 1)
      first =
          nest.add(first, nest.mul(nest.floorDiv(tile.unit.channel, p.groupOutC()), p.groupInC()));
    for (Index image : tile.unit.images)
      origins.push_back(nest.add(nest.mul(image, p.inH * p.inW * p.inC), first));
    Index weights =
        nest.add(tile.unit.filterOffset, nest.mul(kh, p.kW * p.groupInC() * s.filterBlock));
    for (int64_t kw = 0; kw < p.kW;) {
      SmallVector<bool> live = livePixels(tile, kw);
      int64_t end = kw + 1;
      while (p.dilationW == 1 && p.groups == 1 && end < p.kW && livePixels(tile, end) == live)
        ++end;
      if (llvm::is_contained(live, true))
        sums = emitSteps(tile, origins, weights, kw, end, live, std::move(sums));
      kw = end;
    }
    return sums;
  }

  LoopNest::Values emitSteps(const Tile &tile, ArrayRef<Index> origins, Index weights, int64_t kw,
                             int64_t kwEnd, ArrayRef<bool> live, LoopNest::Values sums) {
    int64_t steps = (kwEnd - kw) * p.groupInC(), first = kw * p.groupInC();
    int64_t skip = kw * (p.dilationW * p.inC - p.groupInC()); // what lies between kernel columns
    auto step = [&](Index j, LoopNest::Values carried) {
      return emitStep(tile, origins, weights, j, skip, live, std::move(carried));
    };
    if (steps <= maxStraightSteps) {
      for (int64_t j = first; j < first + steps; ++j)
        sums = step(j, std::move(sums));
      return sums;
    }
    int64_t unroll = steps % s.unroll == 0 ? s.unroll : 1;
    return nest.loop(first, first + steps, unroll, std::move(sums),
                     [&](Index j, LoopNest::Values carried) {
                       for (int64_t u = 0; u < unroll; ++u)
                         carried = step(nest.add(j, u), std::move(carried));
                       return carried;
                     });
  }

  LoopNest::Values emitStep(const Tile &tile, ArrayRef<Index> origins, Index weights, Index j,
                            int64_t skip, ArrayRef<bool> live, LoopNest::Values sums) {
    SmallVector<Value> vectors;
    Index weight = nest.add(weights, nest.mul(j, s.filterBlock));
    for (int64_t v = 0; v < s.vectors; ++v)
      vectors.push_back(loadAt(nest.builder, nest.loc, filter, nest.vector(s.lanes),
                               nest.value(nest.add(weight, v * s.lanes)), Value()));
    int64_t next = 0;
    for (Index origin : origins) {
      Index start = nest.add(nest.add(origin, j), skip);
      for (int64_t r = 0; r < tile.rows; ++r)
        for (int64_t q = 0; q < tile.columns; ++q, next += s.vectors) {
          if (!live[q])
            continue;
          int64_t distance = (r * p.strideH * p.inW + q * p.strideW) * p.inC;
          Value pixel = nest.broadcastAt(input, nest.add(start, distance), s.lanes);
          for (int64_t v = 0; v < s.vectors; ++v)
            sums[next + v] = nest.fma(pixel, vectors[v], sums[next + v]);
        }
    }
    return sums;
  }

  //===- Dot products -------------------------------------------------------------------------===//

  int64_t reduction() const { return p.kH * p.kW * p.inC; }

  /// The weights of each dot product, side by side: [dots][kH][kW][inC].
  void gatherDotWeights() {
    auto type = MemRefType::get({s.dots * reduction()}, nest.builder.getF32Type());
    dotWeights =
        memref::AllocaOp::create(nest.builder, nest.loc, type, nest.builder.getI64IntegerAttr(64));
    for (int64_t d = 0; d < s.dots; ++d) {
      int64_t channel = shape.tiled() + d;
      int64_t from =
          channel / s.filterBlock * reduction() * s.filterBlock + channel % s.filterBlock;
      nest.loop(0, reduction(), 1, [&](Index step) {
        Value weight = loadAt(nest.builder, nest.loc, filter, nest.vector(1),
                              nest.value(nest.add(nest.mul(step, s.filterBlock), from)), Value());
        storeAt(nest.builder, nest.loc, weight, dotWeights,
                nest.value(nest.add(step, d * reduction())), Value());
      });
    }
  }

  /// The last channels of some pixels of a row: lanes run over kernel columns x input channels,
  /// which are contiguous in the input as well.
  void emitDots(const Tile &tile) {
    LoopNest::Values sums(tile.columns * s.dots, nest.zero(s.lanes));
    auto [first, last] = kernelRows(tile.row);
    bool interior = isInterior(tile.staticColumn, tile.columns);
    sums = nest.loop(first, last, 1, std::move(sums), [&](Index kh, LoopNest::Values carried) {
      if (interior)
        return emitDotRun(tile, kh, 0, tile.columns, 0, p.kW, std::move(carried));
      for (int64_t q = 0; q < tile.columns; ++q) {
        int64_t begin = 0, end = p.kW;
        while (begin < end && !isLive(tile.staticColumn + q, begin))
          ++begin;
        while (begin < end && !isLive(tile.staticColumn + q, end - 1))
          --end;
        carried = emitDotRun(tile, kh, q, q + 1, begin, end, std::move(carried));
      }
      return carried;
    });
    storeDots(tile, sums);
  }

  /// Kernel columns [begin, end) of one kernel row, for the pixels [firstPixel, lastPixel).
  LoopNest::Values emitDotRun(const Tile &tile, Index kh, int64_t firstPixel, int64_t lastPixel,
                              int64_t begin, int64_t end, LoopNest::Values sums) {
    Index row =
        nest.add(nest.mul(tile.row, p.strideH), nest.sub(nest.mul(kh, p.dilationH), p.padTop));
    Index pixel = nest.add(nest.mul(nest.add(nest.mul(tile.unit.images[0], p.inH), row), p.inW),
                           nest.sub(nest.mul(tile.column, p.strideW), p.padLeft));
    Index origin = nest.mul(pixel, p.inC), weights = nest.mul(kh, p.kW * p.inC);
    auto step = [&](Index j, Value mask, LoopNest::Values carried) {
      for (int64_t d = 0; d < s.dots; ++d) {
        Value weight = loadAt(nest.builder, nest.loc, dotWeights, nest.vector(s.lanes),
                              nest.value(nest.add(nest.add(weights, j), d * reduction())), mask);
        for (int64_t q = firstPixel; q < lastPixel; ++q) {
          Index from = nest.add(nest.add(origin, j), q * p.strideW * p.inC);
          Value vector =
              loadAt(nest.builder, nest.loc, input, nest.vector(s.lanes), nest.value(from), mask);
          Value &sum = carried[q * s.dots + d];
          sum = nest.fma(vector, weight, sum);
        }
      }
      return carried;
    };
    int64_t steps = (end - begin) * p.inC, rest = steps % s.lanes;
    sums = nest.loop(
        begin * p.inC, begin * p.inC + steps - rest, s.lanes, std::move(sums),
        [&](Index j, LoopNest::Values carried) { return step(j, Value(), std::move(carried)); });
    return rest ? step(Index(begin * p.inC + steps - rest), nest.mask(Index(rest), s.lanes),
                       std::move(sums))
                : sums;
  }

  void storeDots(const Tile &tile, ArrayRef<Value> sums) {
    Index row = nest.add(nest.mul(tile.unit.images[0], p.outH), tile.row);
    Index pixel = nest.add(nest.mul(row, p.outW), tile.column);
    StorePoint point;
    point.n = nest.value(tile.unit.images[0]), point.h = nest.value(tile.row);
    for (int64_t q = 0; q < tile.columns; ++q)
      for (int64_t d = 0; d < s.dots; ++d) {
        Index channel = shape.tiled() + d;
        Value sum = vector::BroadcastOp::create(nest.builder, nest.loc, nest.vector(1),
                                                nest.sum(sums[q * s.dots + d]));
        point.w = nest.value(nest.add(tile.column, q)), point.channel = nest.value(channel);
        if (bias)
          sum = arith::AddFOp::create(
              nest.builder, nest.loc, sum,
              loadAt(nest.builder, nest.loc, bias, nest.vector(1), point.channel, Value()));
        point.offset = nest.value(nest.add(nest.mul(nest.add(pixel, q), p.outC), channel));
        store(nest.builder, nest.loc, sum, point);
      }
  }

  static constexpr int64_t dotColumns = 8;
  LoopNest &nest;
  const ConvProblem &p;
  const TileSchedule &s;
  Value input, filter, bias, dotWeights;
  StoreFn store;
  ResultShape shape;
  bool rowsPadded;
};

} // namespace

void emitForward(OpBuilder &builder, Location loc, const ConvProblem &problem,
                 const TileSchedule &schedule, Value input, Value filter, const UnitRange &range,
                 StoreFn store, Value bias) {
  LoopNest nest(builder, loc);
  if (schedule.stepBlock)
    return emitMatmulForward(nest, problem, schedule, input, filter, range, store, bias);
  ForwardEmitter(nest, problem, schedule, input, filter, bias, store).emit(range);
}

} // namespace ingot::cpu
