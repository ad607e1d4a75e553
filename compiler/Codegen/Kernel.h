// A kernel while it is being emitted: what emitters of all targets and classes share.

#ifndef INGOT_COMPILER_CODEGEN_KERNEL_H
#define INGOT_COMPILER_CODEGEN_KERNEL_H

#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace ingot::codegen {

/// A tensor in memory: a memref of the physical shape of a logical type.
struct Tensor {
  mlir::Value memory;
  mlir::RankedTensorType type;

  /// The element at a logical index; a batch index is one like others.
  mlir::Value load(mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange index) const;
  void store(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value element,
             mlir::ValueRange index) const;
  /// The physical index of a logical one: the same unless the layout is blocked.
  llvm::SmallVector<mlir::Value> physicalIndex(mlir::OpBuilder &builder, mlir::Location loc,
                                               mlir::ValueRange index) const;
};

/// One launch and the function that is to compute it. The function's arguments are the launch's
/// buffers, preceded by the valid count where some tensor is batched, then the range [begin, end)
/// of units.
struct Kernel {
  kernel::LaunchOp launch;
  int64_t batch;
  mlir::Value count; // index: valid rows; null where no tensor is batched
  mlir::Value begin, end;
  llvm::SmallVector<Tensor> inputs, outputs;

  /// The tensor of a region argument.
  const Tensor &input(mlir::Value argument) const {
    return inputs[llvm::cast<mlir::BlockArgument>(argument).getArgNumber()];
  }
  /// The output that the region yields as `value`, or null.
  const Tensor *output(mlir::Value value) const;
};

/// An emitter: fills the kernel's function (the builder stands at its end, before the return) and
/// says how many units its grid has.
struct Emitter {
  int64_t (*grid)(kernel::LaunchOp launch, int64_t batch);
  mlir::LogicalResult (*emit)(mlir::OpBuilder &builder, Kernel &kernel);
  /// The schedule's numbers that it divides by, so that each is at least 1.
  std::initializer_list<llvm::StringLiteral> tiles = {};
  /// Whether it computes what the launch's region says; null: the op that it looks for is enough.
  bool (*takes)(kernel::LaunchOp launch, int64_t batch) = nullptr;
};

/// The emitter of an algorithm; every algorithm has one.
const Emitter &emitterOf(kernel::Algorithm algorithm);

/// True if some tensor of the region is batched.
bool isBatched(kernel::LaunchOp launch);

// The emitters, each in a file of its own.
extern const Emitter referenceEmitter;
extern const Emitter elementwiseEmitter;
extern const Emitter rowsEmitter;
extern const Emitter columnsEmitter;
extern const Emitter gatherEmitter;
extern const Emitter resampleEmitter;
extern const Emitter gradInputOperandEmitter;
extern const Emitter forwardEmitter;
extern const Emitter gradInputEmitter;
extern const Emitter gradFilterEmitter;
extern const Emitter windowEmitter;
extern const Emitter depthwiseGradFilterEmitter;

} // namespace ingot::codegen

#endif
