// Dropout and noise as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "dialects/NN/Modes.h"
#include "dialects/NN/Random.h"
#include "dialects/Train/Arithmetic.h"

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

/// Dropped elements get the value that selu makes of -infinity, and mean and variance are kept: G.
/// Klambauer et al., "Self-Normalizing Neural Networks", 2017
/// (keras/src/layers/regularization/alpha_dropout.py).
static Value emitAlphaDropout(LayerCall &call) {
  double rate = numberArgument(call.config, "rate");
  if (rate == 0)
    return call.input();
  const double low = -1.6732632423543772 * 1.0507009873554805;
  double scale = 1 / std::sqrt((1 - rate) * (1 + rate * low * low)), shift = -scale * low * rate;
  OpBuilder &builder = call.builder;
  auto word = RankedTensorType::get({}, builder.getI32Type());
  auto key = nn::RandomKeyOp::create(builder, call.loc, word, word,
                                     builder.getI64IntegerAttr(call.number));
  SmallVector<SmallVector<int64_t>> dims{nn::allDims(call.output.getRank()), {}, {}};
  auto dropped = nn::MapOp::create(
      builder, call.loc, TypeRange{call.output}, {call.input(), key.getKey0(), key.getKey1()}, dims,
      [&](OpBuilder &b, Location l, ValueRange e) {
        train::Arithmetic a(b, l);
        Value uniform = nn::buildUniform(b, l, nn::buildRandomWords(b, l, e[1], e[2])[0]);
        Value kept = a.select(a.less(uniform, rate), a.constant(b.getF32Type(), low), e[0]);
        return SmallVector<Value>{a.add(a.multiply(kept, scale), shift)};
      });
  return nn::InTrainingOp::create(builder, call.loc, dropped.getResult(0), call.input());
}

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
  static constexpr LayerRow rows[] = {{"AlphaDropout", emitAlphaDropout},
                                      {"Dropout", emitDropout},
                                      {"SpatialDropout2D", emitSpatialDropout2D},
                                      {"GaussianNoise", emitGaussianNoise},
                                      {"GaussianDropout", emitGaussianDropout}};
  return rows;
}
