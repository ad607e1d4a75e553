// Ops that move elements and compute nothing.

#ifndef INGOT_DIALECTS_NN_SHAPE
#define INGOT_DIALECTS_NN_SHAPE

def NN_ReshapeOp : NN_PureOp<"reshape", [GradientOp]> {
  let summary = "the same elements in row-major order under another shape";
  let description = [{
    A view of memory: no launch. The batch stays the first dimension. An error where the numbers of
    elements differ.
  }];
  let arguments = (ins AnyRankedTensor:$input);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def NN_TransposeOp : NN_PureOp<"transpose", [StructureOp, GradientOp]> {
  let summary = "permutes dimensions";
  let description = "Dimension i of the output is dimension `permutation[i]` of the input.";
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$permutation);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = "$input $permutation attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def NN_GatherOp : NN_PureOp<"gather"> {
  let summary = "the rows of a sample array that an order names";
  let description = [{
    `output[n, ...] = samples[order[n], ...]`. samples: [number of samples, ...]; order: [batch].
  }];
  let arguments = (ins AnyRankedTensor:$samples, AnyRankedTensor:$order);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = "$samples `[` $order `]` attr-dict `:` type($samples) `,` type($order) `->` type($output)";
  let hasVerifier = 1;
}

#endif
