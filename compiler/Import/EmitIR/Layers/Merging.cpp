// Layers of several inputs, as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "dialects/NN/Moves.h"

using namespace mlir;
using namespace ingot;
using ingot::import::boolArgument;
using ingot::import::intArgument;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::numberArgument;
using ingot::import::textArgument;

using Combine = Value (*)(OpBuilder &builder, Location loc, Value first, Value second);

template <typename Op> static Value combine(OpBuilder &builder, Location loc, Value a, Value b) {
  return Op::create(builder, loc, a, b);
}

/// Of equal elements the first takes the gradient, as in tf.maximum; arith's rule gives it to the
/// second.
template <typename Op> static Value exchanged(OpBuilder &builder, Location loc, Value a, Value b) {
  return Op::create(builder, loc, b, a);
}

/// One map of all inputs: shapes are aligned at their ends, and dimensions of size 1 are broadcast.
static Value merge(LayerCall &call, Combine combine) {
  int64_t rank = call.output.getRank();
  SmallVector<Value> inputs;
  SmallVector<SmallVector<int64_t>> dims;
  for (Value input : call.inputs) {
    auto type = cast<RankedTensorType>(input.getType());
    SmallVector<int64_t> shape{ShapedType::kDynamic}, along{0};
    int64_t offset = rank - type.getRank();
    for (int64_t dim = 1; dim < type.getRank(); ++dim)
      if (type.getDimSize(dim) == call.output.getDimSize(dim + offset)) {
        shape.push_back(type.getDimSize(dim));
        along.push_back(dim + offset);
      }
    inputs.push_back(reshape(call, input, shape));
    dims.push_back(along);
  }
  return nn::MapOp::create(call.builder, call.loc, call.output, inputs, dims,
                           [&](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
                             Value result = e[0];
                             for (Value next : e.drop_front())
                               result = combine(b, l, result, next);
                             return {result};
                           })
      .getResult(0);
}

static Value emitAdd(LayerCall &call) { return merge(call, combine<arith::AddFOp>); }
static Value emitSubtract(LayerCall &call) { return merge(call, combine<arith::SubFOp>); }
static Value emitMultiply(LayerCall &call) { return merge(call, combine<arith::MulFOp>); }
static Value emitMaximum(LayerCall &call) { return merge(call, exchanged<arith::MaximumFOp>); }
static Value emitMinimum(LayerCall &call) { return merge(call, exchanged<arith::MinimumFOp>); }

static Value emitAverage(LayerCall &call) {
  float count = static_cast<float>(call.inputs.size());
  return nn::buildMap(call.builder, call.loc, call.output, emitAdd(call),
                      [&](OpBuilder &b, Location l, ValueRange e) -> Value {
                        Value number = arith::ConstantOp::create(b, l, b.getF32FloatAttr(count));
                        return arith::DivFOp::create(b, l, e[0], number);
                      });
}

static Value emitDivide(LayerCall &call) { return merge(call, combine<arith::DivFOp>); }

/// An operator of a tensor and a number: x + 1.0, 2 - x, x ** 2.
static Value emitArithmetic(LayerCall &call) {
  StringRef symbol = textArgument(call.config, "operator");
  double number = numberArgument(call.config, "constant");
  bool reversed = boolArgument(call.config, "reversed");
  return nn::buildMap(call.builder, call.loc, call.output, call.input(),
                      [&](OpBuilder &b, Location l, ValueRange x) -> Value {
                        if (symbol == "**") {
                          Value square = arith::MulFOp::create(b, l, x[0], x[0]);
                          return number == 2 ? square : arith::MulFOp::create(b, l, square, x[0]);
                        }
                        Value constant = arith::ConstantOp::create(
                            b, l, b.getF32FloatAttr(static_cast<float>(number)));
                        Value left = reversed ? constant : x[0], right = reversed ? x[0] : constant;
                        return symbol == "+"   ? combine<arith::AddFOp>(b, l, left, right)
                               : symbol == "-" ? combine<arith::SubFOp>(b, l, left, right)
                               : symbol == "*" ? combine<arith::MulFOp>(b, l, left, right)
                                               : combine<arith::DivFOp>(b, l, left, right);
                      });
}

static Value emitConcatenate(LayerCall &call) {
  int64_t axis = intArgument(call.config, "axis");
  axis = axis < 0 ? axis + call.output.getRank() : axis;
  if (call.inputs.size() == 1)
    return call.input();
  return nn::ConcatenateOp::create(call.builder, call.loc, call.output, call.inputs,
                                   call.builder.getI64IntegerAttr(axis));
}

ArrayRef<LayerRow> ingot::import::mergingRows() {
  static constexpr LayerRow rows[] = {{"Add", emitAdd},           {"Arithmetic", emitArithmetic},
                                      {"Average", emitAverage},   {"Concatenate", emitConcatenate},
                                      {"Maximum", emitMaximum},   {"Minimum", emitMinimum},
                                      {"Multiply", emitMultiply}, {"Subtract", emitSubtract},
                                      {"TrueDivide", emitDivide}};
  return rows;
}
