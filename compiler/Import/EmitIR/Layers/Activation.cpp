// Activations as layers.

#include "compiler/Import/EmitIR/Layers/Layers.h"

using namespace mlir;
using namespace ingot;
using ingot::import::emitActivation;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::textArgument;

static Value emitActivationLayer(LayerCall &call) {
  return emitActivation(call.builder, call.loc, textArgument(call.config, "activation"),
                        call.input());
}

static Value emitReLU(LayerCall &call) {
  return emitActivation(call.builder, call.loc, "relu", call.input());
}

static Value emitSoftmax(LayerCall &call) {
  return emitActivation(call.builder, call.loc, "softmax", call.input());
}

ArrayRef<LayerRow> ingot::import::activationRows() {
  static constexpr LayerRow rows[] = {
      {"Activation", emitActivationLayer}, {"ReLU", emitReLU}, {"Softmax", emitSoftmax}};
  return rows;
}
