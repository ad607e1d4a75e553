// Normalizations as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "dialects/Train/Arithmetic.h"

using namespace mlir;
using namespace ingot;
using ingot::import::boolArgument;
using ingot::import::intArgument;
using ingot::import::intsArgument;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::numberArgument;
using ingot::import::reshape;
using ingot::train::Arithmetic;

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

using Dims = SmallVector<SmallVector<int64_t>>;

static Value map(LayerCall &call, RankedTensorType output, ValueRange inputs, const Dims &dims,
                 function_ref<Value(Arithmetic &, ValueRange)> body) {
  return nn::MapOp::create(call.builder, call.loc, output, inputs, dims,
                           [&](OpBuilder &b, Location l, ValueRange e) {
                             Arithmetic a(b, l);
                             return SmallVector<Value>{body(a, e)};
                           })
      .getResult(0);
}

/// `(input - mean) / sqrt(variance + epsilon)`, mean and variance along `axes`.
static Value normalize(LayerCall &call, Value input, ArrayRef<int64_t> axes) {
  auto type = cast<RankedTensorType>(input.getType());
  double size = 1, epsilon = numberArgument(call.config, "epsilon");
  SmallVector<int64_t> all = nn::allDims(type.getRank()), kept, shape;
  for (int64_t dim : all) {
    if (llvm::is_contained(axes, dim)) {
      size *= static_cast<double>(type.getDimSize(dim));
      continue;
    }
    kept.push_back(dim);
    shape.push_back(type.getDimSize(dim));
  }
  auto sum = [&](Value of, bool squared) -> Value {
    return nn::ReduceOp::create(call.builder, call.loc, type.clone(shape), nn::ReduceKind::Sum, of,
                                Dims{all}, axes, [&](OpBuilder &b, Location l, ValueRange e) {
                                  return squared ? Arithmetic(b, l).square(e[0]) : e[0];
                                });
  };
  Value centered =
      map(call, type, {input, sum(input, false)}, {all, kept},
          [&](Arithmetic &a, ValueRange e) { return a.subtract(e[0], a.divide(e[1], size)); });
  Value inverse = map(call, type.clone(shape), sum(centered, true), {nn::allDims(shape.size())},
                      [&](Arithmetic &a, ValueRange e) {
                        return a.divide(1, a.root(a.add(a.divide(e[0], size), epsilon)));
                      });
  return map(call, type, {centered, inverse}, {all, kept},
             [](Arithmetic &a, ValueRange e) { return a.multiply(e[0], e[1]); });
}

/// `input * gamma + beta`, of which the layer has both or one; they lie along `axes`.
static Value scaleAndShift(LayerCall &call, Value input, const SmallVector<int64_t> &axes) {
  bool scale = boolArgument(call.config, "scale"), center = boolArgument(call.config, "center");
  SmallVector<Value> inputs{input};
  Dims dims{nn::allDims(call.output.getRank())};
  for (StringRef name : {scale ? "gamma" : "", center ? "beta" : ""})
    if (!name.empty()) {
      inputs.push_back(call.weight(name));
      dims.push_back(axes);
    }
  if (inputs.size() == 1)
    return input;
  return map(call, call.output, inputs, dims, [&](Arithmetic &a, ValueRange e) {
    Value scaled = scale ? a.multiply(e[0], e[1]) : e[0];
    return center ? a.add(scaled, e.back()) : scaled;
  });
}

/// Mean and variance along the last dimensions, those of `axis` (keras/src/ops/nn.py,
/// layer_normalization).
static Value emitLayerNormalization(LayerCall &call) {
  int64_t rank = call.output.getRank();
  int64_t first = rank - static_cast<int64_t>(intsArgument(call.config, "axis").size());
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(first, rank));
  return scaleAndShift(call, normalize(call, call.input(), axes), axes);
}

/// Mean and variance over a sample and a group of channels
/// (keras/src/layers/normalization/group_normalization.py).
static Value emitGroupNormalization(LayerCall &call) {
  int64_t rank = call.output.getRank(), channels = call.output.getShape().back();
  int64_t groups = intArgument(call.config, "groups");
  if (groups < 0)
    groups = channels;
  SmallVector<int64_t> shape(call.output.getShape().drop_back());
  shape.append({groups, channels / groups});
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(1, rank - 1));
  axes.push_back(rank);
  Value normalized = normalize(call, reshape(call, call.input(), shape), axes);
  return scaleAndShift(call, reshape(call, normalized, call.output.getShape()), {rank - 1});
}

ArrayRef<LayerRow> ingot::import::normalizationRows() {
  static constexpr LayerRow rows[] = {{"BatchNormalization", emitBatchNormalization},
                                      {"GroupNormalization", emitGroupNormalization},
                                      {"LayerNormalization", emitLayerNormalization}};
  return rows;
}
