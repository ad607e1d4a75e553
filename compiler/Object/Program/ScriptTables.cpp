// The script as instructions: operation i of train.script defines value i.

#include "compiler/Object/Program/Tables.h"
#include "dialects/Train/Predict.h"

#include "runtime/ABI/Program.h"

#include <map>

using namespace mlir;
using namespace ingot;
using namespace ingot::object;

static std::optional<IngotOpcode> opcodeOf(StringRef name) {
  return llvm::StringSwitch<std::optional<IngotOpcode>>(name)
      .Case("none", INGOT_NONE)
      .Case("bool", INGOT_BOOL)
      .Case("int", INGOT_INT)
      .Case("float", INGOT_FLOAT)
      .Case("str", INGOT_STR)
      .Case("tuple", INGOT_TUPLE)
      .Case("list", INGOT_LIST)
      .Case("sample_count", INGOT_SAMPLE_COUNT)
      .Case("print", INGOT_PRINT)
      .Case("summary", INGOT_SUMMARY)
      .Case("history", INGOT_HISTORY)
      .Case("subscript", INGOT_SUBSCRIPT)
      .Case("slice", INGOT_SLICE)
      .Case("unary", INGOT_UNARY)
      .Case("binary", INGOT_BINARY)
      .Case("call", INGOT_CALL)
      .Case("format", INGOT_FORMAT)
      .Case("join", INGOT_JOIN)
      .Case("rows", INGOT_ROWS)
      .Case("samples", INGOT_SAMPLES)
      .Case("variable", INGOT_VARIABLE)
      .Case("set", INGOT_SET)
      .Case("label", INGOT_LABEL)
      .Case("jump", INGOT_JUMP)
      .Case("branch", INGOT_BRANCH)
      .Case("append", INGOT_APPEND)
      .Case("save_model", INGOT_SAVE_MODEL)
      .Case("save_weights", INGOT_SAVE_WEIGHTS)
      .Case("load_weights", INGOT_LOAD_WEIGHTS)
      .Default(std::nullopt);
}

/// The line of the script that `loc` names; 0 if none.
static uint32_t lineOf(Location loc) {
  uint32_t line = 0;
  loc->walk([&](Location inner) {
    auto place = dyn_cast<FileLineColLoc>(inner);
    if (place)
      line = place.getLine();
    return place ? WalkResult::interrupt() : WalkResult::advance();
  });
  return line;
}

namespace {
class ScriptBuilder {
public:
  ScriptBuilder(const Symbols &symbols, Constants &constants) : symbols(symbols), c(constants) {}

  LogicalResult add(train::ScriptOp script) {
    for (auto [i, op] : llvm::enumerate(script.getBody().front()))
      if (auto action = dyn_cast<train::ActionOp>(op); action && action.getOpcode() == "label")
        labels[action.getInteger().value_or(0)] = i;
    for (Operation &op : script.getBody().front()) {
      LogicalResult result = success();
      if (auto action = dyn_cast<train::ActionOp>(op))
        result = addAction(action);
      else if (auto fit = dyn_cast<train::FitOp>(op))
        result = addFit(fit);
      else if (auto evaluate = dyn_cast<train::EvaluateOp>(op))
        result = addEvaluation(evaluate);
      else if (auto predict = dyn_cast<train::PredictOp>(op))
        result = addPrediction(predict);
      else
        result = op.emitOpError("is no action of a script");
      if (failed(result))
        return failure();
      values[op.getResult(0)] = values.size();
    }
    return success();
  }

