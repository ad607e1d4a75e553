// Between launches and the contraction emitters: which problem a launch is, and tiles as
// attributes.

#ifndef INGOT_COMPILER_CODEGEN_CPU_CONTRACTIONLAUNCH_H
#define INGOT_COMPILER_CODEGEN_CPU_CONTRACTIONLAUNCH_H

#include "compiler/Codegen/CPU/Contraction/Schedule.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include <optional>

namespace ingot::cpu {

enum class ContractionRole { Forward, GradInput, GradFilter };

/// A contraction op as the emitters see it. All three roles of a layer have the problem of its
/// forward pass.
struct Contraction {
  mlir::Operation *op;
  ContractionRole role;
  ConvProblem problem;

  bool isMatmul() const { return mlir::isa<nn::MatmulOp>(op); }
  /// The operand that is the filter (forward, grad_input) or the result that is its gradient.
  mlir::Value filter() const;
};

/// The contraction that `op` is, if the emitters have one for it.
std::optional<Contraction> contractionOf(mlir::Operation *op, int64_t batch);

/// The operand of a GradInput launch, as the launch that prepares it sees it: sizes of filter and
/// batch alone.
ConvProblem operandProblem(kernel::LaunchOp launch, const GradInputSchedule &schedule,
                           int64_t batch);

using Tiles = llvm::SmallVector<std::pair<llvm::StringRef, int64_t>>;
Tiles tilesOf(const TileSchedule &schedule);
Tiles tilesOf(const GradInputSchedule &schedule);
Tiles tilesOf(const GradFilterSchedule &schedule);
TileSchedule forwardSchedule(kernel::ScheduleAttr attribute);
GradInputSchedule gradInputSchedule(kernel::ScheduleAttr attribute);
GradFilterSchedule gradFilterSchedule(kernel::ScheduleAttr attribute);

/// True if the map can ride in the epilogue of a contraction: vectorizable, its operands of the
/// result's shape and layout, one value a channel, or scalars, in float32.
bool isEpilogue(nn::MapOp map, mlir::Value anchor);

} // namespace ingot::cpu

#endif
