// Gradient descent, term by term as Keras computes it.

#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

SmallVector<OptimizerState> SGDAttr::getSlots() const {
  if (number(getMomentum()) == 0)
    return {};
  return {{"momentum"}};
}

// keras/src/optimizers/sgd.py, update_step: m = mu * m - lr * g;  w += m, with Nesterov's momentum
// w += mu * m - lr * g. The learning rate is inside the slot.
SmallVector<Value> SGDAttr::buildUpdate(OpBuilder &builder, Location loc,
                                        const UpdateElements &e) const {
  Arithmetic a(builder, loc);
  Value change = a.multiply(e.gradient, e.learningRate);
  if (e.slots.empty())
    return {a.subtract(e.weight, change)};
  auto step = [&](Value m) { return a.subtract(a.multiply(m, number(getMomentum())), change); };
  Value momentum = step(e.slots[0]);
  return {a.add(e.weight, getNesterov() ? step(momentum) : momentum), momentum};
}
