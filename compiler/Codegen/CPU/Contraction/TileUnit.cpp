// Units of tiled kernels: their decoding, guards, masks and stores.
#include "compiler/Codegen/CPU/Contraction/TileUnit.h"

using namespace mlir;

namespace ingot::cpu {

TileGrid::TileGrid(const ResultShape &shape, const TileSchedule &schedule)
    : channelBlocks(ceilDiv(shape.tiled(), schedule.vectors * schedule.lanes)),
      imageBlocks(ceilDiv(shape.batch, schedule.images)),
      rowBlocks(ceilDiv(shape.height, schedule.unitRows)) {}

static Index filterOffsetOf(LoopNest &nest, const TileSchedule &schedule, int64_t filterRows,
                            Index channel) {
  int64_t block = schedule.filterBlock;
  Index offset = nest.mul(nest.floorDiv(channel, block), filterRows * block);
  if (block != schedule.vectors * schedule.lanes)
    offset = nest.add(offset, nest.rem(channel, block));
  return offset;
}

static SmallVector<Value> masksOf(LoopNest &nest, const ResultShape &shape,
                                  const TileSchedule &schedule, Index channel) {
  SmallVector<Value> masks(schedule.vectors);
  if (shape.tiled() % (schedule.vectors * schedule.lanes) == 0)
    return masks;
  for (int64_t v = 0; v < schedule.vectors; ++v) {
    Index valid = nest.sub(Index(shape.tiled() - v * schedule.lanes), channel);
    if (!valid.isConstant() || valid.constant < schedule.lanes)
      masks[v] = nest.mask(valid, schedule.lanes);
  }
  return masks;
}

void forEachUnit(LoopNest &nest, const ResultShape &shape, const TileSchedule &schedule,
                 int64_t filterRows, const UnitRange &range,
                 llvm::function_ref<void(const TileUnit &)> body) {
  TileGrid grid(shape, schedule);
  Index count = range.count ? Index(range.count) : Index(shape.batch);
  bool clamp = range.count || shape.batch % schedule.images != 0;
  bool imagesOutermost =
      filterRows * shape.tiled() <= shape.batch * shape.height * shape.width * shape.channels;
  nest.loop(Index(range.begin), Index(range.end), 1, [&](Index number) {
    TileUnit unit;
    Index rowBlock = nest.rem(number, grid.rowBlocks);
    Index rest = nest.floorDiv(number, grid.rowBlocks);
    int64_t innerBlocks = imagesOutermost ? grid.channelBlocks : grid.imageBlocks;
    Index outer = nest.floorDiv(rest, innerBlocks), inner = nest.rem(rest, innerBlocks);
    Index firstImage = nest.mul(imagesOutermost ? outer : inner, schedule.images);
    Index channelBlock = imagesOutermost ? inner : outer;
    unit.channel = nest.mul(channelBlock, schedule.vectors * schedule.lanes);
    unit.rowBegin = grid.rowBlocks == 1 ? Index(0) : nest.mul(rowBlock, schedule.unitRows);
    unit.rowEnd = grid.rowBlocks == 1
                      ? Index(shape.height)
                      : nest.min(nest.add(unit.rowBegin, schedule.unitRows), Index(shape.height));
    nest.when(range.count ? nest.less(firstImage, count) : Value(), [&] {
      Index last = nest.sub(count, Index(1));
      for (int64_t i = 0; i < schedule.images; ++i) {
        Index image = nest.add(firstImage, i);
        bool guarded = clamp && i > 0;
        unit.imageValid.push_back(guarded ? nest.less(image, count) : Value());
        unit.images.push_back(guarded ? nest.min(image, last) : image);
      }
      unit.masks = masksOf(nest, shape, schedule, unit.channel);
      unit.filterOffset = filterOffsetOf(nest, schedule, filterRows, unit.channel);
      body(unit);
    });
  });
}

void forEachRowTile(LoopNest &nest, const ResultShape &shape, int64_t tileRows,
                    const TileUnit &unit, llvm::function_ref<void(Index, int64_t)> body) {
  auto tile = [&](Index row) { body(row, tileRows); };
  if (tileRows == 1 || shape.height % tileRows == 0)
    return nest.loop(unit.rowBegin, unit.rowEnd, tileRows, tile);
  Index whole = nest.mul(nest.floorDiv(nest.sub(unit.rowEnd, unit.rowBegin), tileRows), tileRows);
  Index middle = nest.add(unit.rowBegin, whole);
  nest.loop(unit.rowBegin, middle, tileRows, tile);
  nest.loop(middle, unit.rowEnd, 1, [&](Index row) { body(row, 1); });
}

void storeTile(LoopNest &nest, const ResultShape &shape, const TileSchedule &schedule,
               const TileUnit &unit, Index row, int64_t rows, Index column, int64_t columns,
               ArrayRef<Value> accumulators, StoreFn store) {
  int64_t next = 0;
  for (int64_t i = 0; i < schedule.images; ++i)
    nest.when(unit.imageValid[i], [&] {
      Index pixel = nest.add(nest.mul(unit.images[i], shape.height * shape.width),
                             nest.add(nest.mul(row, shape.width), column));
      Index base = nest.add(nest.mul(pixel, shape.channels), unit.channel);
      StorePoint point;
      point.n = nest.value(unit.images[i]);
      for (int64_t r = 0; r < rows; ++r)
        for (int64_t q = 0; q < columns; ++q)
          for (int64_t v = 0; v < schedule.vectors; ++v) {
            point.h = nest.value(nest.add(row, r));
            point.w = nest.value(nest.add(column, q));
            point.channel = nest.value(nest.add(unit.channel, v * schedule.lanes));
            int64_t distance = (r * shape.width + q) * shape.channels + v * schedule.lanes;
            point.offset = nest.value(nest.add(base, distance));
            point.mask = unit.masks[v];
            store(nest.builder, nest.loc, accumulators[next++], point);
          }
    });
}

} // namespace ingot::cpu
