// The values that must have the layout of a weight, so that weight, gradient and slots are updated
// element by element in the order of memory.
//
// They are, in every step of the program: the weight, what becomes its successor, and, from there
// backward, what a map that makes one of these reads along all dimensions, or a sum along the first
// (the gradient, the parts that it is the sum of, the slots, whose successors are of them too).
// Reshapes that keep the last dimension keep blocks.

#ifndef INGOT_COMPILER_SCHEDULE_WEIGHTLAYOUT_H
#define INGOT_COMPILER_SCHEDULE_WEIGHTLAYOUT_H

#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "dialects/Train/Train.h"
#include "llvm/ADT/SetVector.h"

namespace ingot::schedule {

class WeightLayout {
public:
  WeightLayout(train::ProgramOp program, mlir::StringAttr weight);

  /// False if something outside of launches reads or makes one of the values in a way that does not
  /// keep blocks.
  bool takesBlocks() const { return takes; }
  /// Gives all of them the layout of blocks of `block` elements of the last dimension.
  void apply(int64_t block);

private:
  void visitParameter(mlir::StringAttr name);
  void visit(mlir::Value value);
  void visitUses(mlir::Value value);
  void visitDefinition(mlir::OpResult value);
  void visitInLaunch(kernel::LaunchOp launch, mlir::Value value);
  void visitReshape(nn::ReshapeOp reshape);

  train::ProgramOp program;
  llvm::SetVector<mlir::StringAttr> parameters; // the weight and its slots
  llvm::SetVector<mlir::Value> values;          // of steps and of the regions of launches
  bool takes = true;
};

/// The parameter that a value of a step is, seen through reshapes, or null.
mlir::StringAttr parameterOf(mlir::Value value);
mlir::Type withEncoding(mlir::Type type, mlir::Attribute encoding);

} // namespace ingot::schedule

#endif
