// The program around the network: data, parameters, step functions, and the script's actions.

#ifndef INGOT_DIALECTS_TRAIN
#define INGOT_DIALECTS_TRAIN

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialects/Interfaces/Interfaces.td"

def Train_Dialect : Dialect {
  let name = "train";
  let cppNamespace = "::ingot::train";
  let summary = "The program around the network";
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
}

class Train_Op<string mnemonic, list<Trait> traits = []> : Op<Train_Dialect, mnemonic, traits>;

def Train_ValueType : TypeDef<Train_Dialect, "Value"> {
  let mnemonic = "value";
  let summary = "a value that Python would have when the executable runs";
}

def Train_Adam : AttrDef<Train_Dialect, "Adam", [DeclareAttrInterfaceMethods<OptimizerAttrInterface>]> {
  let mnemonic = "adam";
  let summary = "Adam (Kingma and Ba, 2014) as in keras/src/optimizers/adam.py";
  let parameters = (ins "::mlir::FloatAttr":$learning_rate, "::mlir::FloatAttr":$beta_1,
                        "::mlir::FloatAttr":$beta_2, "::mlir::FloatAttr":$epsilon);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Train_SparseCategoricalCrossentropy : AttrDef<Train_Dialect, "SparseCategoricalCrossentropy",
    [DeclareAttrInterfaceMethods<LossAttrInterface>]> {
  let mnemonic = "sparse_categorical_crossentropy";
  let summary = "crossentropy against class indices (keras/src/losses/losses.py)";
  let parameters = (ins "bool":$from_logits);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Train_SparseCategoricalAccuracy : AttrDef<Train_Dialect, "SparseCategoricalAccuracy",
    [DeclareAttrInterfaceMethods<MetricAttrInterface>]> {
  let mnemonic = "sparse_categorical_accuracy";
  let summary = "share of samples whose largest score is that of their class";
  let parameters = (ins StringRefParameter<>:$name);
  let assemblyFormat = "`<` $name `>`";
}

def Train_Initializer : AttrDef<Train_Dialect, "Initializer"> {
  let mnemonic = "init";
  let summary = "how a parameter is filled: a distribution and its two numbers";
  let description = [{
    Distributions are those of IngotInitializer (runtime/ABI/Program.h): zeros, ones, constant<a>,
    uniform<a, b>, normal<a, b>, truncated_normal<a, b>, orthogonal<a>, identity<a>.
  }];
  let parameters = (ins StringRefParameter<>:$distribution, OptionalParameter<"::mlir::FloatAttr">:$a,
                        OptionalParameter<"::mlir::FloatAttr">:$b);
  let assemblyFormat = "`<` $distribution (`,` $a^)? (`,` $b^)? `>`";
}

def Train_RoleTrainable : I32EnumAttrCase<"Trainable", 0, "trainable">;
def Train_RoleNonTrainable : I32EnumAttrCase<"NonTrainable", 1, "non_trainable">;
def Train_RoleSlot : I32EnumAttrCase<"Slot", 2, "slot">;
def Train_Role : I32EnumAttr<"Role", "what a parameter is for",
    [Train_RoleTrainable, Train_RoleNonTrainable, Train_RoleSlot]> { let cppNamespace = "::ingot::train"; }

def Train_KindTrain : I32EnumAttrCase<"Train", 0, "train">;
def Train_KindEvaluate : I32EnumAttrCase<"Evaluate", 1, "evaluate">;
def Train_KindPredict : I32EnumAttrCase<"Predict", 2, "predict">;
def Train_StepKind : I32EnumAttr<"StepKind", "what a step function does",
    [Train_KindTrain, Train_KindEvaluate, Train_KindPredict]> { let cppNamespace = "::ingot::train"; }

def Train_ProgramOp : Train_Op<"program", [Symbol, SymbolTable, NoTerminator, SingleBlock]> {
  let summary = "everything that one script says";
  let description = [{
    `batch` is the number of rows that buffers hold; `model_name` Keras's name of the model; `learning_rate`
    the initial one. After `plan`, `arena` and `state` give the arena's bytes
    and how many of them, from the start, parameters take.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, StrAttr:$spec, StrAttr:$digest, I64Attr:$batch,
                       StrAttr:$model_name, F64Attr:$learning_rate, OptionalAttr<I64Attr>:$arena, OptionalAttr<I64Attr>:$state);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
}

def Train_ArrayOp : Train_Op<"array", [Symbol, IsolatedFromAbove, HasParent<"ProgramOp">]> {
  let summary = "an array of samples, and how a step reads one";
  let description = [{
    `samples` is the type of one sample in the source, `type` that of one sample as the model sees it. The
    region maps a source element to the element that the model sees, as NumPy would have computed it before
    training; it is empty where nothing is done.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, StrAttr:$source, StrAttr:$key, BoolAttr:$test,
                       I64Attr:$classes, TypeAttr:$samples, TypeAttr:$type);
  let regions = (region MaxSizedRegion<1>:$preprocess);
  let assemblyFormat = "$sym_name attr-dict-with-keyword ($preprocess^)?";
}

def Train_PreprocessYieldOp : Train_Op<"yield", [Pure, Terminator, ReturnLike, HasParent<"ArrayOp">]> {
  let summary = "the preprocessed element";
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Train_ParameterOp : Train_Op<"parameter", [Symbol, HasParent<"ProgramOp">]> {
  let summary = "a tensor that lives from step to step: a weight or an optimizer's slot";
  let description = [{
    Named `layer/weight` or `layer/weight/slot`. `type` carries the layout once it is chosen; `offset`
    (bytes in the arena) is there after `plan`. `stream` numbers its random stream.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttr:$type, Train_Role:$role,
                       Train_Initializer:$init, I64Attr:$stream, OptionalAttr<I64Attr>:$offset);
  let assemblyFormat = "$sym_name `:` $type `role` $role `init` $init `stream` $stream (`offset` $offset^)? attr-dict";
}

def Train_LayerOp : Train_Op<"layer", [HasParent<"ProgramOp">]> {
  let summary = "a row of Keras's summary table";
  let arguments = (ins StrAttr:$layer_name, StrAttr:$type, StrAttr:$output_shape, I64Attr:$parameters,
                       BoolAttr:$is_input, BoolAttr:$trainable);
  let assemblyFormat = "$layer_name $type $output_shape `parameters` $parameters attr-dict";
}

def Train_CompileOp : Train_Op<"compile", [HasParent<"ProgramOp">]> {
  let summary = "model.compile: optimizer, loss and metrics";
  let description = [{
    The optimizer, the loss and each metric are attributes with the interface of their kind.
  }];
  let arguments = (ins FlatSymbolRefAttr:$model, AnyAttr:$optimizer, AnyAttr:$loss, ArrayAttr:$metrics);
  let hasVerifier = 1;
  let assemblyFormat = "$model `optimizer` $optimizer `loss` $loss `metrics` $metrics attr-dict";
}

def Train_StepOp : Train_Op<"step", [FunctionOpInterface, IsolatedFromAbove, Symbol, HasParent<"ProgramOp">]> {
  let summary = "one step as a pure function: state in, successors out";
  let description = [{
    Each argument says what it is: `train.images` or `train.labels` (the whole sample array, a symbol of a
    train.array), `train.order` (tensor<?xi32>, the sample of each row), `train.step_state = "FIELD"` (a
    field of IngotStepState), `train.parameter = @NAME`. Each result: `train.metric = "NAME"` (tensor<f32>),
    `train.parameter = @NAME` (its successor), `train.output` (the prediction).
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, Train_StepKind:$kind, TypeAttrOf<FunctionType>:$function_type,
                       OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
  }];
}

def Train_ReturnOp : Train_Op<"return", [Pure, Terminator, ReturnLike, HasParent<"StepOp">]> {
  let summary = "the step's results";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def Train_ScriptOp : Train_Op<"script", [NoTerminator, SingleBlock, HasParent<"ProgramOp">]> {
  let summary = "the script's actions in order";
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "attr-dict-with-keyword $body";
}

def Train_ActionOp : Train_Op<"action", [HasParent<"ScriptOp">]> {
  let summary = "one action or run-time value, with Python's meaning";
  let description = [{
    `opcode` is a name of IngotOpcode in lower case without its prefix (runtime/ABI/Program.h says what each takes);
    `integer`, `number` and `text` are its constants. `sample_count` names its array, `fit` and `evaluate`
    are ops of their own.
  }];
  let arguments = (ins StrAttr:$opcode, Variadic<Train_ValueType>:$operands,
                       OptionalAttr<I64Attr>:$integer, OptionalAttr<F64Attr>:$number, OptionalAttr<StrAttr>:$text,
                       OptionalAttr<FlatSymbolRefAttr>:$array);
  let results = (outs Train_ValueType:$result);
  let assemblyFormat = [{
    $opcode (`(` $operands^ `)`)? (`integer` $integer^)? (`number` $number^)? (`text` $text^)? (`array` $array^)? attr-dict
  }];
}

def Train_FitOp : Train_Op<"fit", [HasParent<"ScriptOp">]> {
  let summary = "model.fit; a History";
  let description = [{
    The arrays name what is trained on; `steps`, set by `differentiate`, is [train step] or [train step,
    evaluate step of the validation data].
  }];
  let arguments = (ins FlatSymbolRefAttr:$x, FlatSymbolRefAttr:$y,
                       OptionalAttr<FlatSymbolRefAttr>:$validation_x, OptionalAttr<FlatSymbolRefAttr>:$validation_y,
                       I64Attr:$epochs, I64Attr:$batch, I64Attr:$validation_batch, I64Attr:$initial_epoch,
                       BoolAttr:$shuffle, I64Attr:$verbose, OptionalAttr<ArrayAttr>:$steps);
  let results = (outs Train_ValueType:$history);
  let assemblyFormat = [{
    $x `,` $y (`validation` $validation_x^ `,` $validation_y)? `epochs` $epochs `batch` $batch (`steps` $steps^)? attr-dict
  }];
}

def Train_EvaluateOp : Train_Op<"evaluate", [HasParent<"ScriptOp">]> {
  let summary = "model.evaluate; a float or a list";
  let arguments = (ins FlatSymbolRefAttr:$x, FlatSymbolRefAttr:$y, I64Attr:$batch, I64Attr:$verbose,
                       OptionalAttr<FlatSymbolRefAttr>:$step);
  let results = (outs Train_ValueType:$values);
  let assemblyFormat = "$x `,` $y `batch` $batch (`step` $step^)? attr-dict";
}

#endif
