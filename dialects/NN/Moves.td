// Ops that put tensors into larger ones and take them out again. They have a header of their own (Moves.h).

#ifndef INGOT_DIALECTS_NN_MOVES
#define INGOT_DIALECTS_NN_MOVES

include "dialects/NN/Base.td"

def NN_PadOp : NN_PureOp<"pad", [StructureOp, GradientOp]> {
  let summary = "zeros around a tensor, or less of it";
  let description = [{
    `output[p + before] = input[p]`; what no element goes to is zero, what would lie outside is left out.
    `before` holds a number for each dimension, negative where the output begins later than the input; the
    output's shape says how much lies behind. 0 for the batch.
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$before);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = "$input `before` $before attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
}

def NN_ConcatenateOp : NN_PureOp<"concatenate", [GradientOp]> {
  let summary = "tensors one behind the other along a dimension";
  let description = [{
    Tensors of equal shapes but for dimension `axis`, which is not the batch; that of the output is the sum of
    theirs.
  }];
  let arguments = (ins Variadic<AnyRankedTensor>:$inputs, I64Attr:$axis);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = "$inputs `axis` $axis attr-dict `:` type($inputs) `->` type($output)";
  let hasVerifier = 1;
}

#endif
