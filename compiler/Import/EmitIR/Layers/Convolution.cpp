// Convolutions as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "dialects/NN/Shapes.h"

using namespace mlir;
using namespace ingot;
using ingot::import::finish;
using ingot::import::intsArgument;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::textArgument;

static Value emitConv2D(LayerCall &call) {
  auto input = cast<RankedTensorType>(call.input().getType());
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
  Value sums = nn::Conv2DOp::create(call.builder, call.loc, call.output, call.input(),
                                    call.weight("kernel"), strides, padding);
  return finish(call, sums);
}

ArrayRef<LayerRow> ingot::import::convolutionRows() {
  static constexpr LayerRow rows[] = {{"Conv2D", emitConv2D}};
  return rows;
}
