// Gradient of a matrix product's input without transposing the weights: vectors run over batch rows
// of a transposed grad_output, weights are broadcast. A finished block of 8 channels x batch rows
// is transposed in registers and goes through a small scratch, from where valid rows are stored.
#include "compiler/Codegen/CPU/Contraction/GradInput.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace ingot::cpu {
namespace {

constexpr int64_t channelsOfTile = 8;

class BatchVectorsEmitter {
public:
  BatchVectorsEmitter(LoopNest &nest, const ConvProblem &problem, const GradInputSchedule &schedule,
                      Value weights, Value gradOutput, StoreFn store)
      : nest(nest), p(problem), s(schedule.tile), block(schedule.sourceBlock),
        rows(transposedRows(problem, schedule)), weights(flatten(nest.builder, nest.loc, weights)),
        gradOutput(flatten(nest.builder, nest.loc, gradOutput)), store(store) {
    auto type = MemRefType::get({tileRows() * channelsOfTile}, nest.builder.getF32Type());
    scratch =
        memref::AllocaOp::create(nest.builder, nest.loc, type, nest.builder.getI64IntegerAttr(64));
  }

  void emit(const UnitRange &range) {
    int64_t rowBlocks = rows / tileRows();
    Index count = range.count ? Index(range.count) : Index(p.batch);
    nest.loop(Index(range.begin), Index(range.end), 1, [&](Index unit) {
      Index channel = nest.mul(nest.floorDiv(unit, rowBlocks), channelsOfTile);
      Index row = nest.mul(nest.rem(unit, rowBlocks), tileRows());
      nest.when(range.count ? nest.less(row, count) : Value(),
                [&] { emitTile(channel, row, count); });
    });
  }

private:
  int64_t tileRows() const { return s.vectors * s.lanes; }

  void emitTile(Index channel, Index row, Index count) {
    // Beyond the last channel the tile repeats it; its lanes are masked when stored.
    SmallVector<Index> origins;
    for (int64_t c = 0; c < channelsOfTile; ++c) {
      Index input = nest.add(channel, c);
      if (p.inC % channelsOfTile != 0)
        input = nest.min(input, Index(p.inC - 1));
      origins.push_back(nest.mul(input, block));
    }
    LoopNest::Values sums(channelsOfTile * s.vectors, nest.zero(s.lanes));
    sums = nest.loop(0, ceilDiv(p.outC, block), 1, std::move(sums),
                     [&](Index b, LoopNest::Values carried) {
                       return emitBlock(origins, b, row, std::move(carried));
                     });
    transposeToScratch(sums);
    storeRows(channel, row, count);
  }

  LoopNest::Values emitBlock(ArrayRef<Index> origins, Index b, Index row, LoopNest::Values sums) {
    Index first = nest.mul(b, block);
    Index columns =
        p.outC % block == 0 ? Index(block) : nest.min(nest.sub(Index(p.outC), first), Index(block));
    Index weightBlock = nest.mul(b, p.inC * block);
    Index next = nest.min(nest.add(b, 1), Index(ceilDiv(p.outC, block) - 1));
    prefetch(origins, nest.mul(next, p.inC * block));
    return nest.loop(0, columns, 1, std::move(sums), [&](Index n, LoopNest::Values carried) {
      Index gradient = nest.add(nest.mul(nest.add(first, n), rows), row);
      SmallVector<Value> vectors;
      for (int64_t v = 0; v < s.vectors; ++v)
        vectors.push_back(loadAt(nest.builder, nest.loc, gradOutput, nest.vector(s.lanes),
                                 nest.value(nest.add(gradient, v * s.lanes)), Value()));
      Index weight = nest.add(weightBlock, n);
      for (int64_t c = 0; c < channelsOfTile; ++c) {
        Value scalar = nest.broadcastAt(weights, nest.add(weight, origins[c]), s.lanes);
        for (int64_t v = 0; v < s.vectors; ++v)
          carried[c * s.vectors + v] = nest.fma(scalar, vectors[v], carried[c * s.vectors + v]);
      }
      return carried;
    });
  }

