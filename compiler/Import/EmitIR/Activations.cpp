// The activations: a row each. Most are a scalar function of an element.

#include "compiler/Import/EmitIR/Emitter.h"

#include "dialects/NN/Activations.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::import;

static Value emitLinear(OpBuilder &, Location, Value input) { return input; }

static Value emitRelu(OpBuilder &builder, Location loc, Value input) {
  return nn::buildMap(builder, loc, input.getType(), input,
                      [](OpBuilder &b, Location l, ValueRange x) -> Value {
                        Value zero = arith::ConstantOp::create(b, l, b.getF32FloatAttr(0));
                        return arith::MaximumFOp::create(b, l, x[0], zero);
                      });
}

static Value emitSoftmax(OpBuilder &builder, Location loc, Value input) {
  return nn::SoftmaxOp::create(builder, loc, input);
}

static Value emitSigmoid(OpBuilder &builder, Location loc, Value input) {
  return nn::SigmoidOp::create(builder, loc, input);
}

Value ingot::import::emitActivation(OpBuilder &builder, Location loc, StringRef name, Value input) {
  struct Row {
    StringLiteral name;
    Value (*emit)(OpBuilder &builder, Location loc, Value input);
  };
  static constexpr Row rows[] = {
      {"linear", emitLinear},
      {"relu", emitRelu},
      {"sigmoid", emitSigmoid},
      {"softmax", emitSoftmax},
  };
  for (const Row &row : rows)
    if (row.name == name)
      return row.emit(builder, loc, input);
  emitError(loc, "the activation ") << name << " is not supported yet";
  return {};
}
