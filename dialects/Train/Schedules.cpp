// Learning rates as functions of the step
// (keras/src/optimizers/schedules/learning_rate_schedule.py), computed in double; constants are
// rounded to float32 first, as Keras's are.

#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/Train.h"

#include <cmath>
#include <numbers>

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

/// What is left at `progress` (from 0 to 1): half a cosine from `height` to 0, above alpha.
static Value cosineShare(Arithmetic &a, Value progress, Value height, double alpha) {
  Value cosine = a.cosine(a.multiply(progress, static_cast<float>(std::numbers::pi)));
  Value share = a.multiply(a.multiply(height, 0.5), a.add(cosine, 1.0));
  return a.add(a.multiply(share, 1.0 - alpha), alpha);
}

Value ExponentialDecayAttr::buildLearningRate(OpBuilder &builder, Location loc, Value step) const {
  Arithmetic a(builder, loc);
  Value exponent = a.divide(step, rounded(getDecaySteps()));
  if (getStaircase())
    exponent = a.floor(exponent);
  return a.multiply(a.power(rounded(getDecayRate()), exponent), rounded(getInitial()));
}

Value InverseTimeDecayAttr::buildLearningRate(OpBuilder &builder, Location loc, Value step) const {
  Arithmetic a(builder, loc);
  Value quotient = a.divide(step, rounded(getDecaySteps()));
  if (getStaircase())
    quotient = a.floor(quotient);
  return a.divide(rounded(getInitial()), a.add(a.multiply(quotient, rounded(getDecayRate())), 1.0));
}

Value PolynomialDecayAttr::buildLearningRate(OpBuilder &builder, Location loc, Value step) const {
  Arithmetic a(builder, loc);
  double steps = rounded(getDecaySteps()), end = rounded(getEnd());
  Value progress;
  if (getCycle()) // the first multiple of decay_steps that is not before the step
    progress = a.divide(step, a.multiply(a.maximum(a.ceiling(a.divide(step, steps)), 1.0), steps));
  else
    progress = a.divide(a.minimum(step, steps), steps);
  Value left = a.power(a.subtract(1.0, progress), rounded(getPower()));
  return a.add(a.multiply(left, rounded(getInitial()) - end), end);
}

// decay_steps begin after the warmup.
Value CosineDecayAttr::buildLearningRate(OpBuilder &builder, Location loc, Value step) const {
  Arithmetic a(builder, loc);
  double steps = rounded(getDecaySteps()), initial = rounded(getInitial());
  double warmup = getWarmupTarget() ? rounded(getWarmupSteps()) : 0;
  double top = getWarmupTarget() ? rounded(getWarmupTarget()) : initial;
  Value after = a.minimum(a.subtract(step, warmup), steps);
  Value height = a.constant(builder.getF64Type(), 1.0);
  Value share = cosineShare(a, a.divide(after, steps), height, rounded(getAlpha()));
  Value decayed = a.multiply(share, top);
  if (warmup == 0)
    return decayed;
  Value warming = a.add(a.multiply(a.divide(step, warmup), top - initial), initial);
  return a.select(a.less(step, warmup), warming, decayed);
}

// Period i (from 0) is t_mul^i as long as the first; it starts where the lengths of those before
// sum up to, (1 - t_mul^i) / (1 - t_mul) first periods.
Value CosineDecayRestartsAttr::buildLearningRate(OpBuilder &builder, Location loc,
                                                 Value step) const {
  Arithmetic a(builder, loc);
  double longer = rounded(getTMul());
  Value periods = a.divide(step, rounded(getFirstDecaySteps()));
  Value period, progress;
  if (longer == 1) {
    period = a.floor(periods);
    progress = a.subtract(periods, period);
  } else {
    Value grown = a.subtract(1.0, a.multiply(periods, 1.0 - longer));
    period = a.floor(a.divide(a.logarithm(grown), std::log(longer)));
    Value length = a.power(longer, period);
    Value start = a.divide(a.subtract(1.0, length), 1.0 - longer);
    progress = a.divide(a.subtract(periods, start), length);
  }
  Value height = a.power(rounded(getMMul()), period);
  return a.multiply(cosineShare(a, progress, height, rounded(getAlpha())), rounded(getInitial()));
}

// At a boundary itself the value is still the earlier one.
Value PiecewiseConstantDecayAttr::buildLearningRate(OpBuilder &builder, Location loc,
                                                    Value step) const {
  Arithmetic a(builder, loc);
  Value rate = a.constant(builder.getF64Type(), rounded(cast<FloatAttr>(getValues()[0])));
  for (auto [boundary, value] :
       llvm::zip_equal(getBoundaries(), getValues().getValue().drop_front())) {
    Value next = a.constant(builder.getF64Type(), rounded(cast<FloatAttr>(value)));
    rate = a.select(a.less(number(cast<FloatAttr>(boundary)), step), next, rate);
  }
  return rate;
}
