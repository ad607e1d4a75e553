// What a layer composed of other ops needs to mean one thing in training and another otherwise. A header of its own: Modes.h.

#ifndef INGOT_DIALECTS_NN_MODES
#define INGOT_DIALECTS_NN_MODES

include "dialects/NN/Base.td"

def NN_InTrainingOp : NN_PureOp<"in_training", [ModeOp, AllTypesMatch<["training", "otherwise", "output"]>]> {
  let summary = "one value in training steps, another in all others";
  let description = [{
    `output = training` in a training step, `output = otherwise` in evaluation and prediction. What only the other
    one needs is dead in that step.
  }];
  let arguments = (ins AnyRankedTensor:$training, AnyRankedTensor:$otherwise);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = "$training `else` $otherwise attr-dict `:` type($output)";
}

def NN_RandomKeyOp : NN_PureOp<"random_key", [ModeOp]> {
  let summary = "the key of a layer's random numbers in a step";
  let description = [{
    Two words that depend on the run's seed, the step and `stream`, for buildRandomWords (Random.h) within a map's
    region. Only training has random numbers: in other steps both words are 0.
  }];
  let arguments = (ins I64Attr:$stream);
  let results = (outs 0DTensorOf<[I32]>:$key0, 0DTensorOf<[I32]>:$key1);
  let assemblyFormat = "`stream` $stream attr-dict `:` type(results)";
}

#endif