  ScriptTables finish() {
    auto table = [&](llvm::StructType *type, ArrayRef<llvm::Constant *> rows, StringRef name) {
      return Table{c.table(type, rows, name), static_cast<uint32_t>(rows.size())};
    };
    return {table(c.types.instruction, instructions, "script"), table(c.types.fit, fits, "fits"),
            table(c.types.evaluation, evaluations, "evaluations")};
  }

private:
  void addInstruction(Operation *op, IngotOpcode opcode, int64_t integer, double number = 0,
                      std::optional<StringRef> text = std::nullopt) {
    SmallVector<int64_t> operands;
    for (Value operand : op->getOperands())
      operands.push_back(values.lookup(operand));
    std::string name = ("operands" + Twine(instructions.size())).str();
    instructions.push_back(llvm::ConstantStruct::get(
        c.types.instruction,
        {c.u32(opcode), c.u32(operands.size()), c.indices(operands, name), c.i64(integer),
         c.f64(number), text ? c.text(*text) : c.null(), c.u32(lineOf(op->getLoc())), c.u32(0)}));
  }

  LogicalResult addAction(train::ActionOp action) {
    std::optional<IngotOpcode> opcode = opcodeOf(action.getOpcode());
    if (!opcode)
      return action.emitOpError("has an opcode that the runtime does not know: ")
             << action.getOpcode();
    int64_t integer = action.getInteger().value_or(0);
    if (*opcode == INGOT_JUMP || *opcode == INGOT_BRANCH) {
      auto label = labels.find(integer);
      if (label == labels.end())
        return action.emitOpError("goes to a label that is not there: ") << integer;
      integer = label->second;
    }
    if (*opcode == INGOT_SAMPLE_COUNT || *opcode == INGOT_SAMPLES) {
      if (!action.getArrayAttr())
        return action.emitOpError("names no array");
      FailureOr<int32_t> array = symbols.array(action, action.getArrayAttr());
      if (failed(array))
        return failure();
      integer = *array;
    }
    double number = action.getNumber() ? action.getNumber()->convertToDouble() : 0;
    addInstruction(action, *opcode, integer, number, action.getText());
    return success();
  }

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
    addInstruction(fit, INGOT_FIT, fits.size());
    fits.push_back(llvm::ConstantStruct::get(
        c.types.fit,
        {c.i32(entries[0]), c.i32(entries[1]), c.i64(fit.getEpochs()), c.i64(fit.getBatch()),
         c.i64(fit.getValidationBatch()), c.u32(fit.getShuffle()), c.u32(fit.getVerbose()),
         c.i64(fit.getInitialEpoch())}));
    return success();
  }

  LogicalResult addEvaluation(train::EvaluateOp evaluate) {
    if (!evaluate.getStepAttr())
      return evaluate.emitOpError("needs a step: run the phase differentiate before");
    FailureOr<int32_t> entry = symbols.entry(evaluate, evaluate.getStepAttr());
    if (failed(entry))
      return failure();
    addInstruction(evaluate, INGOT_EVALUATE, evaluations.size());
    addRow(*entry, evaluate.getVerbose(), evaluate.getBatch());
    return success();
  }

  LogicalResult addPrediction(train::PredictOp predict) {
    if (!predict.getStepAttr())
      return predict.emitOpError("needs a step: run the phase differentiate before");
    FailureOr<int32_t> entry = symbols.entry(predict, predict.getStepAttr());
    if (failed(entry))
      return failure();
    addInstruction(predict, INGOT_PREDICT, evaluations.size());
    addRow(*entry, predict.getVerbose(), predict.getBatch());
    return success();
  }

  void addRow(int32_t entry, int64_t verbose, int64_t batch) {
    evaluations.push_back(llvm::ConstantStruct::get(c.types.evaluation,
                                                    {c.i32(entry), c.u32(verbose), c.i64(batch)}));
  }

  const Symbols &symbols;
  Constants &c;
  llvm::DenseMap<Value, int64_t> values;
  std::map<int64_t, int64_t> labels; // the place of each
  SmallVector<llvm::Constant *> instructions, fits, evaluations;
};
} // namespace

FailureOr<ScriptTables> object::buildScript(train::ProgramOp program, const Symbols &symbols,
                                            Constants &constants) {
  ScriptBuilder builder(symbols, constants);
  for (auto script : program.getBody().getOps<train::ScriptOp>())
    if (failed(builder.add(script)))
      return failure();
  return builder.finish();
}
