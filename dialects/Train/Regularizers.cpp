// Penalties on weights (keras/src/regularizers/regularizers.py).

#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

Value L1L2Attr::buildPenalty(OpBuilder &builder, Location loc, Value weight) const {
  Arithmetic a(builder, loc);
  Value l1 = a.multiply(a.absolute(weight), number(getL1()));
  Value l2 = a.multiply(a.square(weight), number(getL2()));
  return number(getL1()) == 0 ? l2 : number(getL2()) == 0 ? l1 : a.add(l1, l2);
}

// The derivative of |w| at 0 is 0.
Value L1L2Attr::buildGradient(OpBuilder &builder, Location loc, Value weight) const {
  Arithmetic a(builder, loc);
  Value l1 = a.multiply(a.sign(weight), number(getL1()));
  Value l2 = a.multiply(weight, 2 * number(getL2()));
  return number(getL1()) == 0 ? l2 : number(getL2()) == 0 ? l1 : a.add(l1, l2);
}
