// Dense as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

using namespace mlir;
using namespace ingot;
using ingot::import::finish;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::reshape;

/// A dense layer acts on the last dimension. Where there are others besides the batch, it is a
/// convolution with a window of one element over all of them.
static Value emitDense(LayerCall &call) {
  auto input = cast<RankedTensorType>(call.input().getType());
  Value kernel = call.weight("kernel");
  if (input.getRank() == 2)
    return finish(call,
                  nn::MatmulOp::create(call.builder, call.loc, call.output, call.input(), kernel,
                                       /*lhs_transposed=*/false, /*rhs_transposed=*/false));
  int64_t features = input.getShape().back(), units = call.output.getShape().back();
  int64_t places = nn::elementsPerRow(input) / features;
  Value row = reshape(call, call.input(), {ShapedType::kDynamic, places, 1, features});
  Value filter = reshape(call, kernel, {1, 1, features, units});
  Value sums = nn::Conv2DOp::create(
      call.builder, call.loc, call.output.clone({ShapedType::kDynamic, places, 1, units}), row,
      filter, ArrayRef<int64_t>{1, 1}, ArrayRef<int64_t>{0, 0, 0, 0});
  return reshape(call, finish(call, sums), call.output.getShape());
}

ArrayRef<LayerRow> ingot::import::coreRows() {
  static constexpr LayerRow rows[] = {{"Dense", emitDense}};
  return rows;
}
