// model.predict. It has a header of its own (Predict.h), so that what does not know of it need not be built anew.

#ifndef INGOT_DIALECTS_TRAIN_PREDICT
#define INGOT_DIALECTS_TRAIN_PREDICT

include "dialects/Train/Train.td"

def Train_PredictOp : Train_Op<"predict", [HasParent<"ScriptOp">]> {
  let summary = "model.predict; an array of float32";
  let description = [{
    Of all samples of `x`, or of those that `rows` (a value that NumPy would take as an index of x) selects. An x
    without a reader has the samples that `rows` gives. `model` is an nn.model other than the one that is compiled.
  }];
  let arguments = (ins FlatSymbolRefAttr:$x, OptionalAttr<FlatSymbolRefAttr>:$model,
                       Optional<Train_ValueType>:$rows, I64Attr:$batch, I64Attr:$verbose,
                       OptionalAttr<FlatSymbolRefAttr>:$step);
  let results = (outs Train_ValueType:$values);
  let assemblyFormat = "$x (`model` $model^)? (`rows` $rows^)? `batch` $batch (`step` $step^)? attr-dict";
}

#endif
