// RMSprop, term by term as Keras computes it.

#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

SmallVector<OptimizerState> RMSpropAttr::getSlots() const {
  SmallVector<OptimizerState> slots{{"velocity"}};
  if (number(getMomentum()) > 0)
    slots.push_back({"momentum"});
  if (getCentered())
    slots.push_back({"average_gradient"});
  return slots;
}

// keras/src/optimizers/rmsprop.py, update_step: v = rho * v + (1 - rho) * g^2;
// d = lr * g / sqrt(v + epsilon);  w -= d, with momentum m = mu * m + d; w -= m. Centered: less the
// square of the average gradient under the root. Epsilon is inside the root.
SmallVector<Value> RMSpropAttr::buildUpdate(OpBuilder &builder, Location loc,
                                            const UpdateElements &e) const {
  Arithmetic a(builder, loc);
  double rho = number(getRho());
  auto average = [&](Value slot, Value of) {
    return a.add(a.multiply(slot, rho), a.multiply(of, 1.0 - rho));
  };
  Value velocity = average(e.slots[0], a.square(e.gradient));
  SmallVector<Value> results{Value(), velocity};
  Value averageGradient, spread = velocity;
  if (getCentered()) {
    averageGradient = average(e.slots.back(), e.gradient);
    spread = a.subtract(velocity, a.square(averageGradient));
  }
  Value divisor = a.root(a.add(spread, number(getEpsilon())));
  Value change = a.divide(a.multiply(e.learningRate, e.gradient), divisor);
  if (number(getMomentum()) > 0) {
    change = a.add(a.multiply(e.slots[1], number(getMomentum())), change);
    results.push_back(change);
  }
  if (averageGradient)
    results.push_back(averageGradient);
  results[0] = a.subtract(e.weight, change);
  return results;
}
