// Gradient of a filter: a register tile of taps x input channels by vectors of output channels,
// summed over images, rows and columns. A unit owns its elements and goes over the whole batch, or
// over the images of its part, in a fixed order, so threads never add to one element and bits do
// not depend on their number. Between blocks of images or rows the sums rest in grad_filter itself.
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
    int64_t ofBlock = std::min(s.imageBlock, images());
    if (s.packGradOutput)
      scratch = allocate(ofBlock * s.rowBlock * p.outW * width());
    if (s.packInput)
      inputScratch = allocate(ofBlock * inputRows() * p.inW * s.channelGroup);
  }

  void emit(const UnitRange &range, std::optional<StoreFn> store) {
    Index count = range.count ? Index(range.count) : Index(p.batch);
    nest.loop(Index(range.begin), Index(range.end), 1, [&](Index number) {
      decode(number, count);
      // A block of one image has no loop over images, so it must not be one that may be empty.
      bool oneImageBlock = s.imageBlock >= images() && (s.imageBlock > 1 || !p.partImages);
      bool oneBlock = oneImageBlock && s.rowBlock >= p.outH;
      if (!oneBlock)
        forEachTap([&] { clear(); });
      Index lastBlock = oneImageBlock ? nest.add(imageBegin, 1) : imageEnd;
      nest.loop(imageBegin, lastBlock, s.imageBlock, [&](Index first) {
        Index end = oneImageBlock ? imageEnd : nest.min(nest.add(first, s.imageBlock), imageEnd);
        nest.loop(0, p.outH, s.rowBlock, [&](Index row) {
          Block block{first, end, row, nest.min(nest.add(row, s.rowBlock), Index(p.outH)), 0};
          if (s.rowBlock < p.outH)
            block.inputRow =
                nest.max(nest.sub(nest.mul(row, p.strideH), Index(p.padTop)), Index(0));
          if (scratch)
            pack(block);
          if (inputScratch)
            packInput(block);
          forEachTap([&] {
            forEachTile([&](Index channel, int64_t channels) {
              emitTile(channel, channels, block, oneBlock);
            });
          });
        });
      });
      if (store)
        forEachTap([&] { finish(*store); });
    });
  }

