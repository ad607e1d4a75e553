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
include "dialects/Train/Interfaces.td"

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

include "dialects/Train/Optimizers.td"
include "dialects/Train/Schedules.td"
include "dialects/Train/Regularizers.td"
include "dialects/Train/Losses.td"
include "dialects/Train/Metrics.td"
include "dialects/Train/Callbacks.td"

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

def Train_Draw : AttrDef<Train_Dialect, "Draw"> {
  let mnemonic = "draw";
  let summary = "how a number is drawn: uniformly between two, or one of some, each as likely";
  let parameters = (ins "bool":$one_of, "::mlir::DenseF64ArrayAttr":$values);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Train_ImageGenerator : AttrDef<Train_Dialect, "ImageGenerator"> {
  let mnemonic = "image_generator";
  let summary = "Keras's ImageDataGenerator: random transformations of each image, then standardization";
  let description = [{
    As keras/src/legacy/preprocessing/image.py. `rotation` and `shear` in degrees, `row_shift` and `column_shift`
    in pixels, zooms as factors of the place that is read; absent draws do nothing. In order: affine map, channel
    shift, flips, brightness; then rescale, samplewise centre, samplewise standard deviation.
  }];
  let parameters = (ins OptionalParameter<"::ingot::train::DrawAttr">:$rotation,
                        OptionalParameter<"::ingot::train::DrawAttr">:$row_shift,
                        OptionalParameter<"::ingot::train::DrawAttr">:$column_shift,
                        OptionalParameter<"::ingot::train::DrawAttr">:$shear,
                        OptionalParameter<"::ingot::train::DrawAttr">:$row_zoom,
                        OptionalParameter<"::ingot::train::DrawAttr">:$column_zoom,
                        OptionalParameter<"::ingot::train::DrawAttr">:$channel_shift,
                        OptionalParameter<"::ingot::train::DrawAttr">:$brightness,
                        "bool":$horizontal_flip, "bool":$vertical_flip,
                        "::ingot::nn::Fill":$fill, "::mlir::FloatAttr":$fill_value, "bool":$nearest_pixel,
                        "::mlir::FloatAttr":$rescale, "bool":$samplewise_center, "bool":$samplewise_std);
  let assemblyFormat = "`<` struct(params) `>`";
  let extraClassDeclaration = [{
    /// The images, transformed. images: [batch, height, width, channels], f32; seed and step: rank 0, i64.
    ::mlir::Value build(::mlir::OpBuilder &builder, ::mlir::Location loc, ::mlir::Value images,
                        ::llvm::function_ref<::mlir::Value(::llvm::StringRef)> state) const;
  }];
}

def Train_RoleTrainable : I32EnumAttrCase<"Trainable", 0, "trainable">;
def Train_RoleNonTrainable : I32EnumAttrCase<"NonTrainable", 1, "non_trainable">;
def Train_RoleSlot : I32EnumAttrCase<"Slot", 2, "slot">;
def Train_RoleValue : I32EnumAttrCase<"Value", 3, "value">;
def Train_Role : I32EnumAttr<"Role", "what a parameter is for",
    [Train_RoleTrainable, Train_RoleNonTrainable, Train_RoleSlot, Train_RoleValue]> { let cppNamespace = "::ingot::train"; }

def Train_KindTrain : I32EnumAttrCase<"Train", 0, "train">;
def Train_KindEvaluate : I32EnumAttrCase<"Evaluate", 1, "evaluate">;
def Train_KindPredict : I32EnumAttrCase<"Predict", 2, "predict">;
def Train_StepKind : I32EnumAttr<"StepKind", "what a step function does",
    [Train_KindTrain, Train_KindEvaluate, Train_KindPredict]> { let cppNamespace = "::ingot::train"; }

def Train_ProgramOp : Train_Op<"program", [Symbol, SymbolTable, NoTerminator, SingleBlock]> {
  let summary = "everything that one script says";
  let description = [{
    `batch` is the number of rows that buffers hold; `model_name` Keras's name of the model; `learning_rate`
    the initial one, NaN where a schedule computes it. After `plan`, `arena` and `state` give the arena's bytes
    and how many of them, from the start, parameters take. `keras_config` is the model as Keras's JSON, where the
    program writes or reads Keras's files.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, StrAttr:$spec, StrAttr:$digest, I64Attr:$batch,
                       StrAttr:$model_name, F64Attr:$learning_rate, OptionalAttr<I64Attr>:$arena,
                       OptionalAttr<I64Attr>:$state, OptionalAttr<StrAttr>:$keras_config);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
  let hasVerifier = 1;
}

def Train_ArrayOp : Train_Op<"array", [Symbol, IsolatedFromAbove, HasParent<"ProgramOp">]> {
  let summary = "an array of samples, and how a step reads one";
  let description = [{
    `samples` is the type of one sample in the source, `type` that of one sample as the model sees it. The
    region maps a source element to the element that the model sees, as NumPy would have computed it before
    training; it is empty where nothing is done. With `one_hot`, a sample is a class index, and the model sees
    a vector of so many elements which is 1 at that index and 0 elsewhere (keras.utils.to_categorical). `generator`
    is what is done to each image anew in every step. `reader` names what reads the files, a function
    ingot_read_READER of the runtime, and `options` is what it is told besides (IngotArray.options).

    Parameters of the role `value` hold numbers that the script computes of its data: `values` are the region's
    arguments behind the element; `centre` is subtracted, and by `deviation` is divided, after the generator.
    Each lies along the last dimensions of a sample.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, OptionalAttr<StrAttr>:$reader, OptionalAttr<StrAttr>:$options,
                       StrAttr:$source, StrAttr:$key, BoolAttr:$test,
                       I64Attr:$classes, TypeAttr:$samples, TypeAttr:$type, OptionalAttr<I64Attr>:$one_hot,
                       OptionalAttr<Train_ImageGenerator>:$generator,
                       OptionalAttr<TypedArrayAttrBase<FlatSymbolRefAttr, "parameters">>:$values,
                       OptionalAttr<FlatSymbolRefAttr>:$centre, OptionalAttr<FlatSymbolRefAttr>:$deviation);
  let regions = (region MaxSizedRegion<1>:$preprocess);
  let assemblyFormat = "$sym_name attr-dict-with-keyword ($preprocess^)?";
}

def Train_PreprocessYieldOp : Train_Op<"yield", [Pure, Terminator, ReturnLike, ParentOneOf<["ArrayOp", "CallbackOp"]>]> {
  let summary = "the preprocessed element; what a callback's function returns";
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Train_ParameterOp : Train_Op<"parameter", [Symbol, HasParent<"ProgramOp">]> {
  let summary = "a tensor that lives from step to step: a weight, an optimizer's slot, or a value of the script";
  let description = [{
    Named `layer/weight` or `layer/weight/slot`. `type` carries the layout once it is chosen; `offset`
    (bytes in the arena) is there after `plan`. `stream` numbers its random stream. The regularizer is an
    attribute with the interface of its kind.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttr:$type, Train_Role:$role,
                       Train_Initializer:$init, I64Attr:$stream, OptionalAttr<AnyAttr>:$regularizer,
                       OptionalAttr<I64Attr>:$offset);
  let assemblyFormat = [{
    $sym_name `:` $type `role` $role `init` $init `stream` $stream (`regularizer` $regularizer^)? (`offset` $offset^)? attr-dict
  }];
  let hasVerifier = 1;
}

def Train_LayerOp : Train_Op<"layer", [HasParent<"ProgramOp">]> {
  let summary = "a row of Keras's summary table";
  let arguments = (ins StrAttr:$layer_name, StrAttr:$type, StrAttr:$output_shape, I64Attr:$parameters,
                       BoolAttr:$is_input, BoolAttr:$trainable, OptionalAttr<StrAttr>:$connected_to);
  let assemblyFormat = "$layer_name $type $output_shape `parameters` $parameters attr-dict";
}

def Train_CompileOp : Train_Op<"compile", [HasParent<"ProgramOp">]> {
  let summary = "model.compile: optimizer, loss and metrics";
  let description = [{
    The optimizer, the schedule, the loss and each metric are attributes with the interface of their kind.
    Before the optimizer's update, in this order: the learning rate is the schedule's (else that of the step
    state), gradients are clipped, and every trainable weight loses weight * weight_decay * learning rate
    (keras/src/optimizers/base_optimizer.py).
  }];
  let arguments = (ins FlatSymbolRefAttr:$model, AnyAttr:$optimizer, OptionalAttr<AnyAttr>:$schedule,
                       OptionalAttr<Train_Clip>:$clip, OptionalAttr<F64Attr>:$weight_decay,
                       AnyAttr:$loss, ArrayAttr:$metrics);
  let hasVerifier = 1;
  let assemblyFormat = [{
    $model `optimizer` $optimizer (`schedule` $schedule^)? (`clip` $clip^)? (`weight_decay` $weight_decay^)?
    `loss` $loss `metrics` $metrics attr-dict
  }];
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

def Train_ActionOp : Train_Op<"action", [ParentOneOf<["ScriptOp", "CallbackOp"]>]> {
  let summary = "one action or run-time value, with Python's meaning";
  let description = [{
    `opcode` is a name of IngotOpcode in lower case without its prefix (runtime/ABI/Program.h says what each takes);
    `integer`, `number` and `text` are its constants. `sample_count` names its array, `assign` the parameter that its
    operand's value goes to; `fit` and `evaluate` are ops of their own.
  }];
  let arguments = (ins StrAttr:$opcode, Variadic<Train_ValueType>:$operands,
                       OptionalAttr<I64Attr>:$integer, OptionalAttr<F64Attr>:$number, OptionalAttr<StrAttr>:$text,
                       OptionalAttr<FlatSymbolRefAttr>:$array, OptionalAttr<FlatSymbolRefAttr>:$parameter);
  let results = (outs Train_ValueType:$result);
  let assemblyFormat = [{
    $opcode (`(` $operands^ `)`)? (`integer` $integer^)? (`number` $number^)? (`text` $text^)? (`array` $array^)?
    (`parameter` $parameter^)? attr-dict
  }];
}

def Train_FitOp : Train_Op<"fit", [HasParent<"ScriptOp">]> {
  let summary = "model.fit; a History";
  let description = [{
    The arrays name what is trained on; `steps`, set by `differentiate`, is [train step] or [train step,
    evaluate step of the validation data]. `class_weight` has a number for each class, by which the loss of
    its samples is multiplied in training. `callbacks` are symbols of train.callback, in the order in which they
    are called.
  }];
  let arguments = (ins FlatSymbolRefAttr:$x, FlatSymbolRefAttr:$y,
                       OptionalAttr<FlatSymbolRefAttr>:$validation_x, OptionalAttr<FlatSymbolRefAttr>:$validation_y,
                       I64Attr:$epochs, I64Attr:$batch, I64Attr:$validation_batch, I64Attr:$initial_epoch,
                       BoolAttr:$shuffle, I64Attr:$verbose, OptionalAttr<DenseF64ArrayAttr>:$class_weight,
                       OptionalAttr<ArrayAttr>:$callbacks, OptionalAttr<ArrayAttr>:$steps);
  let results = (outs Train_ValueType:$history);
  let assemblyFormat = [{
    $x `,` $y (`validation` $validation_x^ `,` $validation_y)? `epochs` $epochs `batch` $batch
    (`callbacks` $callbacks^)? (`steps` $steps^)? attr-dict
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
