// Convolutions as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "compiler/Import/Keras/Layers/Windows.h"

using namespace mlir;
using namespace ingot;
using ingot::import::convolutionWindow;
using ingot::import::finish;
using ingot::import::intArgument;
using ingot::import::intsArgument;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::paddingAround;

/// What is padded around an image of these dimensions, [height, width]: [top, bottom, left, right].
static std::array<int64_t, 4> paddingOf(const LayerCall &call, ArrayRef<int64_t> image) {
  return paddingAround(convolutionWindow(call.config), image[0], image[1]);
}

static Value emitConv2D(LayerCall &call) {
  auto input = cast<RankedTensorType>(call.input().getType());
  Value sums = nn::Conv2DOp::create(
      call.builder, call.loc, call.output, call.input(), call.weight("kernel"),
      intsArgument(call.config, "strides"), paddingOf(call, input.getShape().slice(1, 2)),
      intsArgument(call.config, "dilation_rate"), intArgument(call.config, "groups"));
  return finish(call, sums);
}

/// The gradient of the input of the convolution that makes the layer's input of its output.
static Value emitConv2DTranspose(LayerCall &call) {
  Value kernel = call.weight("kernel");
  auto filter = cast<RankedTensorType>(kernel.getType());
  auto shape = filter.getShape();
  Value transposed = nn::TransposeOp::create(call.builder, call.loc,
                                             filter.clone({shape[0], shape[1], shape[3], shape[2]}),
                                             kernel, ArrayRef<int64_t>{0, 1, 3, 2});
  Value sums = nn::Conv2DGradInputOp::create(
      call.builder, call.loc, call.output, call.input(), transposed,
      intsArgument(call.config, "strides"), paddingOf(call, call.output.getShape().slice(1, 2)),
      intsArgument(call.config, "dilation_rate"), /*groups=*/1);
  return finish(call, sums);
}

ArrayRef<LayerRow> ingot::import::convolutionRows() {
  static constexpr LayerRow rows[] = {{"Conv2D", emitConv2D},
                                      {"Conv2DTranspose", emitConv2DTranspose}};
  return rows;
}
