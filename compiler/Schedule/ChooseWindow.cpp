// Schedules of pooling, depthwise convolutions and their gradients.

#include "compiler/Codegen/CPU/ContractionLaunch.h"
#include "compiler/Codegen/CPU/WindowProblem.h"
#include "compiler/Schedule/Choose.h"
#include "dialects/NN/DepthwiseConv2D.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::cpu;
using namespace ingot::schedule;

/// Kernels with all taps of all border positions unrolled: beyond so many, code grows large and the
/// border is most of the work anyway.
static constexpr int64_t mostTaps = 4096;

/// True if all tensors are in plain layout, of f32 or, for an index, integers.
static bool isPlain(Operation &op) {
  auto plain = [](Type type) { return !cast<RankedTensorType>(type).getEncoding(); };
  return llvm::all_of(op.getOperandTypes(), plain) && llvm::all_of(op.getResultTypes(), plain) &&
         cast<RankedTensorType>(op.getResult(0).getType()).getElementType().isF32();
}

/// True if the launch holds the anchor alone, or with a map that can be its epilogue.
static bool hasEpilogueOnly(Block &body, Operation &anchor) {
  auto ops = llvm::to_vector(llvm::make_pointer_range(body.without_terminator()));
  auto yielded = body.getTerminator()->getOperands();
  if (ops.size() == 1)
    return llvm::is_contained(yielded, anchor.getResult(0));
  auto map = ops.size() == 2 ? dyn_cast<nn::MapOp>(ops[1]) : nn::MapOp();
  return map && isEpilogue(map, anchor.getResult(0)) &&
         !llvm::is_contained(yielded, anchor.getResult(0));
}

static int64_t largest(ArrayRef<ResidueTaps> residues) {
  int64_t sum = 0;
  for (const ResidueTaps &taps : residues)
    sum += std::max<int64_t>(taps.count, 1);
  return sum;
}

static bool isSmallEnough(const WindowProblem &p) {
  int64_t columns = largest(p.columns.residues) +
                    p.columns.borderPositions() * (p.columns.period == 1 ? p.windowWidth : 1);
  return columns * largest(p.rows.residues) <= mostTaps;
}

static kernel::ScheduleAttr chooseGradFilter(kernel::LaunchOp launch,
                                             nn::DepthwiseConv2DGradFilterOp op,
                                             const Machine &machine) {
  auto input = cast<RankedTensorType>(op.getInput().getType()),
       output = cast<RankedTensorType>(op.getGradOutput().getType());
  ArrayRef<int64_t> shape = op.getPartial().getType().getShape();
  int64_t emitted = 1;
  for (int i : {0, 1}) {
    auto axis =
        WindowAxis::forward(input.getDimSize(i + 1), output.getDimSize(i + 1), shape[i + 1],
                            op.getStrides()[i], op.getDilations()[i], op.getPadding()[2 * i]);
    emitted *= (axis.borderPositions() + 1) * shape[i + 1];
  }
  if (emitted > mostTaps || !isPlain(*op))
    return {};
  int64_t lanes = lanesFor(output.getDimSize(3), machine.lanes());
  int64_t taps = std::min(shape[1] * shape[2], machine.maxAccumulators());
  return makeSchedule(launch, kernel::Algorithm::DepthwiseGradFilter,
                      {{"lanes", lanes}, {"taps", taps}},
                      "a unit a part and channel vector, sums of taps in registers");
}

kernel::ScheduleAttr ingot::schedule::chooseWindow(kernel::LaunchOp launch,
                                                   StringRef targetFeatures) {
  if (!machineHasKernels(targetFeatures))
    return {};
  Machine machine = machineFor(targetFeatures);
  Block &body = launch.getBody().front();
  Operation &anchor = body.front();
  if (auto op = dyn_cast<nn::DepthwiseConv2DGradFilterOp>(anchor))
    return chooseGradFilter(launch, op, machine);
  auto problem = windowOf(&anchor);
  if (!problem || !isPlain(anchor) || !hasEpilogueOnly(body, anchor) || !isSmallEnough(*problem))
    return {};
  return makeSchedule(launch, kernel::Algorithm::Window,
                      {{"lanes", lanesFor(problem->resultChannels, machine.lanes())}},
                      "a unit a block of rows, vectors of channels, taps unrolled");
}
