// How a call of each layer becomes ops: a file for each class of layers, a row for each layer. The
// files of the same names in Keras/Layers have their parameters, shapes and weights.

#ifndef INGOT_COMPILER_IMPORT_EMITIR_LAYERS_LAYERS_H
#define INGOT_COMPILER_IMPORT_EMITIR_LAYERS_LAYERS_H

#include "compiler/Import/EmitIR/Emitter.h"
#include "compiler/Import/Keras/Api.h"

namespace ingot::import {

/// One call of a layer while it is emitted. Shapes of the inputs are known, the batch first.
struct LayerCall {
  mlir::OpBuilder &builder;
  mlir::Location loc;
  const Config &config;
  llvm::ArrayRef<mlir::Value> inputs;
  mlir::RankedTensorType output;
  int64_t number; // of the call in the model: layers that draw random numbers draw different ones
  llvm::function_ref<mlir::Value(llvm::StringRef)> weight; // "kernel"
  /// Hands back a weight that training changes without a gradient ("moving_mean").
  llvm::function_ref<void(llvm::StringRef, mlir::Value)> setWeight;

  mlir::Value input() const { return inputs.front(); }
};

/// A row of a table of layers.
struct LayerRow {
  llvm::StringLiteral type;
  mlir::Value (*emit)(LayerCall &call); // null after an error
};
/// The row of Keras's class name, or null.
const LayerRow *findLayer(llvm::StringRef type);

mlir::Value addBias(LayerCall &call, mlir::Value value);
/// Bias and activation, as the layer has them.
mlir::Value finish(LayerCall &call, mlir::Value value);
/// The value under another shape; itself where it has that shape.
mlir::Value reshape(LayerCall &call, mlir::Value value, llvm::ArrayRef<int64_t> shape);

llvm::ArrayRef<LayerRow> activationRows();
llvm::ArrayRef<LayerRow> augmentationRows();
llvm::ArrayRef<LayerRow> convolutionRows();
llvm::ArrayRef<LayerRow> coreRows();
llvm::ArrayRef<LayerRow> depthwiseConvolutionRows();
llvm::ArrayRef<LayerRow> mergingRows();
llvm::ArrayRef<LayerRow> normalizationRows();
llvm::ArrayRef<LayerRow> poolingRows();
llvm::ArrayRef<LayerRow> preprocessingRows();
llvm::ArrayRef<LayerRow> regularizationRows();
llvm::ArrayRef<LayerRow> reshapingRows();
llvm::ArrayRef<LayerRow> resizingRows();

} // namespace ingot::import

#endif
