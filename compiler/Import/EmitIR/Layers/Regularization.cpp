// Dropout and noise as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::numberArgument;

static Value dropout(LayerCall &call, ArrayRef<int64_t> shared) {
  OpBuilder &builder = call.builder;
  return nn::DropoutOp::create(builder, call.loc, call.output, call.input(),
                               builder.getF64FloatAttr(numberArgument(call.config, "rate")),
                               builder.getI64IntegerAttr(call.number),
                               builder.getDenseI64ArrayAttr(shared));
}

static Value emitDropout(LayerCall &call) { return dropout(call, {}); }

/// One number for each channel: the same for all rows and columns.
static Value emitSpatialDropout2D(LayerCall &call) { return dropout(call, {1, 2}); }

static Value noise(LayerCall &call, double deviation, bool multiplicative) {
  OpBuilder &builder = call.builder;
  return nn::GaussianNoiseOp::create(
      builder, call.loc, call.output, call.input(), builder.getF64FloatAttr(deviation),
      multiplicative ? builder.getUnitAttr() : UnitAttr(), builder.getI64IntegerAttr(call.number));
}

static Value emitGaussianNoise(LayerCall &call) {
  return noise(call, numberArgument(call.config, "stddev"), /*multiplicative=*/false);
}

static Value emitGaussianDropout(LayerCall &call) {
  double rate = numberArgument(call.config, "rate");
  return noise(call, std::sqrt(rate / (1 - rate)), /*multiplicative=*/true);
}

ArrayRef<LayerRow> ingot::import::regularizationRows() {
  static constexpr LayerRow rows[] = {{"Dropout", emitDropout},
                                      {"SpatialDropout2D", emitSpatialDropout2D},
                                      {"GaussianNoise", emitGaussianNoise},
                                      {"GaussianDropout", emitGaussianDropout}};
  return rows;
}
