// Elementwise work: any scalar function, as a region.

#ifndef INGOT_DIALECTS_NN_MAP
#define INGOT_DIALECTS_NN_MAP

def NN_MapOp : NN_Op<"map", [NoMemoryEffect, IsolatedFromAbove, RecursivelySpeculatable, StructureOp, GradientOp,
                         SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "applies a scalar function to every element";
  let description = [{
    The region computes one element of every result from one element of every operand. All results have
    the domain's shape. `operand_dims` says for each operand which dimensions of the domain its own
    dimensions run along, in increasing order; the operand is broadcast along the others. A scalar (rank 0)
    is broadcast along all. `nn.index` gives the position along a dimension.

    Activations, biases, losses, regularizers and optimizers are maps; their gradient is found by
    differentiating the region, and fusing two maps is joining their regions.

    ```mlir
    %y = nn.map (%a = %x, %b = %bias along [3]) : (tensor<?x13x13x32xf32>, tensor<32xf32>) -> tensor<?x13x13x32xf32> {
      %sum = arith.addf %a, %b : f32
      nn.yield %sum : f32
    }
    ```
  }];
  let arguments = (ins Variadic<AnyRankedTensor>:$inputs, ArrayAttr:$operand_dims);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let skipDefaultBuilders = 1;
  let builders = [
    OpBuilder<(ins "::mlir::TypeRange":$outputs, "::mlir::ValueRange":$inputs,
      "::llvm::ArrayRef<::llvm::SmallVector<int64_t>>":$operandDims,
      "::llvm::function_ref<::llvm::SmallVector<::mlir::Value>(::mlir::OpBuilder &, ::mlir::Location, ::mlir::ValueRange)>":$body)>,
  ];
  let extraClassDeclaration = [{
    /// The domain's dimensions along which operand `i` runs.
    ::llvm::SmallVector<int64_t> getDims(unsigned i);
  }];
}

def NN_YieldOp : NN_Op<"yield", [Pure, Terminator, ReturnLike, ParentOneOf<["MapOp", "ReduceOp"]>]> {
  let summary = "the elements that a scalar region computes";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
  let builders = [OpBuilder<(ins), [{ (void)$_state; }]>];
}

def NN_IndexOp : NN_PureOp<"index", [ParentOneOf<["MapOp", "ReduceOp"]>]> {
  let summary = "position of the current element along a dimension of the domain";
  let arguments = (ins I64Attr:$dim);
  let results = (outs Index:$position);
  let assemblyFormat = "$dim attr-dict";
}

def NN_LinearIndexOp : NN_PureOp<"linear_index", [ParentOneOf<["MapOp", "ReduceOp"]>]> {
  let summary = "row-major position of the current element in the domain, modulo 2^32";
  let results = (outs I32:$position);
  let assemblyFormat = "attr-dict";
}

def NN_StopGradientOp : NN_PureOp<"stop_gradient", [GradientOp, DecomposeOp, SameOperandsAndResultType]> {
  let summary = "its operand, through which no gradient flows";
  let arguments = (ins AnyRankedTensor:$input);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

#endif
