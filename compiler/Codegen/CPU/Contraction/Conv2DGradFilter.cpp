// Gradient of a filter: a register tile of taps x input channels by vectors of output channels,
// summed over images, rows and columns. A unit owns its elements and goes over the whole batch in a
// fixed order, so threads never add to one element and bits do not depend on their number. Between
// blocks of images the sums rest in grad_filter itself.
#include "compiler/Codegen/CPU/Contraction/Emit.h"
#include "compiler/Codegen/CPU/Contraction/LoopNest.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace ingot::cpu {
namespace {

class GradFilterEmitter {
public:
  GradFilterEmitter(LoopNest &nest, const ConvProblem &problem, const GradFilterSchedule &schedule,
                    Value input, Value gradOutput, Value gradFilter)
      : nest(nest), p(problem), s(schedule), input(flatten(nest.builder, nest.loc, input)),
        gradOutput(flatten(nest.builder, nest.loc, gradOutput)),
        gradFilter(flatten(nest.builder, nest.loc, gradFilter)) {
    if (!s.packGradOutput)
      return;
    int64_t pixels = std::min(s.imageBlock, p.batch) * p.outH * p.outW;
    auto type = MemRefType::get({pixels * width()}, nest.builder.getF32Type());
    scratch =
        memref::AllocaOp::create(nest.builder, nest.loc, type, nest.builder.getI64IntegerAttr(64));
  }

  void emit(const UnitRange &range, std::optional<StoreFn> store) {
    count = range.count ? Index(range.count) : Index(p.batch);
    nest.loop(Index(range.begin), Index(range.end), 1, [&](Index number) {
      decode(number);
      bool oneBlock = s.imageBlock >= p.batch;
      if (!oneBlock)
        clear();
      nest.loop(0, oneBlock ? Index(1) : count, s.imageBlock, [&](Index first) {
        Index end = oneBlock ? count : nest.min(nest.add(first, s.imageBlock), count);
        if (scratch)
          pack(first, end);
        forEachTile([&](Index channel, int64_t channels) {
          emitTile(channel, channels, first, end, oneBlock);
        });
      });
      if (store)
        finish(*store);
    });
  }

private:
  /// Output rows or columns [begin, end) that meet the same kernel rows or columns of the tile.
  struct Segment {
    Index begin, end;
    SmallVector<bool> live;
  };
  /// One axis of the window, for `segmentsOf`.
  struct Axis {
    int64_t in, out, kernel, tile, stride, pad, dilation;
  };

  int64_t width() const { return s.vectors * s.lanes; }

  void decode(Index number) {
    int64_t groups = ceilDiv(p.groupInC(), s.channelGroup);
    int64_t columnBlocks = p.kW / s.kernelColumns, rowBlocks = p.kH / s.kernelRows;
    Index group = nest.rem(number, groups), rest = nest.floorDiv(number, groups);
    kw = s.kernelColumns == p.kW ? Index(0) : nest.rem(rest, columnBlocks);
    rest = nest.floorDiv(rest, columnBlocks);
    kh = s.kernelRows == p.kH ? Index(0) : nest.rem(rest, rowBlocks);
    // The packed layout may hold more vectors than outC fills; units cover them all.
    Index block = nest.floorDiv(rest, rowBlocks);
    channelBegin = groups == 1 ? Index(0) : nest.mul(group, s.channelGroup);
    channelEnd = groups == 1
                     ? Index(p.groupInC())
                     : nest.min(nest.add(channelBegin, s.channelGroup), Index(p.groupInC()));
    outChannel = nest.mul(block, width());
    masks.assign(s.vectors, Value());
    if (p.outC % width() != 0)
      for (int64_t v = 0; v < s.vectors; ++v)
        masks[v] = nest.mask(nest.sub(Index(p.outC - v * s.lanes), outChannel), s.lanes);
    inputOffset =
        p.groups == 1 ? Index(0) : nest.mul(nest.floorDiv(outChannel, p.groupOutC()), p.groupInC());
    filterOffset = nest.mul(nest.floorDiv(outChannel, s.filterBlock),
                            p.kH * p.kW * p.groupInC() * s.filterBlock);
    filterOffset = nest.add(filterOffset, nest.rem(outChannel, s.filterBlock));
  }

  /// Offset in grad_filter of the tile's tap (row, column) at input channel `ic`.
  Index elementOffset(int64_t row, int64_t column, Index ic) {
    Index tap = nest.add(nest.mul(nest.add(kh, row), p.kW), nest.add(kw, column));
    return nest.add(filterOffset,
                    nest.mul(nest.add(nest.mul(tap, p.groupInC()), ic), s.filterBlock));
  }

