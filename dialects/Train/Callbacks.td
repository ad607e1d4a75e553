// What follows a fit and may steer it: Keras's callbacks (keras/src/callbacks/), arguments by Keras's names.

#ifndef INGOT_DIALECTS_TRAIN_CALLBACKS
#define INGOT_DIALECTS_TRAIN_CALLBACKS

class Train_Callback<string name, string keyword, string text, dag fields>
    : AttrDef<Train_Dialect, name> {
  let mnemonic = keyword;
  let summary = text;
  let parameters = fields;
  let assemblyFormat = "`<` struct(params) `>`";
}

def Train_ModelCheckpoint : Train_Callback<"ModelCheckpoint", "model_checkpoint",
  "saves the model, or its weights, at each epoch's end or every `save_frequency` batches (0: at epochs' ends)",
  (ins StringRefParameter<>:$path, StringRefParameter<>:$monitor, "bool":$higher_is_better,
       "bool":$save_best_only, "bool":$save_weights_only, "int64_t":$save_frequency,
       OptionalParameter<"::mlir::FloatAttr">:$initial_value_threshold, "int64_t":$verbose)>;

def Train_EarlyStopping : Train_Callback<"EarlyStopping", "early_stopping",
  "ends the fit after `patience` epochs in which the monitored value did not improve by `min_delta`",
  (ins StringRefParameter<>:$monitor, "bool":$higher_is_better, "::mlir::FloatAttr":$min_delta,
       "int64_t":$patience, OptionalParameter<"::mlir::FloatAttr">:$baseline, "bool":$restore_best_weights,
       "int64_t":$start_from_epoch, "int64_t":$verbose)>;

def Train_ReduceLROnPlateau : Train_Callback<"ReduceLROnPlateau", "reduce_lr_on_plateau",
  "multiplies the learning rate by `factor` after `patience` epochs in which the monitored value did not improve",
  (ins StringRefParameter<>:$monitor, "bool":$higher_is_better, "::mlir::FloatAttr":$factor,
       "int64_t":$patience, "::mlir::FloatAttr":$min_delta, "int64_t":$cooldown, "::mlir::FloatAttr":$min_lr,
       "int64_t":$verbose)>;

def Train_LearningRateScheduler : Train_Callback<"LearningRateScheduler", "learning_rate_scheduler",
  "sets the learning rate at each epoch's begin to what the callback's function gives",
  (ins "int64_t":$verbose)>;

def Train_CSVLogger : Train_Callback<"CSVLogger", "csv_logger", "writes each epoch's metrics as a line of a file",
  (ins StringRefParameter<>:$path, StringRefParameter<>:$separator, "bool":$append)>;

def Train_TerminateOnNaN : Train_Callback<"TerminateOnNaN", "terminate_on_nan",
  "ends the fit when the running loss is no number, with an error if `raise_error`",
  (ins "bool":$raise_error)>;

def Train_TensorBoard : Train_Callback<"TensorBoard", "tensor_board",
  "writes each epoch's metrics as events for TensorBoard", (ins StringRefParameter<>:$log_dir)>;

def Train_History : AttrDef<Train_Dialect, "History"> {
  let mnemonic = "history";
  let summary = "records the logs where it stands among the callbacks; without one a fit does so behind all of them";
}

def Train_CallbackOp : Train_Op<"callback", [Symbol, IsolatedFromAbove, HasParent<"ProgramOp">]> {
  let summary = "a callback object of the script, which keeps its state from fit to fit";
  let description = [{
    Only `#train.learning_rate_scheduler` has a `function`: actions of (epoch) or (epoch, learning rate), a
    float, and end in `train.yield`.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, AnyAttr:$kind);
  let regions = (region MaxSizedRegion<1>:$function);
  let hasVerifier = 1;
  let assemblyFormat = "$sym_name $kind (`function` $function^)? attr-dict";
}

#endif
