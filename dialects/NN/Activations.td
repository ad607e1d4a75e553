// Activations that are more than a scalar function: those that a loss looks for, or that take whole rows.
// They have a header of their own (Activations.h): few need them.

#ifndef INGOT_DIALECTS_NN_ACTIVATIONS
#define INGOT_DIALECTS_NN_ACTIVATIONS

include "dialects/NN/Base.td"

def NN_SigmoidOp : NN_PureOp<"sigmoid", [DecomposeOp, SameOperandsAndResultType]> {
  let summary = "the logistic function of every element";
  let description = [{
    `output = 1 / (1 + exp(-input))`. Kept whole until the loss is built: a binary crossentropy of a sigmoid takes
    its logits, as Keras does (keras/src/backend/tensorflow/nn.py, `_get_logits`).
  }];
  let arguments = (ins AnyRankedTensor:$input);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

def NN_LogSoftmaxOp : NN_PureOp<"log_softmax", [DecomposeOp, SameOperandsAndResultType]> {
  let summary = "the logarithm of the softmax along the last dimension";
  let description = [{
    `output[..., j] = input[..., j] - max - log(sum over k of exp(input[..., k] - max))`, max along the last
    dimension.
  }];
  let arguments = (ins AnyRankedTensor:$input);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

#endif
