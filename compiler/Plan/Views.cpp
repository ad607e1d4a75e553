// nn.reshape is the only view.

#include "compiler/Plan/Views.h"

#include "dialects/NN/NN.h"

using namespace mlir;
using namespace ingot;

Value plan::rootOf(Value value) {
  while (auto reshape = value.getDefiningOp<nn::ReshapeOp>())
    value = reshape.getInput();
  return value;
}

void plan::forEachUse(Value root, function_ref<void(OpOperand &)> callback) {
  for (OpOperand &use : root.getUses()) {
    if (auto reshape = dyn_cast<nn::ReshapeOp>(use.getOwner()))
      forEachUse(reshape.getOutput(), callback);
    else
      callback(use);
  }
}
