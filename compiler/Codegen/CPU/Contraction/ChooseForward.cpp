// The cost model of tiled kernels: cycles of a tile's reduction step from FMA issue, FMA latency,
// loads and, when the filter does not stay in L1, its bytes from L2; times the steps, leftovers at
// the borders included.
#include "compiler/Codegen/CPU/Contraction/ChooseTile.h"
#include "compiler/Codegen/CPU/Contraction/LoopNest.h"
#include <algorithm>
#include <limits>

namespace ingot::cpu {

/// Bytes a cycle that L2 delivers, next to FMAs at full rate.
static constexpr double l2BytesPerCycle = 32;

double cyclesOfStep(int64_t pixels, int64_t vectors, double filterBytes, const Machine &machine) {
  double fma = double(pixels * vectors) / machine.fmaPerCycle;
  double loads = double(pixels + vectors) / machine.loadsPerCycle;
  double cycles = std::max<double>(fma, machine.fmaLatency);
  // Loads compete with FMAs for issue long before they saturate: measured 96% of peak at 0.67 loads
  // an FMA, 88-91% at 1.08.
  cycles = std::max(cycles, loads) + 0.15 * std::max(0.0, loads - 0.6 * fma);
  if (filterBytes > machine.l1Bytes / 2)
    cycles = std::max(cycles, vectors * machine.lanes() * 4 / l2BytesPerCycle);
  // Fewer accumulators than the pipes hold, twice over, leave bubbles at every hiccup.
  double wanted = 1.5 * machine.fmaPerCycle * machine.fmaLatency;
  return cycles * (1 + 0.1 * std::max(0.0, 1 - pixels * vectors / wanted));
}

double cyclesOfTiles(const TileShape &shape, const TileSchedule &s, const Machine &machine) {
  double filterBytes = double(shape.reduction) * s.vectors * s.lanes * 4;
  auto row = [&](int64_t rows) {
    int64_t columns = std::min(s.columns, shape.width), whole = shape.width / columns;
    int64_t rest = shape.width % columns;
    auto tile = [&](int64_t width) {
      // A tile's prologue and epilogue cost about as much as two steps.
      return (shape.reduction + 2) *
             cyclesOfStep(s.images * rows * width, s.vectors, filterBytes, machine);
    };
    return whole * tile(columns) + (rest ? tile(rest) : 0);
  };
  double image = (shape.height / s.rows) * row(s.rows);
  if (shape.height % s.rows)
    image += (shape.height % s.rows) * row(1);
  return image * ceilDiv(shape.batch, s.images) * ceilDiv(shape.channels, s.vectors * s.lanes);
}

/// Rows in a unit: all, unless that leaves fewer than 16 units for the threads.
int64_t chooseUnitRows(const TileShape &shape, const TileSchedule &s) {
  int64_t units = ceilDiv(shape.batch, s.images) * ceilDiv(shape.channels, s.vectors * s.lanes);
  int64_t wanted = std::min(ceilDiv(16, units), ceilDiv(shape.height, s.rows));
  return ceilDiv(ceilDiv(shape.height, wanted), s.rows) * s.rows;
}

TileSchedule chooseTile(const TileShape &shape, int64_t filterBlock, bool manyVectors,
                        const Machine &machine, double *cost) {
  TileSchedule best, s;
  s.lanes = machine.lanes();
  s.filterBlock = filterBlock;
  double bestCycles = std::numeric_limits<double>::infinity();
  // Images of a tile have an address each, which short reductions do not pay for.
  double imagePenalty = shape.reduction <= 32 ? 0.15 : 0.05;
  for (s.vectors = 1; s.vectors <= std::min<int64_t>(filterBlock / s.lanes, 6); ++s.vectors) {
    if (filterBlock % (s.vectors * s.lanes) || (!manyVectors && s.vectors > 4) ||
        (shape.groups > 1 && shape.channels / shape.groups % (s.vectors * s.lanes)))
      continue;
    for (s.images = 1; s.images <= std::min<int64_t>(shape.batch, 16); s.images *= 2)
      for (s.rows = 1; s.rows <= (shape.rowsPadded ? 1 : std::min<int64_t>(shape.height, 4));
           ++s.rows)
        for (s.columns = 1; s.columns <= std::min<int64_t>(shape.width, 16); ++s.columns) {
          int64_t sums = s.images * s.rows * s.columns * s.vectors;
          // A reduction of few steps is straight code, where the scheduler moves loads up and needs
          // registers.
          int64_t most = shape.reduction <= 32 ? (machine.registers >= 32 ? 16 : 10)
                                               : machine.maxAccumulators();
          if (sums > most || sums + s.vectors + 1 > machine.registers)
            break;
          double cycles = cyclesOfTiles(shape, s, machine) *
                          (1 + imagePenalty * (s.images > 1) + 0.001 * s.rows);
          if (cycles < bestCycles)
            bestCycles = cycles, best = s;
        }
  }
  best.unitRows = chooseUnitRows(shape, best);
  if (cost)
    *cost = bestCycles;
  return best;
}

static TileShape forwardShape(const ConvProblem &p) {
  bool padded =
      p.padTop > 0 || (p.outH - 1) * p.strideH + (p.kH - 1) * p.dilationH - p.padTop >= p.inH;
  return {p.batch, p.outH, p.outW, p.outC, p.groups, p.kH * p.kW * p.groupInC(), padded};
}

std::string missingForward(const ConvProblem &p, const Machine &machine) {
  if (p.groups > 1 && p.groupOutC() % machine.lanes() != 0)
    return "groups of " + std::to_string(p.groupOutC()) + " channels do not fill vectors of " +
           std::to_string(machine.lanes());
  return "";
}

/// Channels beyond full vectors that are cheaper as dot products: three at most of one block of
/// channels, where the reduction is long enough to pay for the sums of lanes.
static int64_t chooseDots(const ConvProblem &p, const Machine &machine) {
  int64_t rest = p.outC % machine.lanes(), vectors = p.outC / machine.lanes();
  bool contiguous = p.groups == 1 && p.dilationW == 1;
  return contiguous && machine.registers >= 32 && rest <= 3 && vectors >= 1 && vectors <= 3 &&
                 p.outW >= 4 && p.kH * p.kW * p.inC >= 32 * rest
             ? rest
             : 0;
}

/// Stretches whose weights take half of L1, where those of the whole reduction do not stay there
/// from one tile of rows to the next.
static int64_t chooseStepBlock(const ConvProblem &p, const TileSchedule &s,
                               const Machine &machine) {
  int64_t stepBytes = s.vectors * s.lanes * 4;
  bool stays = p.inC * stepBytes <= machine.l1Bytes / 2;
  return p.isMatmul() && !stays && p.batch > s.images ? machine.l1Bytes / 2 / stepBytes : 0;
}

TileSchedule chooseForward(const ConvProblem &problem, int64_t filterBlock,
                           const Machine &machine) {
  TileShape shape = forwardShape(problem);
  int64_t dots = chooseDots(problem, machine);
  if (!dots) {
    TileSchedule s = chooseTile(shape, filterBlock, true, machine, nullptr);
    s.stepBlock = chooseStepBlock(problem, s, machine);
    return s;
  }
  // One tile has all the other channels of one image.
  shape.channels -= dots, shape.batch = 1;
  TileSchedule s = chooseTile(shape, shape.channels, true, machine, nullptr);
  if (s.vectors * s.lanes != shape.channels || filterBlock % shape.channels)
    return chooseTile(forwardShape(problem), filterBlock, true, machine, nullptr);
  shape.batch = problem.batch;
  s.unitRows = chooseUnitRows(shape, s);
  s.filterBlock = filterBlock, s.dots = dots;
  return s;
}

int64_t chooseFilterBlock(const ConvProblem &problem, const Machine &machine) {
  return chooseBlock(forwardShape(problem), machine);
}

int64_t chooseBlock(const TileShape &shape, const Machine &machine) {
  double best = std::numeric_limits<double>::infinity();
  int64_t block = machine.lanes();
  int64_t vectors = ceilDiv(shape.channels / shape.groups, machine.lanes());
  for (int64_t v = 1; v <= std::min<int64_t>(vectors, 6); ++v) {
    double cost;
    chooseTile(shape, v * machine.lanes(), true, machine, &cost);
    if (cost < best * 0.995)
      best = cost, block = v * machine.lanes();
  }
  return block;
}

} // namespace ingot::cpu
