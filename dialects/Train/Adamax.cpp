// Adamax, term by term as Keras computes it.

#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

SmallVector<OptimizerState> AdamaxAttr::getSlots() const { return {{"momentum"}, {"norm"}}; }

// keras/src/optimizers/adamax.py, update_step: m += (g - m) * (1 - beta_1);
// u = max(beta_2 * u, |g|);  w -= lr * m / ((1 - beta_1^t) * (u + epsilon)).
SmallVector<Value> AdamaxAttr::buildUpdate(OpBuilder &builder, Location loc,
                                           const UpdateElements &e) const {
  Arithmetic a(builder, loc);
  Value difference = a.subtract(e.gradient, e.slots[0]);
  Value momentum = a.add(e.slots[0], a.multiply(difference, 1.0 - number(getBeta_1())));
  Value norm = a.maximum(a.multiply(e.slots[1], number(getBeta_2())), a.absolute(e.gradient));
  Value power = a.power(rounded(getBeta_1()), a.widen(e.step));
  Value correction = a.narrow(a.subtract(1.0, power));
  Value divisor = a.multiply(correction, a.add(norm, number(getEpsilon())));
  Value change = a.divide(a.multiply(e.learningRate, momentum), divisor);
  return {a.subtract(e.weight, change), momentum, norm};
}
