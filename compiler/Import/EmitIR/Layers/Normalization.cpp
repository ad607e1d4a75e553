// Normalizations as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

using namespace mlir;
using namespace ingot;
using ingot::import::boolArgument;
using ingot::import::intArgument;
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

ArrayRef<LayerRow> ingot::import::normalizationRows() {
  static constexpr LayerRow rows[] = {{"BatchNormalization", emitBatchNormalization}};
  return rows;
}
