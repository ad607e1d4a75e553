// Matrix product: the dense layer and both its gradients.

#ifndef INGOT_DIALECTS_NN_MATMUL
#define INGOT_DIALECTS_NN_MATMUL

def NN_MatmulOp : NN_PureOp<"matmul", [StructureOp, GradientOp]> {
  let summary = "matrix product of two matrices, each possibly transposed";
  let description = [{
    `output[i, j] = sum over k of lhs[i, k] * rhs[k, j]`; with `lhs_transposed` the left operand is stored
    [k, i], with `rhs_transposed` the right one [j, k]. An error where the two lengths of k differ.
  }];
  let arguments = (ins AnyRankedTensor:$lhs, AnyRankedTensor:$rhs,
                       UnitAttr:$lhs_transposed, UnitAttr:$rhs_transposed);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = [{
    (`lhs_transposed` $lhs_transposed^)? (`rhs_transposed` $rhs_transposed^)? $lhs `,` $rhs attr-dict
    `:` type($lhs) `,` type($rhs) `->` type($output)
  }];
  let hasVerifier = 1;
}

#endif