  /// Asks for the tile's weights in a block: blocks lie so far apart that the CPU does not foresee
  /// the next one.
  void prefetch(ArrayRef<Index> origins, Index weightBlock) {
    constexpr int64_t line = 64 / sizeof(float);
    for (Index origin : origins)
      for (int64_t offset = 0; offset < block; offset += line)
        memref::PrefetchOp::create(nest.builder, nest.loc, weights,
                                   nest.value(nest.add(nest.add(origin, weightBlock), offset)),
                                   /*isWrite=*/false, /*localityHint=*/3, /*isDataCache=*/true);
  }

  void transposeToScratch(ArrayRef<Value> sums) {
    for (int64_t v = 0; v < s.vectors; ++v)
      for (int64_t half = 0; half < s.lanes; half += 8) {
        SmallVector<Value> square;
        for (int64_t c = 0; c < channelsOfTile; ++c) {
          Value sum = sums[c * s.vectors + v];
          if (s.lanes != 8)
            sum = vector::ExtractStridedSliceOp::create(nest.builder, nest.loc, sum,
                                                        ArrayRef<int64_t>{half},
                                                        ArrayRef<int64_t>{8}, ArrayRef<int64_t>{1});
          square.push_back(sum);
        }
        square = transpose8x8(nest, square);
        for (int64_t r = 0; r < 8; ++r)
          storeAt(nest.builder, nest.loc, square[r], scratch,
                  nest.value(Index((v * s.lanes + half + r) * channelsOfTile)), Value());
      }
  }

  void storeRows(Index channel, Index row, Index count) {
    Value mask;
    if (p.inC % channelsOfTile != 0)
      mask = nest.mask(nest.sub(Index(p.inC), channel), channelsOfTile);
    Index valid = nest.min(nest.sub(count, row), Index(tileRows()));
    Value zero = nest.value(0);
    nest.loop(0, valid, 1, [&](Index r) {
      Value vector = loadAt(nest.builder, nest.loc, scratch, nest.vector(channelsOfTile),
                            nest.value(nest.mul(r, channelsOfTile)), Value());
      Index n = nest.add(row, r);
      Value offset = nest.value(nest.add(nest.mul(n, p.inC), channel));
      store(nest.builder, nest.loc, vector,
            {nest.value(n), zero, zero, nest.value(channel), offset, mask});
    });
  }

  LoopNest &nest;
  const ConvProblem &p;
  const TileSchedule &s;
  int64_t block, rows;
  Value weights, gradOutput, scratch;
  StoreFn store;
};

} // namespace

int64_t transposedRows(const ConvProblem &problem, const GradInputSchedule &schedule) {
  int64_t tile = schedule.tile.vectors * schedule.tile.lanes;
  return ceilDiv(problem.batch, tile) * tile;
}

SmallVector<Value> transpose8x8(LoopNest &nest, ArrayRef<Value> rows) {
  // Three rounds of exchanging rows at distance 4, 2 and 1: lane bits and row bits change places.
  SmallVector<Value> current(rows);
  auto shuffle = [&](Value a, Value b, ArrayRef<int64_t> lanes) -> Value {
    return vector::ShuffleOp::create(nest.builder, nest.loc, a, b, lanes);
  };
  for (int64_t distance : {4, 2, 1}) {
    SmallVector<Value> next(8);
    for (int64_t r = 0; r < 8; ++r) {
      if (r & distance)
        continue;
      SmallVector<int64_t> low, high;
      for (int64_t lane = 0; lane < 8; ++lane) {
        bool upper = lane & distance;
        low.push_back(upper ? 8 + lane - distance : lane);
        high.push_back(upper ? 8 + lane : lane + distance);
      }
      next[r] = shuffle(current[r], current[r + distance], low);
      next[r + distance] = shuffle(current[r], current[r + distance], high);
    }
    current = next;
  }
  return current;
}

void emitBatchVectorsGradInput(LoopNest &nest, const ConvProblem &problem,
                               const GradInputSchedule &schedule, Value weights, Value gradOutput,
                               const UnitRange &range, StoreFn store) {
  BatchVectorsEmitter(nest, problem, schedule, weights, gradOutput, store).emit(range);
}

} // namespace ingot::cpu
