// Schedules of the gradient kernels.
#include "compiler/Codegen/CPU/Contraction/ChooseTile.h"
#include "compiler/Codegen/CPU/Contraction/GradInput.h"
#include "compiler/Codegen/CPU/Contraction/LoopNest.h"
#include <algorithm>
#include <limits>

namespace ingot::cpu {

/// Whole rows of input pixels where they fit, else blocks of a multiple of the stride, so that all
/// inner blocks are alike; images joined until a weight vector serves at least four pixels.
static TileSchedule chooseStrided(const ConvProblem &p, const Machine &machine) {
  TileSchedule s;
  s.lanes = machine.lanes();
  int64_t vectors = ceilDiv(p.groupInC(), s.lanes), most = machine.maxAccumulators();
  s.vectors = vectors >= 2 && most / 2 >= p.strideW ? 2 : 1;
  if (vectors % 2 == 1 && (vectors < 5 || p.groups > 1))
    s.vectors = 1;
  int64_t fits = std::max<int64_t>(most / s.vectors, 1);
  if (p.inW <= fits)
    s.columns = p.inW;
  else
    s.columns = std::max<int64_t>(fits / p.strideW * p.strideW, 1);
  while (s.images * 2 <= p.batch && s.images * 2 * s.columns * s.vectors <= most &&
         s.images * s.columns / p.strideW < 8)
    s.images *= 2;
  s.filterBlock = s.vectors * s.lanes;
  s.unitRows = chooseUnitRows({p.batch, p.inH, p.inW, p.inC, p.groups, 1, true}, s);
  return s;
}

std::string missingGradInput(const ConvProblem &p, const Machine &machine) {
  if ((p.strideH != 1 || p.strideW != 1) && (p.dilationH != 1 || p.dilationW != 1))
    return "strides together with dilation have no kernel";
  // Its operand is made of the filter's blocks, which must not straddle groups either.
  if (std::string missing = missingForward(p, machine); !missing.empty())
    return missing;
  return missingForward(flippedProblem(p), machine);
}

GradInputSchedule chooseGradInput(const ConvProblem &p, int64_t filterBlock, bool ofMatmul,
                                  const Machine &machine) {
  GradInputSchedule s;
  s.sourceBlock = filterBlock;
  s.groups = p.groups;
  // Transposing the weights of a matrix product costs about as much as it saves, unless they are
  // few.
  if (ofMatmul && p.outC >= 64) {
    s.method = GradInputMethod::BatchVectors;
    s.tile.lanes = machine.lanes();
    s.tile.vectors = machine.registers >= 32 && p.batch > machine.lanes() ? 2 : 1;
    s.tile.columns = 8;
  } else if (p.strideH == 1 && p.strideW == 1) {
    s.method = GradInputMethod::FlippedForward;
    ConvProblem flipped = flippedProblem(p);
    s.tile = chooseForward(flipped, chooseFilterBlock(flipped, machine), machine);
  } else {
    s.method = GradInputMethod::Strided;
    s.tile = chooseStrided(p, machine);
  }
  return s;
}

/// Taps in the tile: all of them, or a row of them, where there are too few input channels to fill
/// it.
static void chooseTaps(const ConvProblem &p, GradFilterSchedule &s, int64_t most) {
  int64_t channels = p.groupInC();
  if (channels >= 4)
    return;
  if (p.kH * p.kW * channels * s.vectors <= most)
    s.kernelRows = p.kH, s.kernelColumns = p.kW;
  else if (p.kW * channels * s.vectors <= most)
    s.kernelColumns = p.kW;
}

static double cyclesOfGradFilter(const ConvProblem &p, const GradFilterSchedule &s,
                                 const Machine &machine) {
  int64_t taps = s.kernelRows * s.kernelColumns;
  auto cycles = [&](int64_t channels) {
    return cyclesOfStep(taps * channels, s.vectors, 0, machine);
  };
  int64_t rest = p.groupInC() % s.channels;
  double group = (p.groupInC() / s.channels) * cycles(s.channels);
  if (rest)
    group += cycles(rest);
  // A second, smaller tile costs code and time.
  if (rest)
    group *= 1.04;
  int64_t blocks = ceilDiv(p.outC, s.filterBlock) * s.filterBlock / (s.vectors * s.lanes);
  int64_t units = blocks * (p.kH / s.kernelRows) * (p.kW / s.kernelColumns);
  // With all taps and channels in one tile nothing else splits the work between threads.
  bool whole = units * p.parts() == 1 && p.groupInC() <= s.channels;
  return group * units * (whole ? 1.5 : 1);
}

/// Bytes that stay in L2 while units go over them, one after the other.
static int64_t residentBytes(const Machine &machine) { return machine.l2Bytes * 3 / 2; }

/// True if one tile should hold the whole window of all channels: grad_output comes from beyond L2,
/// and is then read once. The tile's single vector has fewer FMAs for its loads.
static bool readsOnce(const ConvProblem &p, const Machine &machine) {
  return p.kH * p.kW * p.groupInC() <= 27 && p.groups == 1 && machine.registers >= 32 &&
         p.outputElements() / p.parts() * 4 > residentBytes(machine);
}

static void chooseBlocks(const ConvProblem &p, GradFilterSchedule &s, const Machine &machine) {
  int64_t width = s.vectors * s.lanes;
  int64_t imageBytes = p.outH * p.outW * width * 4;
  int64_t images = p.partImages ? p.partImages : p.batch;
  s.imageBlock = std::clamp<int64_t>(machine.l1Bytes / 2 / imageBytes, 1, images);
  s.rowBlock = p.outH;
  // What does not stay in L2 between two tiles of taps goes through it once, by rows that stay in
  // L1.
  int64_t batchBytes = (p.inputElements() + p.outputElements()) * 4;
  int64_t tapTiles = (p.kH / s.kernelRows) * (p.kW / s.kernelColumns);
  int64_t blocksOfParts = p.parts() * ceilDiv(p.outC, width);
  s.allTaps = tapTiles > 1 &&
              (blocksOfParts >= 16 || (batchBytes > residentBytes(machine) &&
                                       blocksOfParts * ceilDiv(p.groupInC(), s.channels) >= 4));
  bool revisits = s.allTaps || (p.partImages && p.groupInC() > s.channels);
  if (revisits && s.imageBlock == 1) {
    int64_t blocks = ceilDiv(imageBytes, machine.l1Bytes / 2);
    s.rowBlock = ceilDiv(p.outH, std::min(blocks, p.outH));
  }
  if (p.isMatmul())
    s.imageBlock = std::min<int64_t>(p.batch, 64);
  // Rows a multiple of 1 KB apart fall into few sets of L1.
  int64_t rowBytes = p.outC * 4;
  bool conflicts = rowBytes % 1024 == 0 || (rowBytes % 512 == 0 && p.outH * p.outW > 16);
  int64_t blockBytes = s.imageBlock * s.rowBlock * p.outW * width * 4;
  s.packGradOutput = (conflicts || (s.allTaps && p.outC > width)) && blockBytes <= 32 * 1024;
  s.unroll = p.outW >= 4 && s.kernelRows * s.kernelColumns == 1 ? 2 : 1;
  int64_t units = blocksOfParts * (s.allTaps ? 1 : tapTiles);
  // More units share more work, and read more from beyond L2.
  int64_t wanted = s.allTaps ? 8 : 16;
  int64_t groups = std::min(ceilDiv(wanted, units), ceilDiv(p.groupInC(), s.channels));
  s.channelGroup = ceilDiv(ceilDiv(p.groupInC(), groups), s.channels) * s.channels;
  // Pixels of the input a multiple of 256 bytes apart leave most of L1 to others.
  int64_t inputRows = (s.rowBlock - 1) * p.strideH + (p.kH - 1) * p.dilationH + 1;
  s.packInput = s.allTaps && p.groupInC() % 64 == 0 && s.channelGroup % 8 == 0 &&
                s.imageBlock * inputRows * p.inW * s.channelGroup * 4 <= 96 * 1024;
}

GradFilterSchedule chooseGradFilter(const ConvProblem &p, int64_t filterBlock,
                                    const Machine &machine) {
  GradFilterSchedule best, s;
  s.lanes = machine.lanes();
  s.filterBlock = filterBlock;
  int64_t most = std::min<int64_t>(machine.maxAccumulators(), 20);
  double bestCycles = std::numeric_limits<double>::infinity();
  if (readsOnce(p, machine)) {
    best = s;
    best.kernelRows = p.kH, best.kernelColumns = p.kW, best.channels = p.groupInC();
    chooseBlocks(p, best, machine);
    return best;
  }
  for (s.vectors = 1; s.vectors * s.lanes <= filterBlock; ++s.vectors) {
    if (filterBlock % (s.vectors * s.lanes) ||
        (p.groups > 1 && p.groupOutC() % (s.vectors * s.lanes)))
      continue;
    s.kernelRows = s.kernelColumns = 1;
    chooseTaps(p, s, most);
    int64_t taps = s.kernelRows * s.kernelColumns;
    int64_t fits = std::min(most, machine.registers - s.vectors - 1) / (taps * s.vectors);
    fits = std::clamp<int64_t>(fits, 1, p.groupInC());
    for (s.channels = taps > 1 ? fits : 1; s.channels <= fits; ++s.channels) {
      double cycles = cyclesOfGradFilter(p, s, machine);
      if (cycles < bestCycles)
        bestCycles = cycles, best = s;
    }
  }
  chooseBlocks(p, best, machine);
  return best;
}

} // namespace ingot::cpu
