// What a pass may ask an op or attribute of the network (see Interfaces.td).

#ifndef INGOT_DIALECTS_INTERFACES_INTERFACES_H
#define INGOT_DIALECTS_INTERFACES_INTERFACES_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"

namespace ingot {

/// The step that an op is specialized for (ModeOpInterface). A field of the step's state becomes an
/// argument of the step when an op asks for it; all are rank-0 tensors of i64.
class StepContext {
public:
  StepContext(bool isTraining, llvm::function_ref<mlir::Value(llvm::StringRef field)> state)
      : itsTraining(isTraining), itsState(state) {}

  bool isTraining() const { return itsTraining; }
  /// The seed of the run.
  mlir::Value seed() const { return itsState("seed"); }
  /// Optimizer updates including this one, from 1.
  mlir::Value step() const { return itsState("step"); }
  /// Rows of the batch that hold samples.
  mlir::Value validCount() const { return itsState("valid_count"); }

private:
  bool itsTraining;
  llvm::function_ref<mlir::Value(llvm::StringRef)> itsState;
};

} // namespace ingot

#include "dialects/Interfaces/AttrInterfaces.h.inc"
#include "dialects/Interfaces/Interfaces.h.inc"

#endif
