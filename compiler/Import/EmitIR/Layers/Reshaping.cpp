// Layers that move elements, as ops.

#include "compiler/Import/EmitIR/Layers/Layers.h"

using namespace mlir;
using namespace ingot;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::reshape;

static Value emitFlatten(LayerCall &call) {
  return reshape(call, call.input(), call.output.getShape());
}

ArrayRef<LayerRow> ingot::import::reshapingRows() {
  static constexpr LayerRow rows[] = {{"Flatten", emitFlatten}};
  return rows;
}
