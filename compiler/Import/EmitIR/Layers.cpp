// The layers: how a call of each becomes ops. To add a layer, add its row here and in
// Keras/Layers.cpp.

#include "compiler/Import/EmitIR/Emitter.h"

#include "compiler/Import/Keras/Api.h"
#include "dialects/NN/Shapes.h"

using namespace mlir;
using namespace ingot;
using ingot::import::boolArgument;
using ingot::import::emitActivation;
using ingot::import::intsArgument;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::textArgument;

static Value addBias(LayerCall &call, Value value) {
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  SmallVector<SmallVector<int64_t>> dims{nn::allDims(rank), {rank - 1}};
  auto map = nn::MapOp::create(
      call.builder, call.loc, value.getType(), ValueRange{value, call.weight("bias")}, dims,
      [](OpBuilder &builder, Location loc, ValueRange elements) -> SmallVector<Value> {
        return {arith::AddFOp::create(builder, loc, elements[0], elements[1])};
      });
  return map.getResult(0);
}

/// Bias and activation, as the layer has them.
static Value finish(LayerCall &call, Value value) {
  if (boolArgument(call.config, "use_bias"))
    value = addBias(call, value);
  return emitActivation(call.builder, call.loc, textArgument(call.config, "activation"), value);
}

static Value reshape(LayerCall &call, Value value, ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType()).clone(shape);
  return type == value.getType()
             ? value
             : nn::ReshapeOp::create(call.builder, call.loc, type, value).getOutput();
}

static Value emitConv2D(LayerCall &call) {
  auto input = cast<RankedTensorType>(call.input.getType());
  auto &kernel = intsArgument(call.config, "kernel_size"),
       &strides = intsArgument(call.config, "strides");
  auto kind =
      textArgument(call.config, "padding") == "same" ? nn::Padding::Same : nn::Padding::Valid;
  SmallVector<int64_t> padding;
  for (int i = 0; i < 2; ++i) {
    nn::WindowPadding sides =
        nn::windowPadding(input.getDimSize(i + 1), kernel[i], strides[i], /*dilation=*/1, kind);
    padding.append({sides.before, sides.after});
  }
  Value sums = nn::Conv2DOp::create(call.builder, call.loc, call.output, call.input,
                                    call.weight("kernel"), strides, padding);
  return finish(call, sums);
}

/// A dense layer acts on the last dimension. Where there are others besides the batch, it is a
/// convolution with a window of one element over all of them.
static Value emitDense(LayerCall &call) {
  auto input = cast<RankedTensorType>(call.input.getType());
  Value kernel = call.weight("kernel");
  if (input.getRank() == 2)
    return finish(call,
                  nn::MatmulOp::create(call.builder, call.loc, call.output, call.input, kernel,
                                       /*lhs_transposed=*/false, /*rhs_transposed=*/false));
  int64_t features = input.getShape().back(), units = call.output.getShape().back();
  int64_t places = nn::elementsPerRow(input) / features;
  Value row = reshape(call, call.input, {ShapedType::kDynamic, places, 1, features});
  Value filter = reshape(call, kernel, {1, 1, features, units});
  Value sums = nn::Conv2DOp::create(
      call.builder, call.loc, call.output.clone({ShapedType::kDynamic, places, 1, units}), row,
      filter, ArrayRef<int64_t>{1, 1}, ArrayRef<int64_t>{0, 0, 0, 0});
  return finish(call, reshape(call, sums, call.output.getShape()));
}

static Value emitFlatten(LayerCall &call) {
  return reshape(call, call.input, call.output.getShape());
}

static Value emitActivationLayer(LayerCall &call) {
  return emitActivation(call.builder, call.loc, textArgument(call.config, "activation"),
                        call.input);
}

static Value emitReLU(LayerCall &call) {
  return emitActivation(call.builder, call.loc, "relu", call.input);
}

static Value emitSoftmax(LayerCall &call) {
  return emitActivation(call.builder, call.loc, "softmax", call.input);
}

const LayerRow *ingot::import::findLayer(StringRef type) {
  static constexpr LayerRow rows[] = {
      {"Conv2D", emitConv2D},   {"Dense", emitDense},
      {"Flatten", emitFlatten}, {"Activation", emitActivationLayer},
      {"ReLU", emitReLU},       {"Softmax", emitSoftmax},
  };
  auto row = llvm::find_if(rows, [&](const LayerRow &row) { return row.type == type; });
  return row == std::end(rows) ? nullptr : row;
}
