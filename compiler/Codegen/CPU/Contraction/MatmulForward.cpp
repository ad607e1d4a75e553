// Matrix product whose weights of a unit do not stay in L1: the reduction goes in stretches of
// `stepBlock` steps, and each stretch of the weights serves all rows of the unit before the next
// comes from L2. Between stretches the sums rest in a small scratch.
#include "compiler/Codegen/CPU/Contraction/MatmulForward.h"
#include "compiler/Codegen/CPU/Contraction/Emit.h"
#include "compiler/Codegen/CPU/Contraction/LoopNest.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <algorithm>

using namespace mlir;

namespace ingot::cpu {
namespace {

class MatmulForwardEmitter {
public:
  MatmulForwardEmitter(LoopNest &nest, const ConvProblem &problem, const TileSchedule &schedule,
                       Value input, Value weights, Value bias, StoreFn store)
      : nest(nest), p(problem), s(schedule), input(flatten(nest.builder, nest.loc, input)),
        weights(flatten(nest.builder, nest.loc, weights)),
        bias(bias ? flatten(nest.builder, nest.loc, bias) : Value()), store(store) {
    auto type = MemRefType::get({ceilDiv(rowsOfUnit(p), s.images) * s.images * width()},
                                nest.builder.getF32Type());
    scratch =
        memref::AllocaOp::create(nest.builder, nest.loc, type, nest.builder.getI64IntegerAttr(64));
  }

  void emit(const UnitRange &range) {
    int64_t rowBlocks = ceilDiv(p.batch, rowsOfUnit(p));
    Index count = range.count ? Index(range.count) : Index(p.batch);
    nest.loop(Index(range.begin), Index(range.end), 1, [&](Index unit) {
      channel = nest.mul(nest.floorDiv(unit, rowBlocks), width());
      rowBegin = nest.mul(nest.rem(unit, rowBlocks), rowsOfUnit(p));
      rowEnd = nest.min(nest.add(rowBegin, rowsOfUnit(p)), count);
      nest.when(range.count ? nest.less(rowBegin, count) : Value(), [&] { emitUnit(); });
    });
  }

private:
  int64_t width() const { return s.vectors * s.lanes; }

  void emitUnit() {
    masks.assign(s.vectors, Value());
    if (p.outC % width() != 0)
      for (int64_t v = 0; v < s.vectors; ++v)
        masks[v] = nest.mask(nest.sub(Index(p.outC - v * s.lanes), channel), s.lanes);
    panel = nest.add(nest.mul(nest.floorDiv(channel, s.filterBlock), p.inC * s.filterBlock),
                     nest.rem(channel, s.filterBlock));
    begin();
    int64_t whole = p.inC / s.stepBlock * s.stepBlock;
    nest.loop(0, whole, s.stepBlock, [&](Index first) { addStretch(first, s.stepBlock); });
    if (whole < p.inC)
      addStretch(Index(whole), p.inC - whole);
    finish();
  }

  /// Calls `body(row, its place in the scratch)` for the rows of the unit, `step` apart.
  void forEachRow(int64_t step, function_ref<void(Index, Index)> body) {
    nest.loop(rowBegin, rowEnd, step,
              [&](Index row) { body(row, nest.mul(nest.sub(row, rowBegin), width())); });
  }

  /// Sums start from the bias, those of rows that only fill a tile too.
  void begin() {
    LoopNest::Values first(s.vectors);
    for (int64_t v = 0; v < s.vectors; ++v)
      first[v] = bias ? loadAt(nest.builder, nest.loc, bias, nest.vector(s.lanes),
                               nest.value(nest.add(channel, v * s.lanes)), masks[v])
                      : nest.zero(s.lanes);
    forEachRow(s.images, [&](Index, Index place) {
      for (int64_t i = 0; i < s.images; ++i)
        for (int64_t v = 0; v < s.vectors; ++v)
          storeAt(nest.builder, nest.loc, first[v], scratch,
                  nest.value(nest.add(place, i * width() + v * s.lanes)), Value());
    });
  }

