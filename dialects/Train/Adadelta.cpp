// Adadelta, term by term as Keras computes it.

#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

SmallVector<OptimizerState> AdadeltaAttr::getSlots() const {
  return {{"accumulated_grad"}, {"accumulated_delta_var"}};
}

// keras/src/optimizers/adadelta.py, update_step:
//   s = rho * s + (1 - rho) * g^2;  d = -g * sqrt(x + epsilon) / sqrt(s + epsilon)
//   x = rho * x + (1 - rho) * d^2;  w += lr * d
SmallVector<Value> AdadeltaAttr::buildUpdate(OpBuilder &builder, Location loc,
                                             const UpdateElements &e) const {
  Arithmetic a(builder, loc);
  double rho = number(getRho());
  auto average = [&](Value slot, Value of) {
    return a.add(a.multiply(slot, rho), a.multiply(a.square(of), 1.0 - rho));
  };
  auto rms = [&](Value value) { return a.root(a.add(value, number(getEpsilon()))); };
  Value gradients = average(e.slots[0], e.gradient);
  Value change = a.negate(a.divide(a.multiply(rms(e.slots[1]), e.gradient), rms(gradients)));
  Value changes = average(e.slots[1], change);
  return {a.add(e.weight, a.multiply(e.learningRate, change)), gradients, changes};
}
