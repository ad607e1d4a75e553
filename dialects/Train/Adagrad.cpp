// Adagrad, term by term as Keras computes it.

#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

SmallVector<OptimizerState> AdagradAttr::getSlots() const {
  return {{"accumulator", number(getInitialAccumulatorValue())}};
}

// keras/src/optimizers/adagrad.py, update_step: s += g^2;  w -= lr * g / sqrt(s + epsilon).
SmallVector<Value> AdagradAttr::buildUpdate(OpBuilder &builder, Location loc,
                                            const UpdateElements &e) const {
  Arithmetic a(builder, loc);
  Value accumulator = a.add(e.slots[0], a.square(e.gradient));
  Value divisor = a.root(a.add(accumulator, number(getEpsilon())));
  Value change = a.divide(a.multiply(e.learningRate, e.gradient), divisor);
  return {a.subtract(e.weight, change), accumulator};
}
