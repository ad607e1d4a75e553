// Lion, term by term as Keras computes it.

#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

SmallVector<OptimizerState> LionAttr::getSlots() const { return {{"momentum"}}; }

// keras/src/optimizers/lion.py, update_step: w -= lr * sign(beta_1 * m + (1 - beta_1) * g), then
// m = beta_2 * m + (1 - beta_2) * g. The betas are rounded to float32.
SmallVector<Value> LionAttr::buildUpdate(OpBuilder &builder, Location loc,
                                         const UpdateElements &e) const {
  Arithmetic a(builder, loc);
  auto mixed = [&](double beta) {
    return a.add(a.multiply(e.slots[0], beta), a.multiply(e.gradient, 1.0 - beta));
  };
  Value change = a.multiply(e.learningRate, a.sign(mixed(rounded(getBeta_1()))));
  return {a.subtract(e.weight, change), mixed(rounded(getBeta_2()))};
}
