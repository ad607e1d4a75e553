// The cost model that forward and input-gradient schedules share.
#ifndef INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_CHOOSETILE_H
#define INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_CHOOSETILE_H

#include "compiler/Codegen/CPU/Contraction/Schedule.h"

namespace ingot::cpu {

/// A tiled kernel's result and the number of reduction steps of each of its elements.
struct TileShape {
  int64_t batch, height, width, channels;
  int64_t groups; ///< a tile's channels must lie in one
  int64_t reduction;
  bool rowsPadded; ///< a tile must not have several rows
};

/// Cycles of one reduction step of pixels x vectors accumulators; `filterBytes` are read between
/// two uses of a weight.
double cyclesOfStep(int64_t pixels, int64_t vectors, double filterBytes, const Machine &machine);
double cyclesOfTiles(const TileShape &shape, const TileSchedule &schedule, const Machine &machine);
int64_t chooseUnitRows(const TileShape &shape, const TileSchedule &schedule);
/// The cheapest tile for a packed filter of this block.
TileSchedule chooseTile(const TileShape &shape, int64_t filterBlock, bool manyVectors,
                        const Machine &machine, double *cost);
int64_t chooseBlock(const TileShape &shape, const Machine &machine);

} // namespace ingot::cpu

#endif
