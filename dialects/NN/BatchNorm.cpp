// Batch normalization in its two modes, and normalization by one's own moments with its gradient in
// closed form.

#include "dialects/NN/NN.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::nn;

namespace {
/// Builds maps and sums over tensors of one input's shape and over its features.
class Features {
public:
  Features(OpBuilder &builder, Location loc, Value input, int64_t axis)
      : builder(builder), loc(loc), type(cast<RankedTensorType>(input.getType())), axis(axis),
        perFeature(RankedTensorType::get({type.getDimSize(axis)}, type.getElementType())) {}

  using Body = function_ref<SmallVector<Value>(OpBuilder &, Location, ValueRange)>;

  /// A map over the input's shape; operands are such tensors, features or scalars.
  Value map(ValueRange operands, Body body) {
    return MapOp::create(builder, loc, TypeRange{type}, operands, dims(operands), body)
        .getResult(0);
  }

  /// The sum of a function for each feature: of each row first, so that there is work for several
  /// threads and errors do not add up over the whole batch.
  Value sum(ValueRange operands, function_ref<Value(OpBuilder &, Location, ValueRange)> body) {
    SmallVector<int64_t> within;
    for (int64_t dim = 1; dim < type.getRank(); ++dim)
      if (dim != axis)
        within.push_back(dim);
    auto reduce = [&](RankedTensorType to, ValueRange values, ArrayRef<SmallVector<int64_t>> along,
                      ArrayRef<int64_t> axes, auto function) -> Value {
      return ReduceOp::create(builder, loc, to, ReduceKind::Sum, values, along, axes, function);
    };
    if (within.empty())
      return reduce(perFeature, operands, dims(operands), {0}, body);
    auto perRow = type.clone({type.getDimSize(0), type.getDimSize(axis)});
    Value rows = reduce(perRow, operands, dims(operands), within, body);
    return reduce(perFeature, rows, {allDims(2)}, {0},
                  [](OpBuilder &, Location, ValueRange e) { return e[0]; });
  }

  /// A map over features; operands are features or scalars.
  SmallVector<Value> mapFeatures(ValueRange operands, unsigned results, Body body) {
    SmallVector<SmallVector<int64_t>> along;
    for (Value operand : operands)
      along.push_back(allDims(cast<RankedTensorType>(operand.getType()).getRank()));
    SmallVector<Type> types(results, perFeature);
    return llvm::to_vector_of<Value>(
        MapOp::create(builder, loc, types, operands, along, body).getResults());
  }

  /// One over the elements of a feature, of which each valid row has its share.
  Value share(Value validCount) {
    int64_t perRow = elementsPerRow(type) / type.getDimSize(axis);
    auto scalar = RankedTensorType::get({}, type.getElementType());
    return buildMap(builder, loc, scalar, validCount,
                    [&](OpBuilder &b, Location l, ValueRange e) -> Value {
                      Value count = arith::MulIOp::create(
                          b, l, e[0], arith::ConstantOp::create(b, l, b.getI64IntegerAttr(perRow)));
                      Value one = arith::ConstantOp::create(b, l, b.getF32FloatAttr(1));
                      return arith::DivFOp::create(
                          b, l, one, arith::SIToFPOp::create(b, l, b.getF32Type(), count));
                    });
  }

private:
  SmallVector<SmallVector<int64_t>> dims(ValueRange operands) {
    SmallVector<SmallVector<int64_t>> result;
    for (Value operand : operands) {
      int64_t rank = cast<RankedTensorType>(operand.getType()).getRank();
      result.push_back(operand.getType() == perFeature ? SmallVector<int64_t>{axis}
                                                       : allDims(rank));
    }
    return result;
  }

  OpBuilder &builder;
  Location loc;
  RankedTensorType type;
  int64_t axis;
  RankedTensorType perFeature;
};

Value add(OpBuilder &b, Location l, Value x, Value y) { return arith::AddFOp::create(b, l, x, y); }
Value subtract(OpBuilder &b, Location l, Value x, Value y) {
  return arith::SubFOp::create(b, l, x, y);
}
Value multiply(OpBuilder &b, Location l, Value x, Value y) {
  return arith::MulFOp::create(b, l, x, y);
}
Value constant(OpBuilder &b, Location l, double value) {
  return arith::ConstantOp::create(b, l, b.getF32FloatAttr(static_cast<float>(value)));
}
Value inverseDeviation(OpBuilder &b, Location l, Value variance, double epsilon) {
  Value deviation = math::SqrtOp::create(b, l, add(b, l, variance, constant(b, l, epsilon)));
  return arith::DivFOp::create(b, l, constant(b, l, 1), deviation);
}

/// The operands of a region, by role; gamma and beta may be missing.
SmallVector<Value> present(std::initializer_list<Value> values) {
  return llvm::to_vector(llvm::make_filter_range(values, [](Value v) { return bool(v); }));
}
} // namespace

