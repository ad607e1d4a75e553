// Finding a layer's row, and what the layers of several classes share.

#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "compiler/Import/Keras/Api.h"

using namespace mlir;
using namespace ingot;
using ingot::import::activationRows;
using ingot::import::addBias;
using ingot::import::augmentationRows;
using ingot::import::boolArgument;
using ingot::import::convolutionRows;
using ingot::import::coreRows;
using ingot::import::depthwiseConvolutionRows;
using ingot::import::emitActivationOf;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::mergingRows;
using ingot::import::normalizationRows;
using ingot::import::poolingRows;
using ingot::import::preprocessingRows;
using ingot::import::regularizationRows;
using ingot::import::reshapingRows;
using ingot::import::resizingRows;

mlir::Value ingot::import::addBias(LayerCall &call, mlir::Value value) {
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  SmallVector<SmallVector<int64_t>> dims{nn::allDims(rank), {rank - 1}};
  auto map = nn::MapOp::create(
      call.builder, call.loc, value.getType(), ValueRange{value, call.weight("bias")}, dims,
      [](OpBuilder &builder, Location loc, ValueRange elements) -> SmallVector<mlir::Value> {
        return {arith::AddFOp::create(builder, loc, elements[0], elements[1])};
      });
  return map.getResult(0);
}

mlir::Value ingot::import::finish(LayerCall &call, mlir::Value value) {
  if (boolArgument(call.config, "use_bias"))
    value = addBias(call, value);
  return emitActivationOf(call.builder, call.loc, call.config, value);
}

mlir::Value ingot::import::reshape(LayerCall &call, mlir::Value value, ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType()).clone(shape);
  return type == value.getType()
             ? value
             : nn::ReshapeOp::create(call.builder, call.loc, type, value).getOutput();
}

const LayerRow *ingot::import::findLayer(StringRef type) {
  for (ArrayRef<LayerRow> rows :
       {coreRows(), convolutionRows(), depthwiseConvolutionRows(), poolingRows(), activationRows(),
        mergingRows(), normalizationRows(), regularizationRows(), reshapingRows(),
        preprocessingRows(), augmentationRows(), resizingRows()})
    for (const LayerRow &row : rows)
      if (row.type == type)
        return &row;
  return nullptr;
}
