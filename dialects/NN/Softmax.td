// Softmax and the losses on logits.

#ifndef INGOT_DIALECTS_NN_SOFTMAX
#define INGOT_DIALECTS_NN_SOFTMAX

def NN_SoftmaxOp : NN_PureOp<"softmax", [DecomposeOp, SameOperandsAndResultType]> {
  let summary = "exponentials along the last dimension, divided by their sum";
  let description = [{
    `output[..., j] = exp(input[..., j] - max) / sum over k of exp(input[..., k] - max)`, max along the last
    dimension. Kept whole until the loss is built: a crossentropy of a softmax takes its logits, as Keras
    does (keras/src/backend/tensorflow/nn.py, `_get_logits`).
  }];
  let arguments = (ins AnyRankedTensor:$input);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

def NN_SparseSoftmaxCrossEntropyOp : NN_PureOp<"sparse_softmax_cross_entropy", [DecomposeOp]> {
  let summary = "crossentropy of logits against class indices, one value a sample";
  let description = [{
    `loss[n] = log(sum over k of exp(logits[n, k] - max)) - (logits[n, labels[n]] - max)`.
    logits: [batch, classes]; labels: [batch], i32.
  }];
  let arguments = (ins AnyRankedTensor:$logits, AnyRankedTensor:$labels);
  let results = (outs AnyRankedTensor:$loss);
  let assemblyFormat = "$logits `,` $labels attr-dict `:` type($logits) `,` type($labels) `->` type($loss)";
}

def NN_SparseHitsOp : NN_PureOp<"sparse_hits", [DecomposeOp]> {
  let summary = "1 where the largest score is that of the labelled class, else 0";
  let description = [{
    The first of equal scores counts as the largest (keras/src/metrics/accuracy_metrics.py).
    scores: [batch, classes]; labels: [batch], i32; hits: [batch].
  }];
  let arguments = (ins AnyRankedTensor:$scores, AnyRankedTensor:$labels);
  let results = (outs AnyRankedTensor:$hits);
  let assemblyFormat = "$scores `,` $labels attr-dict `:` type($scores) `,` type($labels) `->` type($hits)";
}

#endif
