// The compiler's phases, and how a module goes through them.

#ifndef INGOT_COMPILER_PIPELINE_PIPELINE_H
#define INGOT_COMPILER_PIPELINE_PIPELINE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>
#include <string>

namespace ingot {

/// What the passes are told.
struct PipelineOptions {
  std::string schedule = "auto"; ///< or "reference"
  std::string targetFeatures;    ///< the target's, complete, as LLVM writes them
  bool withReference = false;    ///< emit each launch's reference kernel too
};

/// A phase: from IR to IR where it has passes. `import` makes the first IR; `object` and `link`
/// leave files.
struct Phase {
  llvm::StringLiteral name;
  void (*addPasses)(mlir::OpPassManager &passes, const PipelineOptions &options);
};

/// All phases in order.
llvm::ArrayRef<Phase> phases();

/// A phase's position, if it is one of those that leave IR: import to codegen.
std::optional<unsigned> findPhaseWithIR(llvm::StringRef name);
/// The names of those, as an error message lists them.
std::string namesOfPhasesWithIR();

/// Runs the phases of positions (after, last] on a module, each verified, and calls `observe`
/// behind each. `configure` sets up each phase's pass manager (printing, reproducers).
mlir::LogicalResult
runPhases(mlir::ModuleOp module, unsigned after, unsigned last, const PipelineOptions &options,
          mlir::TimingScope &timing,
          llvm::function_ref<mlir::LogicalResult(mlir::PassManager &)> configure,
          llvm::function_ref<mlir::LogicalResult(unsigned phase)> observe);

} // namespace ingot

#endif
