// Preprocessing layers as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "dialects/Train/Arithmetic.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using ingot::import::boolArgument;
using ingot::import::hasArgument;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::numberArgument;
using ingot::train::Arithmetic;

static Value constant(OpBuilder &builder, Location loc, double number) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF32FloatAttr(static_cast<float>(number)));
}

static Value emitRescaling(LayerCall &call) {
  double scale = numberArgument(call.config, "scale"),
         offset = numberArgument(call.config, "offset");
  return nn::buildMap(call.builder, call.loc, call.output, call.input(),
                      [&](OpBuilder &b, Location l, ValueRange x) -> Value {
                        Value scaled = arith::MulFOp::create(b, l, x[0], constant(b, l, scale));
                        return arith::AddFOp::create(b, l, scaled, constant(b, l, offset));
                      });
}

/// The number of the current channel, or the only one.
static Value channelNumber(OpBuilder &builder, Location loc, ArrayRef<double> numbers,
                           Value channel) {
  Value result = constant(builder, loc, numbers.back());
  for (int64_t i = static_cast<int64_t>(numbers.size()) - 2; i >= 0; --i) {
    Value position = arith::ConstantIndexOp::create(builder, loc, i);
    Value here = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, channel, position);
    result =
        arith::SelectOp::create(builder, loc, here, constant(builder, loc, numbers[i]), result);
  }
  return result;
}

/// With mean and variance of the data that the layer was adapted to.
static Value emitAdapted(LayerCall &call) {
  bool invert = boolArgument(call.config, "invert");
  int64_t rank = call.output.getRank();
  SmallVector<Value> operands{call.input(), call.weight("mean"), call.weight("variance")};
  SmallVector<int64_t> along;
  if (cast<RankedTensorType>(operands[1].getType()).getRank() == 1)
    along.push_back(rank - 1);
  SmallVector<SmallVector<int64_t>> dims{nn::allDims(rank), along, along};
  return nn::MapOp::create(call.builder, call.loc, TypeRange{call.output}, operands, dims,
                           [&](OpBuilder &b, Location l, ValueRange e) {
                             Arithmetic a(b, l);
                             Value deviation = a.maximum(a.root(e[2]), 1e-7);
                             return SmallVector<Value>{
                                 invert ? a.add(e[1], a.multiply(e[0], deviation))
                                        : a.divide(a.subtract(e[0], e[1]), deviation)};
                           })
      .getResult(0);
}

/// (x - mean) / max(sqrt(variance), 1e-7), or back
/// (keras/src/layers/preprocessing/normalization.py).
static Value emitNormalization(LayerCall &call) {
  if (!hasArgument(call.config, "mean"))
    return emitAdapted(call);
  auto numbers = [&](const char *name) {
    return std::get<std::vector<double>>(call.config.arguments.at(name));
  };
  std::vector<double> means = numbers("mean"), deviations = numbers("variance");
  for (double &variance : deviations)
    variance = std::max(std::sqrt(variance), 1e-7);
  bool invert = boolArgument(call.config, "invert");
  bool perChannel = means.size() > 1 || deviations.size() > 1;
  return nn::buildMap(
      call.builder, call.loc, call.output, call.input(),
      [&](OpBuilder &b, Location l, ValueRange x) -> Value {
        Value channel = perChannel
                            ? nn::IndexOp::create(b, l, b.getIndexType(),
                                                  b.getI64IntegerAttr(call.output.getRank() - 1))
                                  .getResult()
                            : Value();
        Value mean = channelNumber(b, l, means, channel),
              deviation = channelNumber(b, l, deviations, channel);
        if (invert)
          return arith::AddFOp::create(b, l, mean, arith::MulFOp::create(b, l, x[0], deviation));
        return arith::DivFOp::create(b, l, arith::SubFOp::create(b, l, x[0], mean), deviation);
      });
}

ArrayRef<LayerRow> ingot::import::preprocessingRows() {
  static constexpr LayerRow rows[] = {{"Normalization", emitNormalization},
                                      {"Rescaling", emitRescaling}};
  return rows;
}
