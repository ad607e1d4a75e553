// Adam, term by term as Keras computes it.

#include "dialects/Train/Train.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace ingot::train;

double AdamAttr::getInitialLearningRate() const { return getLearningRate().getValueAsDouble(); }

SmallVector<StringRef> AdamAttr::getSlotNames() const { return {"momentum", "velocity"}; }

// keras/src/optimizers/adam.py, update_step:
//   alpha = lr * sqrt(1 - beta_2^t) / (1 - beta_1^t)
//   m += (g - m) * (1 - beta_1);  v += (g^2 - v) * (1 - beta_2);  w -= m * alpha / (sqrt(v) +
//   epsilon)
// Keras rounds the betas to float32 before it raises them to t, and takes 1 - beta from the
// unrounded ones.
SmallVector<Value> AdamAttr::buildUpdate(OpBuilder &builder, Location loc, Value weight,
                                         Value gradient, ValueRange slots, Value learningRate,
                                         Value step) const {
  double beta1 = getBeta_1().getValueAsDouble(), beta2 = getBeta_2().getValueAsDouble();
  Type f32 = builder.getF32Type(), f64 = builder.getF64Type();
  auto constant = [&](Type type, double value) -> Value {
    return arith::ConstantOp::create(builder, loc, builder.getFloatAttr(type, value));
  };
  auto oneMinusPower = [&](double beta) -> Value {
    Value t = arith::SIToFPOp::create(builder, loc, f64, step);
    Value power = math::PowFOp::create(builder, loc, constant(f64, static_cast<float>(beta)), t);
    return arith::SubFOp::create(builder, loc, constant(f64, 1.0), power);
  };
  Value root = math::SqrtOp::create(builder, loc, oneMinusPower(beta2));
  Value correction = arith::DivFOp::create(builder, loc, root, oneMinusPower(beta1));
  Value wideRate = arith::ExtFOp::create(builder, loc, f64, learningRate);
  Value alpha = arith::TruncFOp::create(builder, loc, f32,
                                        arith::MulFOp::create(builder, loc, wideRate, correction));

  auto towards = [&](Value slot, Value target, double beta) -> Value {
    Value difference = arith::SubFOp::create(builder, loc, target, slot);
    Value change = arith::MulFOp::create(builder, loc, difference, constant(f32, 1.0 - beta));
    return arith::AddFOp::create(builder, loc, slot, change);
  };
  Value momentum = towards(slots[0], gradient, beta1);
  Value square = arith::MulFOp::create(builder, loc, gradient, gradient);
  Value velocity = towards(slots[1], square, beta2);
  Value deviation = math::SqrtOp::create(builder, loc, velocity);
  Value divisor = arith::AddFOp::create(builder, loc, deviation,
                                        constant(f32, getEpsilon().getValueAsDouble()));
  Value scaled = arith::MulFOp::create(builder, loc, momentum, alpha);
  Value change = arith::DivFOp::create(builder, loc, scaled, divisor);
  Value updated = arith::SubFOp::create(builder, loc, weight, change);
  return {updated, momentum, velocity};
}
