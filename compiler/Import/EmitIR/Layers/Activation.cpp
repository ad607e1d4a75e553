// Activations as layers.

#include "compiler/Import/EmitIR/Layers/Layers.h"

using namespace mlir;
using namespace ingot;
using ingot::import::Config;
using ingot::import::emitActivation;
using ingot::import::emitActivationOf;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::numberArgument;

static Value emitActivationLayer(LayerCall &call) {
  return emitActivationOf(call.builder, call.loc, call.config, call.input());
}

/// A layer whose arguments are those of a function.
static Value emitAs(const char *function, LayerCall &call) {
  return emitActivation(call.builder, call.loc, Config{function, call.config.arguments},
                        call.input());
}

static Value emitReLU(LayerCall &call) { return emitAs("relu", call); }
static Value emitELU(LayerCall &call) { return emitAs("elu", call); }
static Value emitSoftmax(LayerCall &call) { return emitAs("softmax", call); }

static Value emitLeakyReLU(LayerCall &call) { return emitAs("leaky_relu", call); }

/// relu(x) - alpha * relu(-x), alpha shared along some dimensions.
static Value emitPReLU(LayerCall &call) {
  Value alpha = call.weight("alpha");
  auto type = cast<RankedTensorType>(alpha.getType());
  SmallVector<int64_t> shape, along;
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    if (size == call.output.getDimSize(dim + 1)) {
      shape.push_back(size);
      along.push_back(dim + 1);
    }
  alpha = reshape(call, alpha, shape);
  SmallVector<SmallVector<int64_t>> dims{nn::allDims(call.output.getRank()), along};
  return nn::MapOp::create(call.builder, call.loc, call.output, ValueRange{call.input(), alpha},
                           dims,
                           [](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
                             Value zero = arith::ConstantOp::create(b, l, b.getF32FloatAttr(0));
                             Value above = arith::MaximumFOp::create(b, l, e[0], zero);
                             Value minus = arith::NegFOp::create(b, l, e[0]);
                             Value below = arith::MaximumFOp::create(b, l, minus, zero);
                             Value part = arith::MulFOp::create(b, l, e[1], below);
                             return {arith::SubFOp::create(b, l, above, part)};
                           })
      .getResult(0);
}

ArrayRef<LayerRow> ingot::import::activationRows() {
  static constexpr LayerRow rows[] = {{"Activation", emitActivationLayer},
                                      {"ELU", emitELU},
                                      {"LeakyReLU", emitLeakyReLU},
                                      {"PReLU", emitPReLU},
                                      {"ReLU", emitReLU},
                                      {"Softmax", emitSoftmax}};
  return rows;
}