  void forEachElement(
      llvm::function_ref<void(int64_t row, int64_t column, Index ic, int64_t v, Index offset)>
          body) {
    nest.loop(channelBegin, channelEnd, 1, [&](Index ic) {
      for (int64_t row = 0; row < s.kernelRows; ++row)
        for (int64_t column = 0; column < s.kernelColumns; ++column)
          for (int64_t v = 0; v < s.vectors; ++v)
            body(row, column, ic, v, nest.add(elementOffset(row, column, ic), v * s.lanes));
    });
  }

  void clear() {
    Value zero = nest.zero(s.lanes);
    forEachElement([&](int64_t, int64_t, Index, int64_t, Index offset) {
      storeAt(nest.builder, nest.loc, zero, gradFilter, nest.value(offset), Value());
    });
  }

  void finish(StoreFn store) {
    forEachElement([&](int64_t row, int64_t column, Index ic, int64_t v, Index offset) {
      Value vector = loadAt(nest.builder, nest.loc, gradFilter, nest.vector(s.lanes),
                            nest.value(offset), Value());
      store(nest.builder, nest.loc, vector,
            {nest.value(nest.add(kh, row)), nest.value(nest.add(kw, column)), nest.value(ic),
             nest.value(nest.add(outChannel, v * s.lanes)), nest.value(offset), masks[v]});
    });
  }

  /// grad_output of images [first, end), the unit's channels only, side by side.
  void pack(Index first, Index end) {
    int64_t pixelsOfImage = p.outH * p.outW;
    Index origin = nest.add(nest.mul(first, pixelsOfImage * p.outC), outChannel);
    nest.loop(0, nest.mul(nest.sub(end, first), pixelsOfImage), 1, [&](Index pixel) {
      for (int64_t v = 0; v < s.vectors; ++v) {
        Index from = nest.add(nest.add(origin, nest.mul(pixel, p.outC)), v * s.lanes);
        Value vector = loadAt(nest.builder, nest.loc, gradOutput, nest.vector(s.lanes),
                              nest.value(from), masks[v]);
        Index to = nest.add(nest.mul(pixel, width()), v * s.lanes);
        storeAt(nest.builder, nest.loc, vector, scratch, nest.value(to), Value());
      }
    });
  }

  void forEachTile(llvm::function_ref<void(Index, int64_t)> body) {
    int64_t rest = p.groupInC() % s.channels;
    if (rest == 0)
      return nest.loop(channelBegin, channelEnd, s.channels,
                       [&](Index ic) { body(ic, s.channels); });
    Index size = nest.sub(channelEnd, channelBegin);
    Index middle = nest.add(channelBegin, nest.mul(nest.floorDiv(size, s.channels), s.channels));
    nest.loop(channelBegin, middle, s.channels, [&](Index ic) { body(ic, s.channels); });
    // Groups are multiples of the tile, so only the last channels of all form a smaller one.
    bool known = middle.isConstant() && channelEnd.isConstant();
    nest.when(known ? Value() : nest.less(middle, channelEnd), [&] { body(middle, rest); });
  }

  SmallVector<Segment> segmentsOf(const Axis &a, Index tap) {
    bool padded = a.pad > 0 || (a.out - 1) * a.stride + (a.kernel - 1) * a.dilation - a.pad >= a.in;
    SmallVector<Segment> segments;
    if (!padded)
      return {{Index(0), Index(a.out), SmallVector<bool>(a.tile, true)}};
    if (a.tile == 1) {
      auto bound = [&](int64_t limit) {
        Index distance = nest.max(nest.sub(Index(limit), nest.mul(tap, a.dilation)), Index(0));
        return nest.min(nest.floorDiv(nest.add(distance, a.stride - 1), a.stride), Index(a.out));
      };
      return {{bound(a.pad), bound(a.in + a.pad), {true}}};
    }
    for (int64_t o = 0; o < a.out; ++o) {
      SmallVector<bool> live;
      for (int64_t k = 0; k < a.tile; ++k) {
        int64_t i = o * a.stride + k * a.dilation - a.pad;
        live.push_back(i >= 0 && i < a.in);
      }
      if (!segments.empty() && segments.back().live == live)
        segments.back().end = Index(o + 1);
      else
        segments.push_back({Index(o), Index(o + 1), live});
    }
    return segments;
  }

