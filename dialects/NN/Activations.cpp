// Sigmoid and log_softmax as maps and reductions.

#include "dialects/NN/Activations.h"

#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace ingot::nn;

#define GET_OP_CLASSES
#include "dialects/NN/ActivationsOps.cpp.inc"

// exp(-x) may overflow: the quotient is then 0, and so is its derivative, which is taken from the
// result (ScalarGradient.cpp).
Value ingot::nn::buildSigmoid(OpBuilder &builder, Location loc, Value x) {
  Value one = arith::ConstantOp::create(builder, loc, builder.getFloatAttr(x.getType(), 1));
  Value power = math::ExpOp::create(builder, loc, arith::NegFOp::create(builder, loc, x));
  return arith::DivFOp::create(builder, loc, one, arith::AddFOp::create(builder, loc, power, one));
}

SmallVector<Value> SigmoidOp::decompose(OpBuilder &builder) {
  return {
      buildMap(builder, getLoc(), getOutput().getType(), getInput(),
               [](OpBuilder &b, Location l, ValueRange x) { return buildSigmoid(b, l, x[0]); })};
}

// The maximum cancels in every gradient, so none flows through it.
SmallVector<Value> LogSoftmaxOp::decompose(OpBuilder &builder) {
  Location loc = getLoc();
  auto type = cast<RankedTensorType>(getInput().getType());
  int64_t last = type.getRank() - 1;
  auto rows = RankedTensorType::get(type.getShape().drop_back(), type.getElementType());
  auto reduce = [&](ReduceKind kind, ValueRange inputs,
                    function_ref<Value(OpBuilder &, Location, ValueRange)> body) -> Value {
    SmallVector<SmallVector<int64_t>> dims{allDims(last + 1), allDims(last)};
    dims.resize(inputs.size());
    return ReduceOp::create(builder, loc, rows, kind, inputs, dims, {last}, body);
  };
  Value maximum = reduce(ReduceKind::Max, getInput(),
                         [](OpBuilder &, Location, ValueRange e) -> Value { return e[0]; });
  Value constant = StopGradientOp::create(builder, loc, maximum.getType(), maximum);
  Value sum = reduce(ReduceKind::Sum, {getInput(), constant},
                     [](OpBuilder &b, Location l, ValueRange e) -> Value {
                       return math::ExpOp::create(b, l, arith::SubFOp::create(b, l, e[0], e[1]));
                     });
  SmallVector<SmallVector<int64_t>> dims{allDims(last + 1), allDims(last), allDims(last)};
  return MapOp::create(builder, loc, type, {getInput(), constant, sum}, dims,
                       [](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
                         Value logarithm = math::LogOp::create(b, l, e[2]);
                         Value shifted = arith::SubFOp::create(b, l, e[0], e[1]);
                         return {arith::SubFOp::create(b, l, shifted, logarithm)};
                       })
      .getResults();
}
