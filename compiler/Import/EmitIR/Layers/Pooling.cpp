// Pooling as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "compiler/Import/Keras/Layers/Windows.h"
#include "dialects/NN/Pool2D.h"

using namespace mlir;
using namespace ingot;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::paddingAround;
using ingot::import::poolingWindow;
using ingot::import::reshape;
using ingot::import::Window;

static std::array<int64_t, 4> paddingOf(const Window &window, RankedTensorType input) {
  return paddingAround(window, input.getDimSize(1), input.getDimSize(2));
}

static Value emitMaxPooling2D(LayerCall &call) {
  Window window = poolingWindow(call.config);
  auto input = cast<RankedTensorType>(call.input().getType());
  return nn::MaxPool2DOp::create(call.builder, call.loc, call.output, call.input(), window.size,
                                 window.strides, paddingOf(window, input))
      .getOutput();
}

static Value floatConstant(OpBuilder &builder, Location loc, double value) {
  return arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(value));
}

/// How many elements of the input the window at `position` covers along one axis.
static Value covered(OpBuilder &builder, Location loc, Value position, int64_t window,
                     int64_t stride, int64_t before, int64_t size) {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value start = arith::SubIOp::create(
      builder, loc, arith::MulIOp::create(builder, loc, position, index(stride)), index(before));
  Value end = arith::AddIOp::create(builder, loc, start, index(window));
  return arith::SubIOp::create(builder, loc, arith::MinSIOp::create(builder, loc, end, index(size)),
                               arith::MaxSIOp::create(builder, loc, start, index(0)));
}

/// The sum of a window divided by the number of elements that it covers: padding does not count.
static Value emitAveragePooling2D(LayerCall &call) {
  Window window = poolingWindow(call.config);
  auto input = cast<RankedTensorType>(call.input().getType());
  auto padding = paddingOf(window, input);
  Value sums = nn::SumPool2DOp::create(call.builder, call.loc, call.output, call.input(),
                                       window.size, window.strides, padding);
  bool padded = llvm::any_of(padding, [](int64_t p) { return p > 0; });
  return nn::buildMap(
      call.builder, call.loc, call.output, sums,
      [&](OpBuilder &builder, Location loc, ValueRange elements) -> Value {
        if (!padded)
          return arith::DivFOp::create(
              builder, loc, elements[0],
              floatConstant(builder, loc, window.size[0] * window.size[1]));
        SmallVector<Value> counts;
        for (int i = 0; i < 2; ++i)
          counts.push_back(covered(builder, loc, nn::IndexOp::create(builder, loc, i + 1),
                                   window.size[i], window.strides[i], padding[2 * i],
                                   input.getDimSize(i + 1)));
        Value count = arith::MulIOp::create(builder, loc, counts[0], counts[1]);
        Value integer = arith::IndexCastOp::create(builder, loc, builder.getI32Type(), count);
        Value divisor = arith::SIToFPOp::create(builder, loc, elements[0].getType(), integer);
        return arith::DivFOp::create(builder, loc, elements[0], divisor);
      });
}

/// A reduction over the image, under the layer's shape: with keepdims the image stays as one pixel.
static Value reduceImage(LayerCall &call, nn::ReduceKind kind) {
  auto input = cast<RankedTensorType>(call.input().getType());
  auto type = input.clone({input.getDimSize(0), input.getDimSize(3)});
  return nn::ReduceOp::create(
             call.builder, call.loc, type, kind, call.input(),
             ArrayRef<SmallVector<int64_t>>{nn::allDims(4)}, ArrayRef<int64_t>{1, 2},
             [](OpBuilder &, Location, ValueRange elements) { return elements[0]; })
      .getOutput();
}

static Value emitGlobalMaxPooling2D(LayerCall &call) {
  return reshape(call, reduceImage(call, nn::ReduceKind::Max), call.output.getShape());
}

static Value emitGlobalAveragePooling2D(LayerCall &call) {
  auto input = cast<RankedTensorType>(call.input().getType());
  double pixels = input.getDimSize(1) * input.getDimSize(2);
  Value sums = reduceImage(call, nn::ReduceKind::Sum);
  Value means = nn::buildMap(call.builder, call.loc, sums.getType(), sums,
                             [&](OpBuilder &builder, Location loc, ValueRange elements) -> Value {
                               return arith::DivFOp::create(builder, loc, elements[0],
                                                            floatConstant(builder, loc, pixels));
                             });
  return reshape(call, means, call.output.getShape());
}

ArrayRef<LayerRow> ingot::import::poolingRows() {
  static constexpr LayerRow rows[] = {{"MaxPooling2D", emitMaxPooling2D},
                                      {"AveragePooling2D", emitAveragePooling2D},
                                      {"GlobalMaxPooling2D", emitGlobalMaxPooling2D},
                                      {"GlobalAveragePooling2D", emitGlobalAveragePooling2D}};
  return rows;
}