  void emitTile(Index channel, int64_t channels, Index first, Index end, bool oneBlock) {
    SmallVector<Index> offsets;
    for (int64_t row = 0; row < s.kernelRows; ++row)
      for (int64_t column = 0; column < s.kernelColumns; ++column)
        for (int64_t c = 0; c < channels; ++c)
          for (int64_t v = 0; v < s.vectors; ++v)
            offsets.push_back(
                nest.add(elementOffset(row, column, nest.add(channel, c)), v * s.lanes));
    LoopNest::Values sums(offsets.size(), nest.zero(s.lanes));
    if (!oneBlock)
      for (auto [sum, offset] : llvm::zip(sums, offsets))
        sum = loadAt(nest.builder, nest.loc, gradFilter, nest.vector(s.lanes), nest.value(offset),
                     Value());
    SmallVector<Segment> rows =
        segmentsOf({p.inH, p.outH, p.kH, s.kernelRows, p.strideH, p.padTop, p.dilationH}, kh);
    SmallVector<Segment> columns =
        segmentsOf({p.inW, p.outW, p.kW, s.kernelColumns, p.strideW, p.padLeft, p.dilationW}, kw);
    sums = nest.loop(first, end, 1, std::move(sums), [&](Index n, LoopNest::Values carried) {
      Tile tile{channel, channels, n, nest.sub(n, first)};
      for (const Segment &rowSegment : rows)
        carried = nest.loop(rowSegment.begin, rowSegment.end, 1, std::move(carried),
                            [&](Index oh, LoopNest::Values values) {
                              for (const Segment &columnSegment : columns)
                                values = emitColumns(tile, oh, rowSegment, columnSegment,
                                                     std::move(values));
                              return values;
                            });
      return carried;
    });
    for (auto [sum, offset] : llvm::zip(sums, offsets))
      storeAt(nest.builder, nest.loc, sum, gradFilter, nest.value(offset), Value());
  }

  struct Tile {
    Index channel;
    int64_t channels;
    Index n, imageOfBlock;
  };

  LoopNest::Values emitColumns(const Tile &tile, Index oh, const Segment &rows,
                               const Segment &columns, LoopNest::Values sums) {
    auto pixel = [&](Index ow, LoopNest::Values values) {
      return emitPixel(tile, oh, ow, rows, columns, std::move(values));
    };
    Index middle = columns.begin;
    if (s.unroll > 1) {
      Index size = nest.sub(columns.end, columns.begin);
      middle = nest.add(columns.begin, nest.mul(nest.floorDiv(size, s.unroll), s.unroll));
      sums = nest.loop(columns.begin, middle, s.unroll, std::move(sums),
                       [&](Index ow, LoopNest::Values values) {
                         for (int64_t u = 0; u < s.unroll; ++u)
                           values = pixel(nest.add(ow, u), std::move(values));
                         return values;
                       });
    }
    return nest.loop(middle, columns.end, 1, std::move(sums), pixel);
  }

  LoopNest::Values emitPixel(const Tile &tile, Index oh, Index ow, const Segment &rows,
                             const Segment &columns, LoopNest::Values sums) {
    Index image = scratch ? tile.imageOfBlock : tile.n;
    Index pixel = nest.add(nest.mul(nest.add(nest.mul(image, p.outH), oh), p.outW), ow);
    Index gradient =
        scratch ? nest.mul(pixel, width()) : nest.add(nest.mul(pixel, p.outC), outChannel);
    SmallVector<Value> vectors;
    for (int64_t v = 0; v < s.vectors; ++v)
      vectors.push_back(loadAt(nest.builder, nest.loc, scratch ? scratch : gradOutput,
                               nest.vector(s.lanes), nest.value(nest.add(gradient, v * s.lanes)),
                               scratch ? Value() : masks[v]));
    Index inputRow =
        nest.add(nest.mul(oh, p.strideH), nest.sub(nest.mul(kh, p.dilationH), p.padTop));
    Index inputColumn =
        nest.add(nest.mul(ow, p.strideW), nest.sub(nest.mul(kw, p.dilationW), p.padLeft));
    Index inputPixel =
        nest.add(nest.mul(tile.n, p.inH * p.inW), nest.add(nest.mul(inputRow, p.inW), inputColumn));
    Index origin = nest.add(nest.add(nest.mul(inputPixel, p.inC), inputOffset), tile.channel);
    int64_t next = 0;
    for (int64_t row = 0; row < s.kernelRows; ++row)
      for (int64_t column = 0; column < s.kernelColumns; ++column)
        for (int64_t c = 0; c < tile.channels; ++c, next += s.vectors) {
          if (!rows.live[row] || !columns.live[column])
            continue;
          int64_t distance = (row * p.dilationH * p.inW + column * p.dilationW) * p.inC + c;
          Value scalar = nest.broadcastAt(input, nest.add(origin, distance), s.lanes);
          for (int64_t v = 0; v < s.vectors; ++v)
            sums[next + v] = nest.fma(scalar, vectors[v], sums[next + v]);
        }
    return sums;
  }

  LoopNest &nest;
  const ConvProblem &p;
  const GradFilterSchedule &s;
  Value input, gradOutput, gradFilter, scratch;
  Index count, kh, kw, channelBegin, channelEnd, outChannel, inputOffset, filterOffset;
  SmallVector<Value> masks;
};

} // namespace

void emitGradFilter(OpBuilder &builder, Location loc, const ConvProblem &problem,
                    const GradFilterSchedule &schedule, Value input, Value gradOutput,
                    Value gradFilter, const UnitRange &range, std::optional<StoreFn> store) {
  LoopNest nest(builder, loc);
  GradFilterEmitter(nest, problem, schedule, input, gradOutput, gradFilter).emit(range, store);
}

} // namespace ingot::cpu
