// What a window kernel computes, apart from how: pooling, depthwise convolution, and the gradients
// of their inputs, all as results that gather taps of a source.

#ifndef INGOT_COMPILER_CODEGEN_CPU_WINDOWPROBLEM_H
#define INGOT_COMPILER_CODEGEN_CPU_WINDOWPROBLEM_H

#include "compiler/Codegen/CPU/Contraction/LoopNest.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"

namespace ingot::cpu {

/// The taps of one residue class: tap number `t` of `count` is the window's element first + t *
/// step, and reads the source at `offset + t * offsetStep` (relative to the block; see WindowAxis).
struct ResidueTaps {
  int64_t first = 0, step = 1, count = 0;
  int64_t offset = 0, offsetStep = 1;
};

/// One axis of a kernel. Result positions lie in blocks of `period`: position q * period + r -
/// shift is number r of block q, and its taps read the source at q * factor + the tap's offset.
/// Forward kernels have blocks of one position, `factor` is their stride. Gradients have blocks of
/// a stride's length, since which of a window's elements meet a position depends on its remainder:
/// so each position of the input gathers what it needs, and no two add to one element.
struct WindowAxis {
  int64_t resultSize = 1, sourceSize = 1;
  int64_t period = 1, shift = 0, factor = 1;
  llvm::SmallVector<ResidueTaps> residues;

  static WindowAxis forward(int64_t input, int64_t output, int64_t window, int64_t stride,
                            int64_t dilation, int64_t before);
  static WindowAxis gradient(int64_t input, int64_t output, int64_t window, int64_t stride,
                             int64_t dilation, int64_t before);

  /// The blocks that hold positions of the result.
  int64_t firstBlock() const;
  int64_t lastBlock() const; ///< one behind
  /// The blocks whose positions all lie in the result and whose taps all lie in the source; empty
  /// where the second is not larger.
  int64_t firstInterior() const;
  int64_t lastInterior() const; ///< one behind, at least firstInterior()
  /// Positions outside of interior blocks.
  int64_t borderPositions() const;
};

/// The taps [first, second) of a residue that lie within the source, in block `block`.
std::pair<Index, Index> clippedTaps(LoopNest &nest, const WindowAxis &axis, const ResidueTaps &taps,
                                    Index block);

enum class WindowKind { Max, MaxGradient, Sum, Depthwise };

struct WindowProblem {
  mlir::Operation *op;
  WindowKind kind;
  bool gradient; ///< of the input
  int64_t windowHeight, windowWidth;
  WindowAxis rows, columns;
  int64_t resultChannels, sourceChannels;
  int64_t multiplier = 1; ///< of a depthwise convolution

  int64_t blocksOfRows() const { return rows.lastBlock() - rows.firstBlock(); }
};

/// The problem that `op` is, if it is one.
std::optional<WindowProblem> windowOf(mlir::Operation *op);

/// Lanes of a kernel on so many channels.
int64_t lanesFor(int64_t channels, int64_t machineLanes);

} // namespace ingot::cpu

#endif
