// Normalizations as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

using namespace mlir;
using namespace ingot;
using ingot::import::boolArgument;
using ingot::import::intArgument;
using ingot::import::intsArgument;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::numberArgument;

static Value emitBatchNormalization(LayerCall &call) {
  OpBuilder &builder = call.builder;
  auto weight = [&](StringRef name, bool isThere) { return isThere ? call.weight(name) : Value(); };
  Value gamma = weight("gamma", boolArgument(call.config, "scale"));
  Value beta = weight("beta", boolArgument(call.config, "center"));
  Value mean = call.weight("moving_mean"), variance = call.weight("moving_variance");
  int64_t axis = intArgument(call.config, "axis"), rank = call.output.getRank();
  auto number = [&](const char *name) {
    return builder.getF64FloatAttr(numberArgument(call.config, name));
  };
  auto op = nn::BatchNormOp::create(
      builder, call.loc, TypeRange{call.output, mean.getType(), variance.getType()}, call.input(),
      gamma, beta, mean, variance, builder.getI64IntegerAttr(axis < 0 ? axis + rank : axis),
      number("momentum"), number("epsilon"));
  call.setWeight("moving_mean", op.getNewMovingMean());
  call.setWeight("moving_variance", op.getNewMovingVariance());
  return op.getOutput();
}

/// `(input - mean) / sqrt(variance + epsilon) * gamma + beta`, mean and variance along the last
/// dimensions, those of `axis` (keras/src/ops/nn.py, layer_normalization).
static Value emitLayerNormalization(LayerCall &call) {
  OpBuilder &builder = call.builder;
  Location loc = call.loc;
  RankedTensorType type = call.output;
  int64_t rank = type.getRank(), first = rank - intsArgument(call.config, "axis").size();
  double size = 1, epsilon = numberArgument(call.config, "epsilon");
  SmallVector<int64_t> all = nn::allDims(rank), rows = nn::allDims(first), axes;
  for (int64_t dim = first; dim < rank; ++dim) {
    axes.push_back(dim);
    size *= type.getDimSize(dim);
  }
  auto perRow = RankedTensorType::get(type.getShape().take_front(first), type.getElementType());
  using Dims = SmallVector<SmallVector<int64_t>>;
  auto number = [](OpBuilder &b, Location l, double value) -> Value {
    return arith::ConstantOp::create(b, l, b.getF32FloatAttr(static_cast<float>(value)));
  };
  auto mean = [&](OpBuilder &b, Location l, Value sum) -> Value {
    return arith::DivFOp::create(b, l, sum, number(b, l, size));
  };
  auto sum = [&](Value input, bool squared) -> Value {
    return nn::ReduceOp::create(builder, loc, perRow, nn::ReduceKind::Sum, input, Dims{all}, axes,
                                [&](OpBuilder &b, Location l, ValueRange e) -> Value {
                                  return squared ? arith::MulFOp::create(b, l, e[0], e[0]) : e[0];
                                });
  };
  auto map = [&](RankedTensorType output, ValueRange inputs, const Dims &dims,
                 function_ref<Value(OpBuilder &, Location, ValueRange)> body) -> Value {
    return nn::MapOp::create(builder, loc, output, inputs, dims,
                             [&](OpBuilder &b, Location l, ValueRange e) {
                               return SmallVector<Value>{body(b, l, e)};
                             })
        .getResult(0);
  };
  Value centered = map(type, {call.input(), sum(call.input(), false)}, {all, rows},
                       [&](OpBuilder &b, Location l, ValueRange e) -> Value {
                         return arith::SubFOp::create(b, l, e[0], mean(b, l, e[1]));
                       });
  Value inverse = map(
      perRow, sum(centered, true), {rows}, [&](OpBuilder &b, Location l, ValueRange e) -> Value {
        Value variance = arith::AddFOp::create(b, l, mean(b, l, e[0]), number(b, l, epsilon));
        return arith::DivFOp::create(b, l, number(b, l, 1), math::SqrtOp::create(b, l, variance));
      });
  SmallVector<Value> inputs{centered, inverse};
  Dims dims{all, rows};
  bool scale = boolArgument(call.config, "scale"), center = boolArgument(call.config, "center");
  for (StringRef name : {scale ? "gamma" : "", center ? "beta" : ""})
    if (!name.empty()) {
      inputs.push_back(call.weight(name));
      dims.push_back(axes);
    }
  return map(type, inputs, dims, [&](OpBuilder &b, Location l, ValueRange e) -> Value {
    Value result = arith::MulFOp::create(b, l, e[0], e[1]);
    if (scale)
      result = arith::MulFOp::create(b, l, result, e[2]);
    if (center)
      result = arith::AddFOp::create(b, l, result, e.back());
    return result;
  });
}

ArrayRef<LayerRow> ingot::import::normalizationRows() {
  static constexpr LayerRow rows[] = {{"BatchNormalization", emitBatchNormalization},
                                      {"LayerNormalization", emitLayerNormalization}};
  return rows;
}
