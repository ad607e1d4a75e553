// What a pass may ask an op of the network. An op that lacks what a pass needs is a clear error, never a
// special case in the pass.

#ifndef INGOT_DIALECTS_INTERFACES
#define INGOT_DIALECTS_INTERFACES

include "mlir/IR/OpBase.td"

def StructureOpInterface : OpInterface<"StructureOpInterface"> {
  let cppNamespace = "::ingot";
  let description = [{
    The op as a loop nest with a scalar body: for every point p of the iteration domain at which all
    accessed indices are in range, `result[map(p)] = body(operands[map(p)]..., result[map(p)])`, after
    each result was filled with `getInit`. Convolutions with padding, their gradients (whose result map is
    not injective), matrix products, maps and reductions are all of this form; the reference lowering is
    derived from it and from nothing else.
  }];
  let methods = [
    InterfaceMethod<"Sizes of the iteration domain; ShapedType::kDynamic stands for the batch.",
      "::llvm::SmallVector<int64_t>", "getIterationDomain">,
    InterfaceMethod<"One map for each operand, then one for each result: domain point to element index.",
      "::llvm::SmallVector<::mlir::AffineMap>", "getIndexingMaps">,
    InterfaceMethod<"For each dimension of the domain whether it is reduced.",
      "::llvm::SmallVector<bool>", "getReducedDims">,
    InterfaceMethod<"What a result's elements hold before the first point; null where every element is "
      "written once.", "::mlir::TypedAttr", "getInit">,
    InterfaceMethod<[{
      Builds the scalar body: `elements` holds the operands' elements, then the results' elements so far;
      `point` the domain point. Returns the results' new elements.
    }], "::llvm::SmallVector<::mlir::Value>", "buildBody",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$elements, "::mlir::ValueRange":$point)>,
    InterfaceMethod<"Floating-point operations of one domain point, multiply and add counted as two.",
      "int64_t", "getPointFlops">,
  ];
}

def GradientOpInterface : OpInterface<"GradientOpInterface"> {
  let cppNamespace = "::ingot";
  let description = [{
    Reverse-mode gradient on the graph. The rule names the forward values that it needs (operands and
    results of the op); whether they are kept or computed anew is decided later.
  }];
  let methods = [
    InterfaceMethod<[{
      Given the gradients of the results (null where a result has none), returns one gradient for each
      operand: null where the operand has none (integers, samples).
    }], "::llvm::SmallVector<::mlir::Value>", "buildGradients",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$gradResults)>,
  ];
}

def DecomposeOpInterface : OpInterface<"DecomposeOpInterface"> {
  let cppNamespace = "::ingot";
  let description = [{
    An op that stands for a composition of simpler ones and is kept whole only as long as a pass can use
    its meaning (the loss takes a softmax's logits), or until the gradients are built if it has a rule of its
    own for them.
  }];
  let methods = [
    InterfaceMethod<"Builds the composition and returns what replaces the results.",
      "::llvm::SmallVector<::mlir::Value>", "decompose", (ins "::mlir::OpBuilder &":$builder)>,
  ];
}

def ModeOpInterface : OpInterface<"ModeOpInterface"> {
  let cppNamespace = "::ingot";
  let description = [{
    An op of the model that means one thing in training and another in evaluation and prediction: dropout,
    batch normalization. Each step is built with what its ops mean in a step of its kind.
  }];
  let methods = [
    InterfaceMethod<[{
      Builds what the op means in that step and returns what replaces its results. Random numbers depend on
      the step's seed and step alone.
    }], "::llvm::SmallVector<::mlir::Value>", "specialize",
      (ins "::mlir::OpBuilder &":$builder, "const ::ingot::StepContext &":$context)>,
  ];
}

def LossAttrInterface : AttrInterface<"LossAttrInterface"> {
  let cppNamespace = "::ingot";
  let description = "A loss: one value a sample.";
  let methods = [
    InterfaceMethod<"Builds the loss of each sample, tensor<?xf32>, from the model's output and the labels.",
      "::mlir::Value", "buildLoss",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$output,
           "::mlir::Value":$labels)>,
  ];
}

def MetricAttrInterface : AttrInterface<"MetricAttrInterface"> {
  let cppNamespace = "::ingot";
  let description = "A metric: one value a sample, whose mean is reported under `getName`.";
  let methods = [
    InterfaceMethod<"The name in the logs.", "::llvm::StringRef", "getMetricName">,
    InterfaceMethod<"Builds the value of each sample, tensor<?xf32>.", "::mlir::Value", "buildMetric",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$output,
           "::mlir::Value":$labels)>,
  ];
}

#endif
