// Adam, term by term as Keras computes it.

#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

SmallVector<OptimizerState> AdamAttr::getSlots() const {
  if (getAmsgrad())
    return {{"momentum"}, {"velocity"}, {"velocity_hat"}};
  return {{"momentum"}, {"velocity"}};
}

// keras/src/optimizers/adam.py, update_step:
//   alpha = lr * sqrt(1 - beta_2^t) / (1 - beta_1^t)
//   m += (g - m) * (1 - beta_1);  v += (g^2 - v) * (1 - beta_2);  v_hat = max(v_hat, v)
//   w -= m * alpha / (sqrt(v) + epsilon), with amsgrad of v_hat
// Keras rounds the betas to float32 before it raises them to t, and takes 1 - beta from the
// unrounded ones.
SmallVector<Value> AdamAttr::buildUpdate(OpBuilder &builder, Location loc,
                                         const UpdateElements &e) const {
  Arithmetic a(builder, loc);
  Value t = a.widen(e.step);
  auto oneMinusPower = [&](FloatAttr beta) { return a.subtract(1.0, a.power(rounded(beta), t)); };
  Value root = a.root(oneMinusPower(getBeta_2()));
  Value correction = a.divide(root, oneMinusPower(getBeta_1()));
  Value alpha = a.narrow(a.multiply(a.widen(e.learningRate), correction));

  auto towards = [&](Value slot, Value target, FloatAttr beta) {
    return a.add(slot, a.multiply(a.subtract(target, slot), 1.0 - number(beta)));
  };
  Value momentum = towards(e.slots[0], e.gradient, getBeta_1());
  Value velocity = towards(e.slots[1], a.square(e.gradient), getBeta_2());
  SmallVector<Value> slots{momentum, velocity};
  if (getAmsgrad())
    slots.push_back(a.maximum(e.slots[2], velocity));
  Value divisor = a.add(a.root(slots.back()), number(getEpsilon()));
  Value updated = a.subtract(e.weight, a.divide(a.multiply(momentum, alpha), divisor));
  slots.insert(slots.begin(), updated);
  return slots;
}
