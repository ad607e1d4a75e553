// How contraction kernels compute: tiles, blocks and grids. Choosing a schedule (cost models) is
// separate from applying it (the emitters), and every schedule is plain data, so it can be printed,
// stored and overridden.
#ifndef INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_SCHEDULE_H
#define INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_SCHEDULE_H

#include "compiler/Codegen/CPU/Contraction/Machine.h"
#include "compiler/Codegen/CPU/Contraction/Problem.h"
#include <string>

namespace ingot::cpu {

/// A register tile of images x rows x columns pixels by `vectors` vectors of `lanes` channels.
/// A unit of the grid is a block of vectors*lanes channels, `images` images and `unitRows` rows.
struct TileSchedule {
  int64_t lanes = 16;
  int64_t vectors = 1;
  int64_t images = 1, rows = 1, columns = 1;
  int64_t unitRows = 1; ///< a multiple of `rows`, or all rows
  int64_t filterBlock =
      16;             ///< of the packed filter that the kernel reads; a multiple of vectors*lanes
  int64_t unroll = 1; ///< reduction steps in a loop body
  /// The last channels, that would leave a vector almost empty: forward kernels sum each of them by
  /// vectors that run over the reduction.
  int64_t dots = 0;
  /// Of a matrix product: reduction steps between loading and storing the sums of all rows of a
  /// unit (MatmulForward.h); 0: all at once.
  int64_t stepBlock = 0;
};

/// How the gradient of the input is computed. Each way reads one operand that a launch of its own
/// prepares.
enum class GradInputMethod {
  /// Stride 1: the forward kernel on grad_output and a transposed filter with reversed kernel axes.
  FlippedForward,
  /// Any stride: for each input pixel only the taps that meet it, known when the kernel is emitted.
  Strided,
  /// Matrix products: vectors run over the batch, grad_output is transposed, the weights are not.
  BatchVectors,
};

struct GradInputSchedule {
  GradInputMethod method = GradInputMethod::Strided;
  /// FlippedForward and Strided: the tile, in input pixels and channels; filterBlock is the
  /// transposed filter's. BatchVectors: `vectors` vectors of batch rows by `columns` input
  /// channels.
  TileSchedule tile;
  int64_t sourceBlock = 16; ///< block of the parameter's packed filter
  int64_t groups = 1;       ///< the problem's, for the launch that prepares the operand
};

/// A register tile of kernelRows x kernelColumns x channels filter elements by `vectors` vectors of
/// output channels. A unit is a block of vectors*lanes output channels, a tile of taps or all of
/// them, and `channelGroup` input channels; it goes over all images itself, in a fixed order, so no
/// two units add to one element.
struct GradFilterSchedule {
  int64_t lanes = 16;
  int64_t vectors = 1;
  int64_t kernelRows = 1, kernelColumns = 1; ///< 1 or the whole kernel
  int64_t channels = 1;
  int64_t channelGroup = 1;
  int64_t filterBlock = 16;
  bool allTaps = false;   ///< tile by tile in each block, which then comes from memory only once
  int64_t imageBlock = 1; ///< images between loading and storing the accumulators
  int64_t rowBlock = 1;   ///< output rows likewise: all, unless imageBlock is 1
  int64_t unroll = 1;     ///< pixels in a loop body
  bool packGradOutput =
      false; ///< copy the block's grad_output into scratch first (avoids power-of-two strides)
  bool packInput = false; ///< likewise the block's input, channelGroup a multiple of 8
};

/// Why a direction has no kernel, or an empty text: a vector of channels must not straddle groups,
/// and the input's gradient has no kernel for strides together with dilation.
std::string missingForward(const ConvProblem &problem, const Machine &machine);
std::string missingGradInput(const ConvProblem &problem, const Machine &machine);

/// The output channels in a block of a packed filter: fixes the parameter's layout for all three
/// directions.
int64_t chooseFilterBlock(const ConvProblem &problem, const Machine &machine);

/// Cost models. `filterBlock` is the parameter's (chooseFilterBlock).
TileSchedule chooseForward(const ConvProblem &problem, int64_t filterBlock, const Machine &machine);
/// `ofMatmul`: the launch is a matrix product's, whose operand may be grad_output in an order of
/// its own; a convolution's is its filter.
GradInputSchedule chooseGradInput(const ConvProblem &problem, int64_t filterBlock, bool ofMatmul,
                                  const Machine &machine);
GradFilterSchedule chooseGradFilter(const ConvProblem &problem, int64_t filterBlock,
                                    const Machine &machine);

/// Units of each kernel's grid.
int64_t gridOfForward(const ConvProblem &problem, const TileSchedule &schedule);
int64_t gridOfGradInput(const ConvProblem &problem, const GradInputSchedule &schedule);
int64_t gridOfGradInputOperand(const ConvProblem &problem, const GradInputSchedule &schedule);
int64_t gridOfGradFilter(const ConvProblem &problem, const GradFilterSchedule &schedule);

/// The prepared operand of grad_input: its floats, and whether it is made of the filter (else of
/// grad_output).
int64_t elementsOfGradInputOperand(const ConvProblem &problem, const GradInputSchedule &schedule);
bool gradInputOperandIsFilter(const GradInputSchedule &schedule);

/// One line, as `--explain` shows it: "tile 1x1x7x2 of 16, ...".
std::string describe(const TileSchedule &schedule);
std::string describe(const GradInputSchedule &schedule);
std::string describe(const GradFilterSchedule &schedule);

} // namespace ingot::cpu

#endif
