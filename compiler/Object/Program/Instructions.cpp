// Instructions as constant data.

#include "compiler/Object/Program/Instructions.h"

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
      .Case("assign", INGOT_ASSIGN)
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

InstructionList::InstructionList(Block &block, const Symbols &symbols, Constants &constants,
                                 std::string name)
    : symbols(symbols), c(constants), name(std::move(name)) {
  int64_t place = block.getNumArguments();
  for (Operation &op : block) {
    if (auto action = dyn_cast<train::ActionOp>(op); action && action.getOpcode() == "label")
      labels[action.getInteger().value_or(0)] = place;
    ++place;
  }
  for (BlockArgument argument : block.getArguments()) {
    values[argument] = values.size();
    rows.push_back(llvm::ConstantStruct::get(
        c.types.instruction,
        {c.u32(INGOT_NONE), c.u32(0), c.null(), c.i64(0), c.f64(0), c.null(), c.u32(0), c.u32(0)}));
  }
}

void InstructionList::add(Operation *op, IngotOpcode opcode, int64_t integer, double number,
                          std::optional<StringRef> text) {
  SmallVector<int64_t> operands;
  for (Value operand : op->getOperands())
    operands.push_back(index(operand));
  std::string table = (name + ".operands" + Twine(rows.size())).str();
  rows.push_back(llvm::ConstantStruct::get(
      c.types.instruction,
      {c.u32(opcode), c.u32(operands.size()), c.indices(operands, table), c.i64(integer),
       c.f64(number), text ? c.text(*text) : c.null(), c.u32(lineOf(op->getLoc())), c.u32(0)}));
  values[op->getResult(0)] = values.size();
}

LogicalResult InstructionList::add(train::ActionOp action) {
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
  if (*opcode == INGOT_ASSIGN) {
    if (!action.getParameterAttr() || action.getOperands().size() != 1)
      return action.emitOpError("needs a parameter and what it is to hold");
    FailureOr<int32_t> parameter = symbols.parameter(action, action.getParameterAttr());
    if (failed(parameter))
      return failure();
    integer = *parameter;
  }
  double number = action.getNumber() ? action.getNumber()->convertToDouble() : 0;
  add(action, *opcode, integer, number, action.getText());
  return success();
}

Table InstructionList::finish() {
  return {c.table(c.types.instruction, rows, name), static_cast<uint32_t>(rows.size())};
}
