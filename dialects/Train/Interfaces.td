// What a pass may ask an attribute of train.compile or train.parameter that takes part in an update.

#ifndef INGOT_DIALECTS_TRAIN_INTERFACES
#define INGOT_DIALECTS_TRAIN_INTERFACES

include "mlir/IR/OpBase.td"

def Train_OptimizerAttrInterface : AttrInterface<"OptimizerAttrInterface"> {
  let cppNamespace = "::ingot::train";
  let description = [{
    An optimizer: which state it keeps, and how a step changes weights and state. Weight decay, clipping and the
    schedule of the learning rate are not its own but of every optimizer (train.compile).
  }];
  let methods = [
    InterfaceMethod<"Keras's names of the slots of each weight, all as large as the weight, and what they hold at first.",
      "::llvm::SmallVector<::ingot::train::OptimizerState>", "getSlots">,
    InterfaceMethod<"The same of numbers that are there once for all weights.",
      "::llvm::SmallVector<::ingot::train::OptimizerState>", "getScalars", (ins), "", "return {};">,
    InterfaceMethod<"Builds the update of these numbers (f32) in step `step` (i64, from 1).",
      "::llvm::SmallVector<::mlir::Value>", "buildScalars",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::ValueRange":$scalars,
           "::mlir::Value":$step), "", "return {};">,
    InterfaceMethod<"Builds the update of one element. Returns the new weight, then the new slots.",
      "::llvm::SmallVector<::mlir::Value>", "buildUpdate",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "const ::ingot::train::UpdateElements &":$elements)>,
  ];
}

def Train_ScheduleAttrInterface : AttrInterface<"ScheduleAttrInterface"> {
  let cppNamespace = "::ingot::train";
  let description = "A learning rate that depends on the step.";
  let methods = [
    InterfaceMethod<"Builds the learning rate (f64) of step `step` (f64, from 0).",
      "::mlir::Value", "buildLearningRate",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$step)>,
  ];
}

def Train_RegularizerAttrInterface : AttrInterface<"RegularizerAttrInterface"> {
  let cppNamespace = "::ingot::train";
  let description = "A penalty on a weight, the sum over its elements, and its gradient. A zero costs nothing.";
  let methods = [
    InterfaceMethod<"Builds what one element (f32) adds to the loss.", "::mlir::Value", "buildPenalty",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$weight)>,
    InterfaceMethod<"Builds the derivative of that.", "::mlir::Value", "buildGradient",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$weight)>,
  ];
}

#endif
