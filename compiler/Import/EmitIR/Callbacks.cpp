// Callback objects as ops of the program.

#include "compiler/Import/EmitIR/ConfigAttributes.h"
#include "compiler/Import/EmitIR/Emitter.h"

#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::import;

namespace {
struct Reader : ConfigAttributes {
  bool higher; // is better, of what is monitored
};

struct CallbackRow {
  StringLiteral type, name; // Keras's class, and what the op is called
  Attribute (*make)(Reader reader);
};
constexpr CallbackRow rows[] = {
    {"ModelCheckpoint", "model_checkpoint",
     [](Reader c) -> Attribute {
       return train::ModelCheckpointAttr::get(
           c.context(), c.text("filepath"), c.text("monitor"), c.higher, c.flag("save_best_only"),
           c.flag("save_weights_only"), c.integer("save_freq"),
           c.numberOrNone("initial_value_threshold"), c.integer("verbose"));
     }},
    {"EarlyStopping", "early_stopping",
     [](Reader c) -> Attribute {
       return train::EarlyStoppingAttr::get(
           c.context(), c.text("monitor"), c.higher, c.number("min_delta"), c.integer("patience"),
           c.numberOrNone("baseline"), c.flag("restore_best_weights"),
           c.integer("start_from_epoch"), c.integer("verbose"));
     }},
    {"ReduceLROnPlateau", "reduce_lr_on_plateau",
     [](Reader c) -> Attribute {
       return train::ReduceLROnPlateauAttr::get(
           c.context(), c.text("monitor"), c.higher, c.number("factor"), c.integer("patience"),
           c.number("min_delta"), c.integer("cooldown"), c.number("min_lr"), c.integer("verbose"));
     }},
    {"LearningRateScheduler", "learning_rate_scheduler",
     [](Reader c) -> Attribute {
       return train::LearningRateSchedulerAttr::get(c.context(), c.integer("verbose"));
     }},
    {"CSVLogger", "csv_logger",
     [](Reader c) -> Attribute {
       return train::CSVLoggerAttr::get(c.context(), c.text("filename"), c.text("separator"),
                                        c.flag("append"));
     }},
    {"TerminateOnNaN", "terminate_on_nan",
     [](Reader c) -> Attribute {
       return train::TerminateOnNaNAttr::get(c.context(), c.flag("raise_error"));
     }},
    {"TensorBoard", "tensor_board",
     [](Reader c) -> Attribute {
       return train::TensorBoardAttr::get(c.context(), c.text("log_dir"));
     }},
    {"History", "history",
     [](Reader c) -> Attribute { return train::HistoryAttr::get(c.context()); }},
};
} // namespace

LogicalResult ingot::import::emitCallbacks(Emitter &emitter) {
  llvm::StringMap<int> counts;
  for (const Callback &callback : emitter.program.callbacks) {
    Location loc = emitter.at(callback.position);
    auto *row = llvm::find_if(
        rows, [&](const CallbackRow &each) { return each.type == callback.config.type; });
    if (row == std::end(rows))
      return emitError(loc, callback.config.type) << " is not supported yet";
    int count = counts[row->name]++;
    emitter.callbackNames.push_back(count ? (row->name + "_" + Twine(count)).str()
                                          : row->name.str());
    auto op = train::CallbackOp::create(
        emitter.builder, loc, emitter.callbackNames.back(),
        row->make({{emitter.builder, callback.config}, callback.higher_is_better}));
    if (callback.function)
      emitFunction(emitter, *callback.function, op.getFunction());
  }
  return success();
}
