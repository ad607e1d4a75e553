// Optimizers, and what of an update is common to all of them.

#ifndef INGOT_DIALECTS_TRAIN_OPTIMIZERS
#define INGOT_DIALECTS_TRAIN_OPTIMIZERS

class Train_Optimizer<string name, string keyword, string text, dag fields>
    : AttrDef<Train_Dialect, name, [DeclareAttrInterfaceMethods<Train_OptimizerAttrInterface>]> {
  let mnemonic = keyword;
  let summary = text;
  let parameters = fields;
  let assemblyFormat = "`<` struct(params) `>`";
}

/// One with numbers that are there once for all weights.
class Train_OptimizerWithScalars<string name, string keyword, string text, dag fields>
    : AttrDef<Train_Dialect, name,
              [DeclareAttrInterfaceMethods<Train_OptimizerAttrInterface, ["getScalars", "buildScalars"]>]> {
  let mnemonic = keyword;
  let summary = text;
  let parameters = fields;
  let assemblyFormat = "`<` struct(params) `>`";
}

def Train_SGD : Train_Optimizer<"SGD", "sgd",
  "gradient descent, with momentum (Polyak, 1964) or Nesterov's, as in keras/src/optimizers/sgd.py",
  (ins "::mlir::FloatAttr":$momentum, "bool":$nesterov)>;

def Train_Adam : Train_Optimizer<"Adam", "adam",
  "Adam (Kingma and Ba, 2014), AMSGrad (Reddi et al., 2018), as in keras/src/optimizers/adam.py",
  (ins "::mlir::FloatAttr":$beta_1, "::mlir::FloatAttr":$beta_2, "::mlir::FloatAttr":$epsilon, "bool":$amsgrad)>;

def Train_RMSprop : Train_Optimizer<"RMSprop", "rmsprop",
  "RMSprop (Hinton, 2012; centered: Graves, 2013), as in keras/src/optimizers/rmsprop.py",
  (ins "::mlir::FloatAttr":$rho, "::mlir::FloatAttr":$momentum, "::mlir::FloatAttr":$epsilon, "bool":$centered)>;

def Train_Adagrad : Train_Optimizer<"Adagrad", "adagrad",
  "Adagrad (Duchi et al., 2011), as in keras/src/optimizers/adagrad.py",
  (ins "::mlir::FloatAttr":$initial_accumulator_value, "::mlir::FloatAttr":$epsilon)>;

def Train_Adadelta : Train_Optimizer<"Adadelta", "adadelta",
  "Adadelta (Zeiler, 2012), as in keras/src/optimizers/adadelta.py",
  (ins "::mlir::FloatAttr":$rho, "::mlir::FloatAttr":$epsilon)>;

def Train_Adamax : Train_Optimizer<"Adamax", "adamax",
  "Adamax (Kingma and Ba, 2014), as in keras/src/optimizers/adamax.py",
  (ins "::mlir::FloatAttr":$beta_1, "::mlir::FloatAttr":$beta_2, "::mlir::FloatAttr":$epsilon)>;

def Train_Nadam : Train_OptimizerWithScalars<"Nadam", "nadam",
  "Nadam (Dozat, 2015), as in keras/src/optimizers/nadam.py",
  (ins "::mlir::FloatAttr":$beta_1, "::mlir::FloatAttr":$beta_2, "::mlir::FloatAttr":$epsilon)>;

def Train_Lion : Train_Optimizer<"Lion", "lion",
  "Lion (Chen et al., 2023), as in keras/src/optimizers/lion.py",
  (ins "::mlir::FloatAttr":$beta_1, "::mlir::FloatAttr":$beta_2)>;

def Train_ClipValue : I32EnumAttrCase<"Value", 0, "value">;
def Train_ClipNorm : I32EnumAttrCase<"Norm", 1, "norm">;
def Train_ClipGlobalNorm : I32EnumAttrCase<"GlobalNorm", 2, "global_norm">;
def Train_ClipKind : I32EnumAttr<"ClipKind", "what of a gradient is bounded",
    [Train_ClipValue, Train_ClipNorm, Train_ClipGlobalNorm]> { let cppNamespace = "::ingot::train"; }

def Train_Clip : AttrDef<Train_Dialect, "Clip"> {
  let mnemonic = "clip";
  let summary = "bounds gradients: each element, the L2 norm of each weight's, or that of all together";
  let parameters = (ins EnumParameter<Train_ClipKind>:$kind, "::mlir::FloatAttr":$limit);
  let assemblyFormat = "`<` $kind `,` $limit `>`";
}

#endif
