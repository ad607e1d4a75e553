// Dropout and noise: random in training, nothing otherwise.

#ifndef INGOT_DIALECTS_NN_DROPOUT
#define INGOT_DIALECTS_NN_DROPOUT

def NN_DropoutOp : NN_PureOp<"dropout", [ModeOp, SameOperandsAndResultType]> {
  let summary = "sets elements to zero at random in training";
  let description = [{
    In training: `output = uniform >= rate ? input / (1 - rate) : 0`, with a uniform number from [0, 1) for each
    element, or, with `shared` dimensions, one for all elements that differ only along these (spatial dropout:
    whole channels). Otherwise: the input. Srivastava et al., "Dropout", JMLR 15, 2014, scaled as in
    keras/src/backend/tensorflow/random.py. rate: 0 to 1; 1 gives zeros. Calls of different `stream` draw
    different numbers, and so does each step.
  }];
  let arguments = (ins AnyRankedTensor:$input, F64Attr:$rate, I64Attr:$stream, DenseI64ArrayAttr:$shared);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = "$input `rate` $rate `shared` $shared `stream` $stream attr-dict `:` type($input)";
}

def NN_GaussianNoiseOp : NN_PureOp<"gaussian_noise", [ModeOp, SameOperandsAndResultType]> {
  let summary = "adds normal noise in training, or multiplies by it";
  let description = [{
    In training: `output = input + deviation * normal`, or with `multiplicative`
    `output = input * (1 + deviation * normal)`, with a standard normal number for each element. Otherwise: the
    input. keras/src/layers/regularization/gaussian_noise.py and gaussian_dropout.py.
  }];
  let arguments = (ins AnyRankedTensor:$input, F64Attr:$deviation, UnitAttr:$multiplicative, I64Attr:$stream);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = [{
    $input `deviation` $deviation (`multiplicative` $multiplicative^)? `stream` $stream attr-dict `:` type($input)
  }];
}

#endif
