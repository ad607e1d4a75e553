// What the forward and the input-gradient kernels share: units of images x rows x channels of an
// NHWC result, with the guards of a partial batch and the masks of a partial channel block.
#ifndef INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_TILEUNIT_H
#define INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_TILEUNIT_H

#include "compiler/Codegen/CPU/Contraction/Emit.h"
#include "compiler/Codegen/CPU/Contraction/LoopNest.h"

namespace ingot::cpu {

/// Sizes of the tensor that a tiled kernel writes, [batch][height][width][channels].
struct ResultShape {
  int64_t batch, height, width, channels;
  int64_t dots = 0; ///< of the channels, the last that no tile makes
  int64_t tiled() const { return channels - dots; }
};

/// Into how many blocks units cut a result. Units run over rows, then over the larger of result and
/// filter last: over images, so that a thread finds in its own cache what it wrote of the layer
/// before, or over channels, so that a range of units keeps one block of the filter there.
struct TileGrid {
  int64_t channelBlocks, imageBlocks, rowBlocks;
  TileGrid(const ResultShape &shape, const TileSchedule &schedule);
  int64_t units() const { return channelBlocks * imageBlocks * rowBlocks; }
};

/// One unit while its body is emitted.
struct TileUnit {
  Index channel;                   ///< first channel
  Index rowBegin, rowEnd;          ///< rows of the result
  llvm::SmallVector<Index> images; ///< batch row of each image of the tile, clamped to valid ones
  llvm::SmallVector<mlir::Value> imageValid; ///< i1, null where it always holds
  llvm::SmallVector<mlir::Value> masks;      ///< per vector, null where full
  Index filterOffset; ///< of the channel block's first vector in the packed filter
};

/// Emits the loop over the units of `range`; `filterRows` is kH*kW*reduction channels. Units whose
/// images all lie beyond the valid count are skipped.
void forEachUnit(LoopNest &nest, const ResultShape &shape, const TileSchedule &schedule,
                 int64_t filterRows, const UnitRange &range,
                 llvm::function_ref<void(const TileUnit &)> body);

/// Emits loops over the rows of a unit: tiles of `tileRows` rows, then single rows.
void forEachRowTile(LoopNest &nest, const ResultShape &shape, int64_t tileRows,
                    const TileUnit &unit, llvm::function_ref<void(Index row, int64_t rows)> body);

/// Stores a tile of accumulators [image][row][column][vector].
void storeTile(LoopNest &nest, const ResultShape &shape, const TileSchedule &schedule,
               const TileUnit &unit, Index row, int64_t rows, Index column, int64_t columns,
               llvm::ArrayRef<mlir::Value> accumulators, StoreFn store);

} // namespace ingot::cpu

#endif
