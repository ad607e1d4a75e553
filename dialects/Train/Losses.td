// Losses (keras/src/losses/losses.py).

#ifndef INGOT_DIALECTS_TRAIN_LOSSES
#define INGOT_DIALECTS_TRAIN_LOSSES

class Train_Loss<string name, string keyword, string text, dag fields>
    : AttrDef<Train_Dialect, name, [DeclareAttrInterfaceMethods<LossAttrInterface>]> {
  let mnemonic = keyword;
  let summary = text;
  let parameters = fields;
  let assemblyFormat = "`<` struct(params) `>`";
}

def Train_SparseCategoricalCrossentropy : Train_Loss<"SparseCategoricalCrossentropy",
  "sparse_categorical_crossentropy", "crossentropy against class indices", (ins "bool":$from_logits)>;

def Train_CategoricalCrossentropy : Train_Loss<"CategoricalCrossentropy", "categorical_crossentropy",
  "crossentropy against a distribution over classes",
  (ins "bool":$from_logits, "::mlir::FloatAttr":$label_smoothing)>;

def Train_BinaryCrossentropy : Train_Loss<"BinaryCrossentropy", "binary_crossentropy",
  "crossentropy of each element against 0 or 1, their mean",
  (ins "bool":$from_logits, "::mlir::FloatAttr":$label_smoothing)>;

def Train_MeanSquaredError : I32EnumAttrCase<"MeanSquaredError", 0, "mean_squared_error">;
def Train_MeanAbsoluteError : I32EnumAttrCase<"MeanAbsoluteError", 1, "mean_absolute_error">;
def Train_MeanAbsolutePercentageError
    : I32EnumAttrCase<"MeanAbsolutePercentageError", 2, "mean_absolute_percentage_error">;
def Train_MeanSquaredLogarithmicError
    : I32EnumAttrCase<"MeanSquaredLogarithmicError", 3, "mean_squared_logarithmic_error">;
def Train_LogCosh : I32EnumAttrCase<"LogCosh", 4, "log_cosh">;
def Train_Poisson : I32EnumAttrCase<"Poisson", 5, "poisson">;
def Train_KLDivergence : I32EnumAttrCase<"KLDivergence", 6, "kl_divergence">;
def Train_Hinge : I32EnumAttrCase<"Hinge", 7, "hinge">;
def Train_SquaredHinge : I32EnumAttrCase<"SquaredHinge", 8, "squared_hinge">;
def Train_Distance : I32EnumAttr<"Distance", "a function of an element and its label",
    [Train_MeanSquaredError, Train_MeanAbsoluteError, Train_MeanAbsolutePercentageError,
     Train_MeanSquaredLogarithmicError, Train_LogCosh, Train_Poisson, Train_KLDivergence, Train_Hinge,
     Train_SquaredHinge]> { let cppNamespace = "::ingot::train"; }

def Train_ElementwiseLoss : AttrDef<Train_Dialect, "ElementwiseLoss",
    [DeclareAttrInterfaceMethods<LossAttrInterface>]> {
  let mnemonic = "elementwise_loss";
  let summary = "the mean of a distance over a sample's elements; kl_divergence: its sum along the last dimension";
  let parameters = (ins EnumParameter<Train_Distance>:$distance);
  let assemblyFormat = "`<` $distance `>`";
}

def Train_Huber : Train_Loss<"Huber", "huber",
  "half the squared difference up to delta, beyond it linear (Huber, 1964); the mean", (ins "::mlir::FloatAttr":$delta)>;

def Train_CategoricalHinge : AttrDef<Train_Dialect, "CategoricalHinge",
    [DeclareAttrInterfaceMethods<LossAttrInterface>]> {
  let mnemonic = "categorical_hinge";
  let summary = "max(0, 1 + the largest score of a wrong class - the score of the right one)";
}

def Train_CosineSimilarity : AttrDef<Train_Dialect, "CosineSimilarity",
    [DeclareAttrInterfaceMethods<LossAttrInterface>]> {
  let mnemonic = "cosine_similarity";
  let summary = "minus the cosine between labels and output along the last dimension";
}

#endif
