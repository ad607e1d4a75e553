// Nadam, term by term as Keras computes it.

#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

SmallVector<OptimizerState> NadamAttr::getSlots() const { return {{"momentum"}, {"velocity"}}; }

SmallVector<OptimizerState> NadamAttr::getScalars() const { return {{"u_product", 1.0}}; }

/// beta_1 * (1 - 0.5 * 0.96^t), the momentum of step t.
static Value momentumAt(Arithmetic &a, double beta1, double decay, Value t) {
  return a.multiply(a.subtract(1.0, a.multiply(a.power(decay, t), 0.5)), beta1);
}

// keras/src/optimizers/nadam.py, _backend_update_step: the product of the momenta of all steps.
SmallVector<Value> NadamAttr::buildScalars(OpBuilder &builder, Location loc, ValueRange scalars,
                                           Value step) const {
  Arithmetic a(builder, loc);
  Value u = momentumAt(a, number(getBeta_1()), 0.96, a.widen(step));
  return {a.narrow(a.multiply(a.widen(scalars[0]), u))};
}

// keras/src/optimizers/nadam.py, update_step, with u_t the momentum of step t and p the product of
// u_1 to u_t:
//   m += (g - m) * (1 - beta_1);  v += (g^2 - v) * (1 - beta_2)
//   m_hat = u_(t+1) * m / (1 - p * u_(t+1)) + (1 - u_t) * g / (1 - p)
//   w -= lr * m_hat / (sqrt(v / (1 - beta_2^t)) + epsilon)
// The betas and 0.96 are rounded to float32 here, and not in the product.
SmallVector<Value> NadamAttr::buildUpdate(OpBuilder &builder, Location loc,
                                          const UpdateElements &e) const {
  Arithmetic a(builder, loc);
  double beta1 = rounded(getBeta_1()), beta2 = rounded(getBeta_2());
  double decay = static_cast<float>(0.96);
  Value t = a.widen(e.step);
  Value u = momentumAt(a, beta1, decay, t), next = momentumAt(a, beta1, decay, a.add(t, 1.0));
  Value product = a.widen(buildScalars(builder, loc, e.scalars, e.step)[0]);
  Value ofMomentum = a.narrow(a.divide(next, a.subtract(1.0, a.multiply(product, next))));
  Value ofGradient = a.narrow(a.divide(a.subtract(1.0, u), a.subtract(1.0, product)));
  Value correction = a.narrow(a.subtract(1.0, a.power(beta2, t)));

  auto towards = [&](Value slot, Value target, double beta) {
    return a.add(slot, a.multiply(a.subtract(target, slot), 1.0 - beta));
  };
  Value momentum = towards(e.slots[0], e.gradient, beta1);
  Value velocity = towards(e.slots[1], a.square(e.gradient), beta2);
  Value direction = a.add(a.multiply(momentum, ofMomentum), a.multiply(e.gradient, ofGradient));
  Value divisor = a.add(a.root(a.divide(velocity, correction)), number(getEpsilon()));
  Value change = a.divide(a.multiply(direction, e.learningRate), divisor);
  return {a.subtract(e.weight, change), momentum, velocity};
}
