// Layers that move elements, as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "dialects/NN/Moves.h"

using namespace mlir;
using namespace ingot;
using ingot::import::intsArgument;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::reshape;

static Value emitReshape(LayerCall &call) {
  return reshape(call, call.input(), call.output.getShape());
}

static Value emitPermute(LayerCall &call) {
  SmallVector<int64_t> permutation{0}; // Keras counts from the dimension behind the batch
  llvm::append_range(permutation, intsArgument(call.config, "dims"));
  return nn::TransposeOp::create(call.builder, call.loc, call.output, call.input(), permutation);
}

/// With `top` rows and `left` columns of zeros before, or so many less.
static Value pad(LayerCall &call, int64_t top, int64_t left) {
  if (call.input().getType() == call.output)
    return call.input();
  return nn::PadOp::create(call.builder, call.loc, call.output, call.input(),
                           ArrayRef<int64_t>{0, top, left, 0});
}

static Value emitZeroPadding2D(LayerCall &call) {
  auto &sides = intsArgument(call.config, "padding");
  return pad(call, sides[0], sides[2]);
}

static Value emitCropping2D(LayerCall &call) {
  auto &sides = intsArgument(call.config, "cropping");
  return pad(call, -sides[0], -sides[2]);
}

/// The input broadcast along new dimensions of these sizes, each behind the dimension of its
/// number.
static Value repeat(LayerCall &call, ArrayRef<std::pair<int64_t, int64_t>> copies) {
  auto type = cast<RankedTensorType>(call.input().getType());
  SmallVector<int64_t> shape, along;
  for (auto [dim, size] : llvm::enumerate(type.getShape())) {
    along.push_back(shape.size());
    shape.push_back(size);
    for (auto [behind, count] : copies)
      if (behind == static_cast<int64_t>(dim))
        shape.push_back(count);
  }
  Value wide = nn::MapOp::create(
                   call.builder, call.loc, type.clone(shape), call.input(), {along},
                   [](OpBuilder &, Location, ValueRange e) -> SmallVector<Value> { return {e[0]}; })
                   .getResult(0);
  return reshape(call, wide, call.output.getShape());
}

static Value emitUpSampling2D(LayerCall &call) {
  auto &size = intsArgument(call.config, "size");
  return repeat(call, {{1, size[0]}, {2, size[1]}});
}

static Value emitRepeatVector(LayerCall &call) {
  return repeat(call, {{0, call.output.getDimSize(1)}});
}

ArrayRef<LayerRow> ingot::import::reshapingRows() {
  static constexpr LayerRow rows[] = {{"Cropping2D", emitCropping2D},
                                      {"Flatten", emitReshape},
                                      {"Permute", emitPermute},
                                      {"RepeatVector", emitRepeatVector},
                                      {"Reshape", emitReshape},
                                      {"UpSampling2D", emitUpSampling2D},
                                      {"ZeroPadding2D", emitZeroPadding2D}};
  return rows;
}
