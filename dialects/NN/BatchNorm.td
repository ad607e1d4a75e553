// Batch normalization.

#ifndef INGOT_DIALECTS_NN_BATCHNORM
#define INGOT_DIALECTS_NN_BATCHNORM

def NN_BatchNormOp : NN_PureOp<"batch_norm", [ModeOp, AttrSizedOperandSegments]> {
  let summary = "normalizes each feature by its mean and variance over the batch";
  let description = [{
    `output = gamma * (input - mean) / sqrt(variance + epsilon) + beta` for each feature, the index along `axis`.
    Without gamma or beta these count as 1 and 0. In training mean and variance (biased) are those of the valid
    rows, and `moving' = momentum * moving + (1 - momentum) * batch` for both; otherwise they are the moving ones,
    which stay. Ioffe and Szegedy, "Batch Normalization", ICML 2015;
    keras/src/layers/normalization/batch_normalization.py. All operands but the input: [features].
  }];
  let arguments = (ins AnyRankedTensor:$input, Optional<AnyRankedTensor>:$gamma, Optional<AnyRankedTensor>:$beta,
                       AnyRankedTensor:$moving_mean, AnyRankedTensor:$moving_variance,
                       I64Attr:$axis, F64Attr:$momentum, F64Attr:$epsilon);
  let results = (outs AnyRankedTensor:$output, AnyRankedTensor:$new_moving_mean,
                      AnyRankedTensor:$new_moving_variance);
  let assemblyFormat = [{
    $input (`gamma` $gamma^)? (`beta` $beta^)? `moving` $moving_mean `,` $moving_variance
    `axis` $axis `momentum` $momentum `epsilon` $epsilon attr-dict `:` functional-type(operands, results)
  }];
}

def NN_NormalizeOp : NN_PureOp<"normalize", [GradientOp, DecomposeOp, AttrSizedOperandSegments]> {
  let summary = "centres and scales each feature by its own moments";
  let description = [{
    `output = gamma * (input - mean) * inverse_deviation + beta` for each feature, the index along `axis`.
    `mean` and `inverse_deviation` must be the input's own over all other dimensions, `share` (rank 0) one over
    their number of elements: the gradient, in closed form, counts both as functions of the input. All other
    operands: [features].
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$mean, AnyRankedTensor:$inverse_deviation,
                       AnyRankedTensor:$share, Optional<AnyRankedTensor>:$gamma,
                       Optional<AnyRankedTensor>:$beta, I64Attr:$axis);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = [{
    $input `mean` $mean `inverse_deviation` $inverse_deviation `share` $share (`gamma` $gamma^)? (`beta` $beta^)?
    `axis` $axis attr-dict `:` functional-type(operands, results)
  }];
}

#endif