  void addStretch(Index first, int64_t steps) {
    Index last = nest.sub(rowEnd, Index(1));
    forEachRow(s.images, [&](Index row, Index place) {
      // Beyond the last row the tile repeats it; nothing reads these sums.
      SmallVector<Index> origins;
      for (int64_t i = 0; i < s.images; ++i)
        origins.push_back(nest.mul(i ? nest.min(nest.add(row, i), last) : row, p.inC));
      LoopNest::Values sums;
      for (int64_t i = 0; i < s.images * s.vectors; ++i)
        sums.push_back(loadAt(nest.builder, nest.loc, scratch, nest.vector(s.lanes),
                              nest.value(nest.add(place, i * s.lanes)), Value()));
      int64_t together = steps % stepsOfLine() ? 1 : stepsOfLine();
      sums = nest.loop(first, nest.add(first, steps), together, std::move(sums),
                       [&](Index k, LoopNest::Values carried) {
                         prefetchNext(row, first, k, steps);
                         for (int64_t u = 0; u < together; ++u)
                           carried = addStep(origins, nest.add(k, u), std::move(carried));
                         return carried;
                       });
      for (auto [i, sum] : llvm::enumerate(sums))
        storeAt(nest.builder, nest.loc, sum, scratch,
                nest.value(nest.add(place, static_cast<int64_t>(i) * s.lanes)), Value());
    });
  }

  /// Steps for which one line of the next stretch is asked for, so that all rows of a full unit
  /// together ask for all of it.
  int64_t stepsOfLine() const {
    return std::clamp<int64_t>(rowsOfUnit(p) / s.images / s.vectors, 1, s.lanes);
  }

  /// The next stretch of the weights lies behind this one, in this unit or in the next. It comes
  /// from beyond L2, and a stretch is too short for the CPU to foresee that.
  void prefetchNext(Index row, Index first, Index k, int64_t steps) {
    if (s.filterBlock != width() || steps != s.stepBlock || steps % s.images != 0)
      return;
    Index done = nest.add(nest.mul(nest.sub(row, rowBegin), steps / s.images), nest.sub(k, first));
    Index line = nest.mul(done, s.lanes / stepsOfLine());
    Index next = nest.add(panel, nest.mul(nest.add(first, steps), s.filterBlock));
    int64_t end = ceilDiv(p.outC, s.filterBlock) * s.filterBlock * p.inC;
    memref::PrefetchOp::create(nest.builder, nest.loc, weights,
                               nest.value(nest.min(nest.add(next, line), Index(end - s.lanes))),
                               /*isWrite=*/false,
                               /*localityHint=*/2, /*isDataCache=*/true);
  }

  LoopNest::Values addStep(ArrayRef<Index> origins, Index k, LoopNest::Values sums) {
    SmallVector<Value> vectors;
    for (int64_t v = 0; v < s.vectors; ++v)
      vectors.push_back(loadAt(
          nest.builder, nest.loc, weights, nest.vector(s.lanes),
          nest.value(nest.add(nest.add(panel, nest.mul(k, s.filterBlock)), v * s.lanes)), Value()));
    for (auto [i, origin] : llvm::enumerate(origins)) {
      Value element = nest.broadcastAt(input, nest.add(origin, k), s.lanes);
      for (int64_t v = 0; v < s.vectors; ++v)
        sums[i * s.vectors + v] = nest.fma(element, vectors[v], sums[i * s.vectors + v]);
    }
    return sums;
  }

  void finish() {
    Value zero = nest.value(0);
    forEachRow(1, [&](Index row, Index place) {
      for (int64_t v = 0; v < s.vectors; ++v) {
        Index first = nest.add(channel, v * s.lanes);
        Value sum = loadAt(nest.builder, nest.loc, scratch, nest.vector(s.lanes),
                           nest.value(nest.add(place, v * s.lanes)), Value());
        store(nest.builder, nest.loc, sum,
              {nest.value(row), zero, zero, nest.value(first),
               nest.value(nest.add(nest.mul(row, p.outC), first)), masks[v]});
      }
    });
  }

  LoopNest &nest;
  const ConvProblem &p;
  const TileSchedule &s;
  Value input, weights, bias, scratch;
  StoreFn store;
  Index channel, rowBegin, rowEnd, panel; // of the unit
  SmallVector<Value> masks;
};

} // namespace

int64_t rowsOfUnit(const ConvProblem &problem) { return std::min<int64_t>(problem.batch, 32); }

void emitMatmulForward(LoopNest &nest, const ConvProblem &problem, const TileSchedule &schedule,
                       Value input, Value weights, const UnitRange &range, StoreFn store,
                       Value bias) {
  MatmulForwardEmitter(nest, problem, schedule, input, weights, bias, store).emit(range);
}

} // namespace ingot::cpu
