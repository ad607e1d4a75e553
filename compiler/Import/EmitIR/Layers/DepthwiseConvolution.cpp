// Convolutions of each channel by itself, as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "compiler/Import/Keras/Layers/Windows.h"
#include "dialects/NN/DepthwiseConv2D.h"

using namespace mlir;
using namespace ingot;
using ingot::import::convolutionWindow;
using ingot::import::finish;
using ingot::import::intArgument;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::paddingAround;
using ingot::import::windowedShape;

static Value emitSums(LayerCall &call, StringRef weight) {
  auto input = cast<RankedTensorType>(call.input().getType());
  ingot::import::Window window = convolutionWindow(call.config);
  int64_t height = input.getDimSize(1), width = input.getDimSize(2);
  auto sums = windowedShape(window, {height, width, input.getDimSize(3)},
                            input.getDimSize(3) * intArgument(call.config, "depth_multiplier"));
  SmallVector<int64_t> shape{input.getDimSize(0)};
  shape.append(sums.shape.begin(), sums.shape.end());
  return nn::DepthwiseConv2DOp::create(call.builder, call.loc, input.clone(shape), call.input(),
                                       call.weight(weight), window.strides, window.dilation,
                                       paddingAround(window, height, width));
}

static Value emitDepthwiseConv2D(LayerCall &call) { return finish(call, emitSums(call, "kernel")); }

static Value emitSeparableConv2D(LayerCall &call) {
  Value sums = emitSums(call, "depthwise_kernel");
  Value mixed = nn::Conv2DOp::create(call.builder, call.loc, call.output, sums,
                                     call.weight("pointwise_kernel"), ArrayRef<int64_t>{1, 1},
                                     ArrayRef<int64_t>{0, 0, 0, 0});
  return finish(call, mixed);
}

ArrayRef<LayerRow> ingot::import::depthwiseConvolutionRows() {
  static constexpr LayerRow rows[] = {{"DepthwiseConv2D", emitDepthwiseConv2D},
                                      {"SeparableConv2D", emitSeparableConv2D}};
  return rows;
}
