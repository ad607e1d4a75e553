// nn.in_training and nn.random_key: what they are in a step.

#include "dialects/NN/Modes.h"

#include "dialects/NN/Random.h"

#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::nn;

#define GET_OP_CLASSES
#include "dialects/NN/ModesOps.cpp.inc"

SmallVector<Value> InTrainingOp::specialize(OpBuilder &, const StepContext &context) {
  return {context.isTraining() ? getTraining() : getOtherwise()};
}

SmallVector<Value> RandomKeyOp::specialize(OpBuilder &builder, const StepContext &context) {
  if (context.isTraining())
    return buildRandomKey(builder, getLoc(), context.seed(), context.step(), getStream());
  SmallVector<SmallVector<int64_t>> none;
  auto zeros = MapOp::create(builder, getLoc(), getResultTypes(), ValueRange(), none,
                             [](OpBuilder &b, Location l, ValueRange) {
                               return SmallVector<Value>(
                                   2, arith::ConstantOp::create(b, l, b.getI32IntegerAttr(0)));
                             });
  return llvm::to_vector_of<Value>(zeros.getResults());
}
