// Callbacks, a row each, and the functions that they call.

#include "compiler/Object/Program/Instructions.h"

#include "llvm/ADT/TypeSwitch.h"

#include <limits>

using namespace mlir;
using namespace ingot;
using namespace ingot::object;

namespace {
/// IngotCallback with texts that are not constants yet.
struct Row {
  IngotCallback fields = {};
  std::optional<StringRef> monitor, path, separator;

  Row() { fields.baseline = std::numeric_limits<double>::quiet_NaN(); }

  void flag(bool set, IngotCallbackFlags flag) {
    if (set)
      fields.flags |= flag;
  }
  template <typename Attr> void watch(Attr attr) {
    monitor = attr.getMonitor();
    fields.higher_is_better = attr.getHigherIsBetter();
    fields.verbose = attr.getVerbose();
  }
};

Row rowOf(Attribute kind) {
  Row row;
  IngotCallback &fields = row.fields;
  llvm::TypeSwitch<Attribute>(kind)
      .Case([&](train::ModelCheckpointAttr attr) {
        fields.kind = INGOT_MODEL_CHECKPOINT;
        row.watch(attr);
        row.path = attr.getPath();
        row.flag(attr.getSaveBestOnly(), INGOT_SAVE_BEST_ONLY);
        row.flag(attr.getSaveWeightsOnly(), INGOT_SAVE_WEIGHTS_ONLY);
        fields.save_frequency = attr.getSaveFrequency();
        if (FloatAttr threshold = attr.getInitialValueThreshold())
          fields.baseline = threshold.getValueAsDouble();
      })
      .Case([&](train::EarlyStoppingAttr attr) {
        fields.kind = INGOT_EARLY_STOPPING;
        row.watch(attr);
        fields.min_delta = attr.getMinDelta().getValueAsDouble();
        fields.patience = attr.getPatience();
        fields.start_from_epoch = attr.getStartFromEpoch();
        row.flag(attr.getRestoreBestWeights(), INGOT_RESTORE_BEST_WEIGHTS);
        if (FloatAttr baseline = attr.getBaseline())
          fields.baseline = baseline.getValueAsDouble();
      })
      .Case([&](train::ReduceLROnPlateauAttr attr) {
        fields.kind = INGOT_REDUCE_LR_ON_PLATEAU;
        row.watch(attr);
        fields.factor = attr.getFactor().getValueAsDouble();
        fields.patience = attr.getPatience();
        fields.min_delta = attr.getMinDelta().getValueAsDouble();
        fields.cooldown = attr.getCooldown();
        fields.min_lr = attr.getMinLr().getValueAsDouble();
      })
      .Case([&](train::LearningRateSchedulerAttr attr) {
        fields.kind = INGOT_LEARNING_RATE_SCHEDULER;
        fields.verbose = attr.getVerbose();
      })
      .Case([&](train::CSVLoggerAttr attr) {
        fields.kind = INGOT_CSV_LOGGER;
        row.path = attr.getPath();
        row.separator = attr.getSeparator();
        row.flag(attr.getAppend(), INGOT_CSV_APPEND);
      })
      .Case([&](train::TerminateOnNaNAttr attr) {
        fields.kind = INGOT_TERMINATE_ON_NAN;
        row.flag(attr.getRaiseError(), INGOT_RAISE_ERROR);
      })
      .Case([&](train::TensorBoardAttr attr) {
        fields.kind = INGOT_TENSOR_BOARD;
        row.path = attr.getLogDir();
      })
      .Case([&](train::HistoryAttr) { fields.kind = INGOT_HISTORY_CALLBACK; });
  return row;
}

/// The address of the callback's function; null if it has none.
FailureOr<llvm::Constant *> buildFunction(train::CallbackOp callback, const Symbols &symbols,
                                          Constants &c) {
  if (callback.getFunction().empty())
    return c.null();
  Block &body = callback.getFunction().front();
  std::string name = ("function." + callback.getSymName()).str();
  InstructionList instructions(body, symbols, c, name);
  for (Operation &op : body.without_terminator()) {
    auto action = dyn_cast<train::ActionOp>(op);
    if (!action)
      return op.emitOpError("cannot be in a callback's function");
    if (failed(instructions.add(action)))
      return failure();
  }
  int64_t result = instructions.index(body.getTerminator()->getOperand(0));
  Table table = instructions.finish();
  llvm::Constant *row = llvm::ConstantStruct::get(
      c.types.function,
      {table.rows, c.u32(table.count), c.u32(body.getNumArguments()), c.u32(result), c.u32(0)});
  return c.table(c.types.function, {row}, name + ".function");
}
} // namespace

FailureOr<Table> object::buildCallbacks(train::ProgramOp program, const Symbols &symbols,
                                        Constants &c) {
  SmallVector<llvm::Constant *> rows;
  auto text = [&](std::optional<StringRef> value) { return value ? c.text(*value) : c.null(); };
  for (auto callback : program.getBody().getOps<train::CallbackOp>()) {
    FailureOr<llvm::Constant *> function = buildFunction(callback, symbols, c);
    if (failed(function))
      return failure();
    Row row = rowOf(callback.getKind());
    const IngotCallback &fields = row.fields;
    rows.push_back(llvm::ConstantStruct::get(
        c.types.callback,
        {c.u32(fields.kind), c.u32(fields.flags), c.u32(fields.verbose),
         c.u32(fields.higher_is_better), text(row.monitor), text(row.path), text(row.separator),
         c.i64(fields.patience), c.i64(fields.cooldown), c.i64(fields.start_from_epoch),
         c.i64(fields.save_frequency), c.f64(fields.min_delta), c.f64(fields.factor),
         c.f64(fields.min_lr), c.f64(fields.baseline), *function}));
  }
  return Table{c.table(c.types.callback, rows, "callbacks"), static_cast<uint32_t>(rows.size())};
}
