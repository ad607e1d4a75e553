// Reductions along dimensions, with a scalar function on the way in.

#ifndef INGOT_DIALECTS_NN_REDUCE
#define INGOT_DIALECTS_NN_REDUCE

include "mlir/IR/EnumAttr.td"

def NN_Sum : I32EnumAttrCase<"Sum", 0, "sum">;
def NN_Max : I32EnumAttrCase<"Max", 1, "max">;
def NN_Min : I32EnumAttrCase<"Min", 2, "min">;
def NN_ReduceKind : I32EnumAttr<"ReduceKind", "how elements combine", [NN_Sum, NN_Max, NN_Min]> {
  let cppNamespace = "::ingot::nn";
}

def NN_ReduceOp : NN_Op<"reduce", [NoMemoryEffect, IsolatedFromAbove, RecursivelySpeculatable, StructureOp, GradientOp,
                            SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "reduces a scalar function of its operands along dimensions";
  let description = [{
    The region computes one element of the domain (operands as in nn.map); elements that differ only along
    `axes` are combined. The result has the domain's shape without `axes`. `max` of floats propagates
    NaN. Only valid rows take part where an axis is the batch.

    ```mlir
    %s = nn.reduce sum (%a = %x) axes [0, 1, 2] : (tensor<?x13x13x32xf32>) -> tensor<32xf32> {
      nn.yield %a : f32
    }
    ```
  }];
  let arguments = (ins NN_ReduceKind:$kind, Variadic<AnyRankedTensor>:$inputs, ArrayAttr:$operand_dims,
                       DenseI64ArrayAttr:$axes);
  let results = (outs AnyRankedTensor:$output);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let skipDefaultBuilders = 1;
  let builders = [
    OpBuilder<(ins "::mlir::Type":$output, "::ingot::nn::ReduceKind":$kind, "::mlir::ValueRange":$inputs,
      "::llvm::ArrayRef<::llvm::SmallVector<int64_t>>":$operandDims, "::llvm::ArrayRef<int64_t>":$axes,
      "::llvm::function_ref<::mlir::Value(::mlir::OpBuilder &, ::mlir::Location, ::mlir::ValueRange)>":$body)>,
  ];
  let extraClassDeclaration = [{
    /// The domain's dimensions along which operand `i` runs.
    ::llvm::SmallVector<int64_t> getDims(unsigned i);
  }];
}

#endif
