// Dropout and noise: what they are in a training step. Forward and backward pass draw the same
// numbers anew, so that no mask is kept.

#include "dialects/NN/Random.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::nn;

using ElementAndKey = ValueRange; // an element, and the two words of the key

/// A map over `input` whose region is also given the step's key.
static Value mapAtRandom(OpBuilder &builder, Location loc, RankedTensorType output,
                         ArrayRef<Value> inputs, ValueRange key,
                         function_ref<Value(OpBuilder &, Location, ElementAndKey)> body) {
  SmallVector<Value> operands(inputs);
  SmallVector<SmallVector<int64_t>> dims(inputs.size(), allDims(output.getRank()));
  llvm::append_range(operands, key);
  dims.append(key.size(), allDims(0));
  return MapOp::create(builder, loc, output, operands, dims,
                       [&](OpBuilder &b, Location l, ValueRange e) {
                         return SmallVector<Value>{body(b, l, e)};
                       })
      .getResult(0);
}

static Value constant(OpBuilder &builder, Location loc, double value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF32FloatAttr(static_cast<float>(value)));
}

/// `kept` where a uniform number is at least `rate`, else 0.
static Value dropAtRandom(OpBuilder &builder, Location loc, Value kept, double rate,
                          ValueRange key) {
  Value uniform = buildUniform(builder, loc, buildRandomWords(builder, loc, key[0], key[1])[0]);
  Value keep = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGE, uniform,
                                     constant(builder, loc, rate));
  return arith::SelectOp::create(builder, loc, keep, kept, constant(builder, loc, 0));
}

SmallVector<Value> DropoutOp::specialize(OpBuilder &builder, const StepContext &context) {
  double rate = getRate().convertToDouble();
  if (!context.isTraining() || rate == 0)
    return {getInput()};
  double scale = rate < 1 ? 1 / (1 - rate) : 0;
  Location loc = getLoc();
  SmallVector<Value> key =
      buildRandomKey(builder, loc, context.seed(), context.step(), getStream());
  auto type = cast<RankedTensorType>(getInput().getType());
  if (getShared().empty())
    return {mapAtRandom(builder, loc, type, getInput(), key,
                        [&](OpBuilder &b, Location l, ElementAndKey e) {
                          Value scaled = arith::MulFOp::create(b, l, e[0], constant(b, l, scale));
                          return dropAtRandom(b, l, scaled, rate, e.drop_front());
                        })};
  SmallVector<int64_t> own, shape;
  for (int64_t dim : allDims(type.getRank()))
    if (!llvm::is_contained(getShared(), dim)) {
      own.push_back(dim);
      shape.push_back(type.getDimSize(dim));
    }
  Value factors = mapAtRandom(builder, loc, type.clone(shape), {}, key,
                              [&](OpBuilder &b, Location l, ElementAndKey e) {
                                return dropAtRandom(b, l, constant(b, l, scale), rate, e);
                              });
  auto product =
      MapOp::create(builder, loc, TypeRange{type}, {getInput(), factors},
                    {allDims(type.getRank()), own}, [](OpBuilder &b, Location l, ValueRange e) {
                      return SmallVector<Value>{arith::MulFOp::create(b, l, e[0], e[1])};
                    });
  return {product.getResult(0)};
}

SmallVector<Value> GaussianNoiseOp::specialize(OpBuilder &builder, const StepContext &context) {
  double deviation = getDeviation().convertToDouble();
  if (!context.isTraining() || deviation == 0)
    return {getInput()};
  SmallVector<Value> key =
      buildRandomKey(builder, getLoc(), context.seed(), context.step(), getStream());
  return {mapAtRandom(builder, getLoc(), cast<RankedTensorType>(getInput().getType()), getInput(),
                      key, [&](OpBuilder &b, Location l, ElementAndKey e) -> Value {
                        Value normal = buildNormal(b, l, buildRandomWords(b, l, e[1], e[2]));
                        Value noise =
                            arith::MulFOp::create(b, l, normal, constant(b, l, deviation));
                        if (!getMultiplicative())
                          return arith::AddFOp::create(b, l, e[0], noise);
                        Value factor = arith::AddFOp::create(b, l, noise, constant(b, l, 1));
                        return arith::MulFOp::create(b, l, e[0], factor);
                      })};
}