/// Moving mean and variance become scale and shift of one map.
static SmallVector<Value> inInference(BatchNormOp op, OpBuilder &builder) {
  Features features(builder, op.getLoc(), op.getInput(), op.getAxis());
  Value gamma = op.getGamma(), beta = op.getBeta();
  double epsilon = op.getEpsilon().convertToDouble();
  SmallVector<Value> fold = features.mapFeatures(
      present({op.getMovingMean(), op.getMovingVariance(), gamma, beta}), 2,
      [&](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
        Value scale = inverseDeviation(b, l, e[1], epsilon);
        if (gamma)
          scale = multiply(b, l, scale, e[2]);
        Value centre = multiply(b, l, e[0], scale);
        return {scale, subtract(b, l, beta ? e.back() : constant(b, l, 0), centre)};
      });
  Value output = features.map({op.getInput(), fold[0], fold[1]},
                              [](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
                                return {add(b, l, multiply(b, l, e[0], e[1]), e[2])};
                              });
  return {output, op.getMovingMean(), op.getMovingVariance()};
}

/// Mean, then the mean of squared deviations from it, as Keras: two passes over the input. A sum of
/// squares would be one pass, and lose all digits where the mean is large.
static SmallVector<Value> inTraining(BatchNormOp op, OpBuilder &builder, Value validCount) {
  Features features(builder, op.getLoc(), op.getInput(), op.getAxis());
  double epsilon = op.getEpsilon().convertToDouble();
  double momentum = op.getMomentum().convertToDouble();
  Value share = features.share(validCount);
  Value sum = features.sum(op.getInput(), [](OpBuilder &, Location, ValueRange e) { return e[0]; });
  Value mean = features.mapFeatures(
      {sum, share}, 1, [](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
        return {multiply(b, l, e[0], e[1])};
      })[0];
  Value squares = features.sum({op.getInput(), mean}, [](OpBuilder &b, Location l, ValueRange e) {
    Value deviation = subtract(b, l, e[0], e[1]);
    return multiply(b, l, deviation, deviation);
  });
  SmallVector<Value> moments = features.mapFeatures(
      {mean, squares, share, op.getMovingMean(), op.getMovingVariance()}, 3,
      [&](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
        Value variance = multiply(b, l, e[1], e[2]);
        auto move = [&](Value moving, Value batch) {
          return add(b, l, multiply(b, l, moving, constant(b, l, momentum)),
                     multiply(b, l, batch, constant(b, l, 1 - momentum)));
        };
        return {inverseDeviation(b, l, variance, epsilon), move(e[3], e[0]), move(e[4], variance)};
      });
  auto output =
      NormalizeOp::create(builder, op.getLoc(), op.getInput().getType(), op.getInput(), mean,
                          moments[0], share, op.getGamma(), op.getBeta(), op.getAxisAttr());
  return {output, moments[1], moments[2]};
}

SmallVector<Value> BatchNormOp::specialize(OpBuilder &builder, const StepContext &context) {
  return context.isTraining() ? inTraining(*this, builder, context.validCount())
                              : inInference(*this, builder);
}

SmallVector<Value> NormalizeOp::decompose(OpBuilder &builder) {
  Features features(builder, getLoc(), getInput(), getAxis());
  return {
      features.map(present({getInput(), getMean(), getInverseDeviation(), getGamma(), getBeta()}),
                   [&](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
                     Value scale = getGamma() ? multiply(b, l, e[2], e[3]) : e[2];
                     Value scaled = multiply(b, l, subtract(b, l, e[0], e[1]), scale);
                     return {getBeta() ? add(b, l, scaled, e.back()) : scaled};
                   })};
}

// With normal = (input - mean) * inverse_deviation (Ioffe and Szegedy, section 3):
//   grad_beta = sum of grad;  grad_gamma = sum of grad * normal
//   grad_input = gamma * inverse_deviation
//                * (grad - share * grad_beta - normal * share * grad_gamma)
SmallVector<Value> NormalizeOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  Features features(builder, getLoc(), getInput(), getAxis());
  Value grad = gradResults[0], gamma = getGamma();
  auto normal = [](OpBuilder &b, Location l, Value input, Value mean, Value inverse) {
    return multiply(b, l, subtract(b, l, input, mean), inverse);
  };
  Value gradBeta = features.sum(grad, [](OpBuilder &, Location, ValueRange e) { return e[0]; });
  Value gradGamma = features.sum({grad, getInput(), getMean(), getInverseDeviation()},
                                 [&](OpBuilder &b, Location l, ValueRange e) {
                                   return multiply(b, l, e[0], normal(b, l, e[1], e[2], e[3]));
                                 });
  Value gradInput = features.map(present({grad, getInput(), getMean(), getInverseDeviation(),
                                          getShare(), gradBeta, gradGamma, gamma}),
                                 [&](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
                                   Value along = multiply(b, l, normal(b, l, e[1], e[2], e[3]),
                                                          multiply(b, l, e[6], e[4]));
                                   Value rest = subtract(b, l, e[0], multiply(b, l, e[5], e[4]));
                                   Value scale = gamma ? multiply(b, l, e[3], e[7]) : e[3];
                                   return {multiply(b, l, scale, subtract(b, l, rest, along))};
                                 });
  SmallVector<Value> gradients{gradInput, Value(), Value(), Value()};
  if (gamma)
    gradients.push_back(gradGamma);
  if (getBeta())
    gradients.push_back(gradBeta);
  return gradients;
}
