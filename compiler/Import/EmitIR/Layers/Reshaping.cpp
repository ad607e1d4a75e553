// Layers that move elements, as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "dialects/NN/Moves.h"
#include "dialects/Train/Arithmetic.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using ingot::import::intsArgument;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::reshape;
using ingot::import::textArgument;
using ingot::train::Arithmetic;

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

/// The input with `factor` elements for each along `dim`: between an element and its neighbours in
/// proportion to the distances of their centres, and the outermost element beyond them.
static Value interpolate(LayerCall &call, Value input, int64_t dim, int64_t factor) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> along, shape(type.getShape()), before(type.getRank(), 0), sizes(shape);
  for (int64_t each = 0; each < type.getRank(); ++each)
    along.push_back(each <= dim ? each : each + 1);
  shape.insert(shape.begin() + dim + 1, factor);
  auto neighbour = [&](int64_t offset) -> Value {
    before[dim] = offset;
    return nn::PadOp::create(call.builder, call.loc, type, input, before);
  };
  int64_t last = type.getDimSize(dim) - 1;
  auto body = [&](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
    Arithmetic a(b, l);
    auto position = [&](int64_t which) -> Value {
      return nn::IndexOp::create(b, l, b.getIndexType(), b.getI64IntegerAttr(which));
    };
    auto here = [&](Value index, int64_t number) -> Value {
      return arith::CmpIOp::create(b, l, arith::CmpIPredicate::eq, index,
                                   arith::ConstantIndexOp::create(b, l, number));
    };
    Value place = position(dim), phase = position(dim + 1);
    Value previous = a.select(here(place, 0), e[0], e[1]);
    Value next = a.select(here(place, last), e[0], e[2]);
    Value result = e[0];
    for (int64_t i = 0; i < factor; ++i) {
      double distance = (static_cast<double>(i) + 0.5) / static_cast<double>(factor) - 0.5;
      Value other = distance < 0 ? previous : next;
      Value blend =
          a.add(a.multiply(e[0], 1 - std::abs(distance)), a.multiply(other, std::abs(distance)));
      result = a.select(here(phase, i), blend, result);
    }
    return {result};
  };
  auto wide = nn::MapOp::create(call.builder, call.loc, TypeRange{type.clone(shape)},
                                {input, neighbour(1), neighbour(-1)}, {along, along, along}, body);
  sizes[dim] *= factor;
  return reshape(call, wide.getResult(0), sizes);
}

static Value emitUpSampling2D(LayerCall &call) {
  auto &size = intsArgument(call.config, "size");
  if (textArgument(call.config, "interpolation") == "bilinear")
    return interpolate(call, interpolate(call, call.input(), 1, size[0]), 2, size[1]);
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
