// The script: its instructions, fits, evaluations and callbacks.

#include "compiler/Object/Program/Instructions.h"
#include "dialects/Train/Predict.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::object;

namespace {
class ScriptBuilder {
public:
  ScriptBuilder(Block &block, const Symbols &symbols, Constants &constants)
      : symbols(symbols), c(constants), instructions(block, symbols, constants, "script") {}

  LogicalResult add(Operation &op) {
    if (auto action = dyn_cast<train::ActionOp>(op))
      return instructions.add(action);
    if (auto fit = dyn_cast<train::FitOp>(op))
      return addFit(fit);
    if (auto evaluate = dyn_cast<train::EvaluateOp>(op))
      return addEvaluation(evaluate);
    if (auto predict = dyn_cast<train::PredictOp>(op))
      return addPrediction(predict);
    return op.emitOpError("is no action of a script");
  }

  ScriptTables finish() {
    auto table = [&](llvm::StructType *type, ArrayRef<llvm::Constant *> rows, StringRef name) {
      return Table{c.table(type, rows, name), static_cast<uint32_t>(rows.size())};
    };
    return {instructions.finish(), table(c.types.fit, fits, "fits"),
            table(c.types.evaluation, evaluations, "evaluations")};
  }

private:
  LogicalResult addFit(train::FitOp fit) {
    ArrayAttr steps = fit.getStepsAttr();
    if (!steps || steps.empty() || steps.size() > 2)
      return fit.emitOpError("needs one or two steps: run the phase differentiate before");
    int32_t entries[2] = {-1, -1};
    for (auto [i, step] : llvm::enumerate(steps.getAsRange<FlatSymbolRefAttr>())) {
      FailureOr<int32_t> entry = symbols.entry(fit, step);
      if (failed(entry))
        return failure();
      entries[i] = *entry;
    }
    SmallVector<int64_t> callbacks;
    if (ArrayAttr names = fit.getCallbacksAttr())
      for (auto name : names.getAsRange<FlatSymbolRefAttr>()) {
        FailureOr<int32_t> callback = symbols.callback(fit, name);
        if (failed(callback))
          return failure();
        callbacks.push_back(*callback);
      }
    std::string table = ("callbacks" + Twine(fits.size())).str();
    instructions.add(fit, INGOT_FIT, fits.size());
    fits.push_back(llvm::ConstantStruct::get(
        c.types.fit,
        {c.i32(entries[0]), c.i32(entries[1]), c.i64(fit.getEpochs()), c.i64(fit.getBatch()),
         c.i64(fit.getValidationBatch()), c.u32(fit.getShuffle()), c.u32(fit.getVerbose()),
         c.i64(fit.getInitialEpoch()), c.indices(callbacks, table), c.u32(callbacks.size()),
         c.u32(0)}));
    return success();
  }

  LogicalResult addEvaluation(train::EvaluateOp evaluate) {
    if (!evaluate.getStepAttr())
      return evaluate.emitOpError("needs a step: run the phase differentiate before");
    FailureOr<int32_t> entry = symbols.entry(evaluate, evaluate.getStepAttr());
    if (failed(entry))
      return failure();
    instructions.add(evaluate, INGOT_EVALUATE, evaluations.size());
    addRow(*entry, evaluate.getVerbose(), evaluate.getBatch());
    return success();
  }

  LogicalResult addPrediction(train::PredictOp predict) {
    if (!predict.getStepAttr())
      return predict.emitOpError("needs a step: run the phase differentiate before");
    FailureOr<int32_t> entry = symbols.entry(predict, predict.getStepAttr());
    if (failed(entry))
      return failure();
    instructions.add(predict, INGOT_PREDICT, evaluations.size());
    addRow(*entry, predict.getVerbose(), predict.getBatch());
    return success();
  }

  void addRow(int32_t entry, int64_t verbose, int64_t batch) {
    evaluations.push_back(llvm::ConstantStruct::get(c.types.evaluation,
                                                    {c.i32(entry), c.u32(verbose), c.i64(batch)}));
  }

  const Symbols &symbols;
  Constants &c;
  InstructionList instructions;
  SmallVector<llvm::Constant *> fits, evaluations;
};
} // namespace

FailureOr<ScriptTables> object::buildScript(train::ProgramOp program, const Symbols &symbols,
                                            Constants &constants) {
  for (auto script : program.getBody().getOps<train::ScriptOp>()) {
    ScriptBuilder builder(script.getBody().front(), symbols, constants);
    for (Operation &op : script.getBody().front())
      if (failed(builder.add(op)))
        return failure();
    return builder.finish();
  }
  Table none{constants.null(), 0};
  return ScriptTables{none, none, none};
}
