// Grids and descriptions of schedules.
#include "compiler/Codegen/CPU/Contraction/Schedule.h"
#include "compiler/Codegen/CPU/Contraction/GradInput.h"
#include "compiler/Codegen/CPU/Contraction/MatmulForward.h"
#include "compiler/Codegen/CPU/Contraction/TileUnit.h"
#include "llvm/Support/FormatVariadic.h"

using llvm::formatv;

namespace ingot::cpu {

int64_t gridOfForward(const ConvProblem &p, const TileSchedule &schedule) {
  if (schedule.stepBlock)
    return ceilDiv(p.outC, schedule.vectors * schedule.lanes) * ceilDiv(p.batch, rowsOfUnit(p));
  return TileGrid({p.batch, p.outH, p.outW, p.outC, schedule.dots}, schedule).units();
}

int64_t gridOfGradInput(const ConvProblem &p, const GradInputSchedule &schedule) {
  if (schedule.method == GradInputMethod::BatchVectors)
    return ceilDiv(p.inC, 8) *
           (transposedRows(p, schedule) / (schedule.tile.vectors * schedule.tile.lanes));
  if (schedule.method == GradInputMethod::FlippedForward)
    return gridOfForward(flippedProblem(p), schedule.tile);
  return TileGrid({p.batch, p.inH, p.inW, p.inC}, schedule.tile).units();
}

int64_t gridOfGradInputOperand(const ConvProblem &p, const GradInputSchedule &schedule) {
  if (gradInputOperandIsFilter(schedule))
    return ceilDiv(p.inC, schedule.tile.filterBlock) * p.kH * p.kW;
  return ceilDiv(p.outC, 8);
}

int64_t gridOfGradFilter(const ConvProblem &p, const GradFilterSchedule &s) {
  // Lanes that only pad the packed layout are written too, as zero.
  int64_t padded = ceilDiv(p.outC, s.filterBlock) * s.filterBlock;
  int64_t taps = s.allTaps ? 1 : (p.kH / s.kernelRows) * (p.kW / s.kernelColumns);
  return p.parts() * (padded / (s.vectors * s.lanes)) * taps *
         ceilDiv(p.groupInC(), s.channelGroup);
}

int64_t elementsOfGradInputOperand(const ConvProblem &p, const GradInputSchedule &s) {
  if (gradInputOperandIsFilter(s))
    return ceilDiv(p.inC, s.tile.filterBlock) * s.tile.filterBlock * p.kH * p.kW * p.groupOutC();
  return p.outC * transposedRows(p, s);
}

bool gradInputOperandIsFilter(const GradInputSchedule &schedule) {
  return schedule.method != GradInputMethod::BatchVectors;
}

std::string describe(const TileSchedule &s) {
  std::string rest;
  if (s.dots)
    rest = ", " + std::to_string(s.dots) + " channels as dot products";
  if (s.stepBlock)
    rest = ", in stretches of " + std::to_string(s.stepBlock) + " steps";
  return formatv("tile {0}x{1}x{2}x{3} of {4}, filter block {5}, {6} rows a unit, unroll {7}{8}",
                 s.images, s.rows, s.columns, s.vectors, s.lanes, s.filterBlock, s.unitRows,
                 s.unroll, rest)
      .str();
}

std::string describe(const GradInputSchedule &s) {
  if (s.method == GradInputMethod::BatchVectors)
    return formatv("batch vectors, 8 channels x {0} of {1}", s.tile.vectors, s.tile.lanes).str();
  bool flipped = s.method == GradInputMethod::FlippedForward;
  return (flipped ? "flipped, " : "strided, ") + describe(s.tile);
}

std::string describe(const GradFilterSchedule &s) {
  return formatv("tile ({0}x{1} taps x {2})x{3} of {4}, {5} channels{6} a unit, "
                 "{7} images x {8} rows a block, unroll {9}{10}",
                 s.kernelRows, s.kernelColumns, s.channels, s.vectors, s.lanes, s.channelGroup,
                 s.allTaps ? " and all taps" : "", s.imageBlock, s.rowBlock, s.unroll,
                 s.packGradOutput ? s.packInput ? ", both packed" : ", packed" : "")
      .str();
}

} // namespace ingot::cpu
