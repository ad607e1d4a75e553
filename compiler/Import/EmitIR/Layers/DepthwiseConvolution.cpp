// Convolutions of each channel by itself, as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "dialects/NN/DepthwiseConv2D.h"
#include "dialects/NN/Shapes.h"

using namespace mlir;
using namespace ingot;
using ingot::import::finish;
using ingot::import::intArgument;
using ingot::import::intsArgument;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::textArgument;

static Value emitSums(LayerCall &call, StringRef weight) {
  auto input = cast<RankedTensorType>(call.input().getType());
  auto &kernel = intsArgument(call.config, "kernel_size"),
       &strides = intsArgument(call.config, "strides"),
       &dilations = intsArgument(call.config, "dilation_rate");
  auto kind =
      textArgument(call.config, "padding") == "same" ? nn::Padding::Same : nn::Padding::Valid;
  SmallVector<int64_t> shape{input.getDimSize(0)}, padding;
  for (int i = 0; i < 2; ++i) {
    int64_t size = input.getDimSize(i + 1);
    shape.push_back(nn::windowOutput(size, kernel[i], strides[i], dilations[i], kind));
    nn::WindowPadding sides = nn::windowPadding(size, kernel[i], strides[i], dilations[i], kind);
    padding.append({sides.before, sides.after});
  }
  shape.push_back(input.getDimSize(3) * intArgument(call.config, "depth_multiplier"));
  return nn::DepthwiseConv2DOp::create(call.builder, call.loc, input.clone(shape), call.input(),
                                       call.weight(weight), strides, dilations, padding);
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