private:
  /// Images [first, end) and of each the output rows [row, rowEnd): what is summed between loading
  /// and storing a tile. Packed input begins with row `inputRow`.
  struct Block {
    Index first, end, row, rowEnd, inputRow;
  };
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
  /// Of a unit, at most.
  int64_t images() const { return p.partImages ? p.partImages : p.batch; }

  /// Input rows that a block of output rows meets.
  int64_t inputRows() const {
    int64_t rows = (s.rowBlock - 1) * p.strideH + (p.kH - 1) * p.dilationH + 1;
    return std::min(rows, p.inH);
  }

  Value allocate(int64_t elements) {
    auto type = MemRefType::get({elements}, nest.builder.getF32Type());
    return memref::AllocaOp::create(nest.builder, nest.loc, type,
                                    nest.builder.getI64IntegerAttr(64));
  }

  void decode(Index number, Index count) {
    Index part = 0;
    imageBegin = 0, imageEnd = count;
    if (p.partImages) {
      int64_t units = gridOfGradFilter(p, s) / p.parts();
      part = nest.floorDiv(number, units);
      number = nest.rem(number, units);
      imageBegin = nest.mul(part, p.partImages);
      imageEnd = nest.max(imageBegin, nest.min(nest.add(imageBegin, p.partImages), count));
    }
    int64_t groups = ceilDiv(p.groupInC(), s.channelGroup);
    int64_t columnBlocks = p.kW / s.kernelColumns, rowBlocks = p.kH / s.kernelRows;
    Index group = nest.rem(number, groups), rest = nest.floorDiv(number, groups);
    if (!s.allTaps) {
      kw = s.kernelColumns == p.kW ? Index(0) : nest.rem(rest, columnBlocks);
      rest = nest.floorDiv(rest, columnBlocks);
      kh = s.kernelRows == p.kH ? Index(0) : nest.rem(rest, rowBlocks);
      rest = nest.floorDiv(rest, rowBlocks);
    }
    // The packed layout may hold more vectors than outC fills, whole ones too; units cover them
    // all, and leave zeros there.
    Index block = rest;
    channelBegin = groups == 1 ? Index(0) : nest.mul(group, s.channelGroup);
    channelEnd = groups == 1
                     ? Index(p.groupInC())
                     : nest.min(nest.add(channelBegin, s.channelGroup), Index(p.groupInC()));
    outChannel = nest.mul(block, width());
    masks.assign(s.vectors, Value());
    if (p.outC % s.filterBlock != 0)
      for (int64_t v = 0; v < s.vectors; ++v)
        masks[v] = nest.mask(nest.sub(Index(p.outC - v * s.lanes), outChannel), s.lanes);
    inputOffset =
        p.groups == 1 ? Index(0) : nest.mul(nest.floorDiv(outChannel, p.groupOutC()), p.groupInC());
    int64_t blockElements = p.kH * p.kW * p.groupInC() * s.filterBlock;
    filterOffset = nest.mul(nest.floorDiv(outChannel, s.filterBlock), p.parts() * blockElements);
    filterOffset = nest.add(filterOffset, nest.mul(part, blockElements));
    filterOffset = nest.add(filterOffset, nest.rem(outChannel, s.filterBlock));
  }

  /// Emits `body` for each tile of taps of the unit.
  void forEachTap(llvm::function_ref<void()> body) {
    if (!s.allTaps)
      return body();
    nest.loop(0, p.kH, s.kernelRows, [&](Index row) {
      nest.loop(0, p.kW, s.kernelColumns, [&](Index column) {
        kh = row, kw = column;
        body();
      });
    });
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

  /// grad_output of a block, the unit's channels only, side by side.
  void pack(const Block &block) {
    Index firstRow = nest.add(nest.mul(block.first, p.outH), block.row);
    Index origin = nest.add(nest.mul(firstRow, p.outW * p.outC), outChannel);
    Index rows = s.rowBlock >= p.outH ? nest.mul(nest.sub(block.end, block.first), p.outH)
                                      : nest.sub(block.rowEnd, block.row);
    nest.loop(0, nest.mul(rows, p.outW), 1, [&](Index pixel) {
      for (int64_t v = 0; v < s.vectors; ++v) {
        Index from = nest.add(nest.add(origin, nest.mul(pixel, p.outC)), v * s.lanes);
        Value vector = loadAt(nest.builder, nest.loc, gradOutput, nest.vector(s.lanes),
                              nest.value(from), masks[v]);
        Index to = nest.add(nest.mul(pixel, width()), v * s.lanes);
        storeAt(nest.builder, nest.loc, vector, scratch, nest.value(to), Value());
      }
    });
  }

  /// The input of a block, the unit's channels only, side by side.
  void packInput(const Block &block) {
    int64_t lanes = s.channelGroup % s.lanes == 0 ? s.lanes : 8;
    Index rowEnd = nest.min(nest.add(block.inputRow, inputRows()), Index(p.inH));
    Index pixelsOfImage = nest.mul(nest.sub(rowEnd, block.inputRow), p.inW);
    nest.loop(
        block.first, s.imageBlock == 1 ? nest.add(block.first, 1) : block.end, 1, [&](Index n) {
          Index firstRow = nest.add(nest.mul(n, p.inH), block.inputRow);
          Index from =
              nest.add(nest.add(nest.mul(firstRow, p.inW * p.inC), inputOffset), channelBegin);
          Index to = nest.mul(nest.sub(n, block.first), inputRows() * p.inW * s.channelGroup);
          nest.loop(0, pixelsOfImage, 1, [&](Index pixel) {
            nest.loop(0, nest.sub(channelEnd, channelBegin), lanes, [&](Index channel) {
              Index source = nest.add(nest.add(from, nest.mul(pixel, p.inC)), channel);
              Index target = nest.add(nest.add(to, nest.mul(pixel, s.channelGroup)), channel);
              Value vector = loadAt(nest.builder, nest.loc, input, nest.vector(lanes),
                                    nest.value(source), Value());
              storeAt(nest.builder, nest.loc, vector, inputScratch, nest.value(target), Value());
            });
          });
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

  void emitTile(Index channel, int64_t channels, const Block &block, bool oneBlock) {
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
    if (s.rowBlock < p.outH)
      for (Segment &segment : rows) {
        segment.begin = nest.max(segment.begin, block.row);
        segment.end = nest.min(segment.end, block.rowEnd);
      }
    auto image = [&](Index n, LoopNest::Values carried) {
      Tile tile{channel, channels, n, nest.sub(n, block.first), block.row, block.inputRow};
      for (const Segment &rowSegment : rows)
        carried = nest.loop(rowSegment.begin, rowSegment.end, 1, std::move(carried),
                            [&](Index oh, LoopNest::Values values) {
                              for (const Segment &columnSegment : columns)
                                values = emitColumns(tile, oh, rowSegment, columnSegment,
                                                     std::move(values));
                              return values;
                            });
      return carried;
    };
    sums = s.imageBlock == 1 ? image(block.first, std::move(sums))
                             : nest.loop(block.first, block.end, 1, std::move(sums), image);
    for (auto [sum, offset] : llvm::zip(sums, offsets))
      storeAt(nest.builder, nest.loc, sum, gradFilter, nest.value(offset), Value());
  }

  struct Tile {
    Index channel;
    int64_t channels;
    Index n, imageOfBlock, firstRow, firstInputRow;
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
    Index row = scratch ? nest.add(nest.mul(tile.imageOfBlock, p.outH), nest.sub(oh, tile.firstRow))
                        : nest.add(nest.mul(tile.n, p.outH), oh);
    Index pixel = nest.add(nest.mul(row, p.outW), ow);
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
    Index origin = inputOrigin(tile, inputRow, inputColumn);
    int64_t stride = inputScratch ? s.channelGroup : p.inC;
    int64_t next = 0;
    for (int64_t row = 0; row < s.kernelRows; ++row)
      for (int64_t column = 0; column < s.kernelColumns; ++column)
        for (int64_t c = 0; c < tile.channels; ++c, next += s.vectors) {
          if (!rows.live[row] || !columns.live[column])
            continue;
          int64_t distance = (row * p.dilationH * p.inW + column * p.dilationW) * stride + c;
          Value scalar = nest.broadcastAt(inputScratch ? inputScratch : input,
                                          nest.add(origin, distance), s.lanes);
          for (int64_t v = 0; v < s.vectors; ++v)
            sums[next + v] = nest.fma(scalar, vectors[v], sums[next + v]);
        }
    return sums;
  }

  /// Offset of the tile's first channel at an input pixel.
  Index inputOrigin(const Tile &tile, Index row, Index column) {
    if (!inputScratch) {
      Index pixel = nest.add(nest.mul(nest.add(nest.mul(tile.n, p.inH), row), p.inW), column);
      return nest.add(nest.add(nest.mul(pixel, p.inC), inputOffset), tile.channel);
    }
    Index rowOfBlock =
        nest.add(nest.mul(tile.imageOfBlock, inputRows()), nest.sub(row, tile.firstInputRow));
    Index pixel = nest.add(nest.mul(rowOfBlock, p.inW), column);
    return nest.add(nest.mul(pixel, s.channelGroup), nest.sub(tile.channel, channelBegin));
  }

  LoopNest &nest;
  const ConvProblem &p;
  const GradFilterSchedule &s;
  Value input, gradOutput, gradFilter, scratch, inputScratch;
  Index imageBegin, imageEnd, kh, kw, channelBegin, channelEnd, outChannel, inputOffset,
      filterOffset;
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
