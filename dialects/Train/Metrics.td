// Metrics (keras/src/metrics).

#ifndef INGOT_DIALECTS_TRAIN_METRICS
#define INGOT_DIALECTS_TRAIN_METRICS

class Train_Metric<string attr, string keyword, string text, dag fields = (ins)>
    : AttrDef<Train_Dialect, attr, [DeclareAttrInterfaceMethods<MetricAttrInterface>]> {
  let mnemonic = keyword;
  let summary = text;
  let parameters = !con((ins StringRefParameter<>:$name), fields);
}

def Train_SparseCategoricalAccuracy : Train_Metric<"SparseCategoricalAccuracy", "sparse_categorical_accuracy",
  "share of samples whose largest score is that of their class"> { let assemblyFormat = "`<` $name `>`"; }

def Train_CategoricalAccuracy : Train_Metric<"CategoricalAccuracy", "categorical_accuracy",
  "share of samples whose largest score is where their largest label is"> { let assemblyFormat = "`<` $name `>`"; }

def Train_BinaryAccuracy : Train_Metric<"BinaryAccuracy", "binary_accuracy",
  "share of elements that are on the side of the threshold that their label says",
  (ins "::mlir::FloatAttr":$threshold)> { let assemblyFormat = "`<` $name `,` $threshold `>`"; }

def Train_TopKCategoricalAccuracy : Train_Metric<"TopKCategoricalAccuracy", "top_k_categorical_accuracy",
  "share of samples where fewer than k scores are greater than that of their class",
  (ins "int64_t":$k)> { let assemblyFormat = "`<` $name `,` $k `>`"; }

def Train_LossMetric : Train_Metric<"LossMetric", "loss_metric", "the mean of a loss",
  (ins "::mlir::Attribute":$loss)> { let assemblyFormat = "`<` $name `,` $loss `>`"; }

#endif
