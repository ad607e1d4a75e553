// The interpreter of IngotInstruction.

#include "runtime/Train/Script.h"

#include "runtime/Core/Error.h"
#include "runtime/Python/Functions.h"
#include "runtime/Python/Random.h"
#include "runtime/Python/Text.h"
#include "runtime/Python/Value.h"
#include "runtime/Train/Interrupt.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <span>

namespace ingot::runtime {

namespace {

class Interpreter {
public:
  Interpreter(const IngotProgram &program, const ScriptActions &actions)
      : Interpreter(program, {program.script, program.script_count}, actions) {}
  Interpreter(const IngotProgram &program, std::span<const IngotInstruction> script,
              const ScriptActions &actions)
      : itsProgram(program), itsScript(script), itsActions(actions), itsValues(script.size()),
        itsIsSet(script.size()) {}

  /// The first instructions stand for the arguments.
  Value call(std::vector<Value> arguments, uint32_t result) {
    itsPlaces = uint64_t(1) << 32; // those of functions are no places of the script
    itsNext = static_cast<uint32_t>(arguments.size());
    std::fill_n(itsIsSet.begin(), arguments.size(), true);
    std::move(arguments.begin(), arguments.end(), itsValues.begin());
    run();
    return itsValues.at(result);
  }

  void run() {
    while (itsNext < itsScript.size())
      compute(itsNext++);
  }

  /// Instructions with these opcodes, each after what it needs.
  void runOnly(std::initializer_list<IngotOpcode> opcodes) {
    for (uint32_t i = 0; i < itsScript.size(); ++i)
      if (std::find(opcodes.begin(), opcodes.end(), itsScript[i].opcode) != opcodes.end())
        computeWithOperands(i);
  }

private:
  void compute(uint32_t index) {
    const IngotInstruction &instruction = itsScript[index];
    drawAt(itsPlaces + index);
    try {
      if (!control(instruction)) {
        itsValues[index] = execute(instruction);
        itsIsSet[index] = true;
      }
    } catch (const PythonError &error) {
      throw Error{fmt::format("{}:{}: {}", itsProgram.spec, instruction.line, error.message)};
    }
  }
  void computeWithOperands(uint32_t index) {
    const IngotInstruction &instruction = itsScript[index];
    if (rowsBefore(instruction))
      computeWithOperands(index - 1);
    for (uint32_t i = 0; i < instruction.operand_count; ++i)
      if (instruction.operands[i] < index && !itsIsSet[instruction.operands[i]]) {
        if (itsScript[instruction.operands[i]].opcode == INGOT_VARIABLE)
          throw Error{
              fmt::format("{}:{}: what this line takes is decided while the script runs; run "
                          "the executable without a command, which runs all of it",
                          itsProgram.spec, instruction.line)};
        computeWithOperands(instruction.operands[i]);
      }
    compute(index);
  }
  /// Carries out what is about variables and the order of instructions; false for all others.
  bool control(const IngotInstruction &instruction);
  void jump(int64_t to);
  Value &variable(const IngotInstruction &instruction);
  Value execute(const IngotInstruction &instruction);
  Value literal(const IngotInstruction &instruction);
  Value act(const IngotInstruction &instruction);
  void summary(const IngotInstruction &instruction);

  const Value &operand(const IngotInstruction &instruction, uint32_t index) {
    uint32_t at = index < instruction.operand_count ? instruction.operands[index] : UINT32_MAX;
    if (at >= itsValues.size())
      throw PythonError{"this program's script is inconsistent; compile it again"};
    if (!itsIsSet[at]) {
      const char *name = itsScript[at].text;
      throw PythonError{fmt::format("NameError: name '{}' is not defined", name ? name : "")};
    }
    return itsValues[at];
  }
  std::vector<Value> operands(const IngotInstruction &instruction, uint32_t from = 0) {
    std::vector<Value> values;
    for (uint32_t i = from; i < instruction.operand_count; ++i)
      values.push_back(operand(instruction, i));
    return values;
  }

  void print(const IngotInstruction &instruction) {
    const Value &sep = operand(instruction, 0), &end = operand(instruction, 1);
    std::string text;
    for (uint32_t i = 2; i < instruction.operand_count; ++i)
      text += (i > 2 ? sep.isNone() ? " " : str(sep) : "") + str(operand(instruction, i));
    itsActions.print(text + (end.isNone() ? "\n" : str(end)));
  }

  /// INGOT_ROWS in front of a fit or evaluation, or null.
  const IngotInstruction *rowsBefore(const IngotInstruction &instruction) const {
    const IngotInstruction *before = &instruction == itsScript.data() ? nullptr : &instruction - 1;
    return before && before->opcode == INGOT_ROWS ? before : nullptr;
  }
  /// The rows that its operands `first` and `first` + 1 take of an entry's images and labels.
  Rows rows(const IngotInstruction &user, uint32_t first, int32_t entry);

  std::optional<int64_t> stepsPerEpoch(const IngotInstruction &fit) {
    const IngotInstruction *rows = rowsBefore(fit);
    if (!rows || rows->operand_count < 5)
      return std::nullopt;
    const Value &steps = operand(*rows, 4);
    if (!steps.isInteger() || steps.integer() < 1)
      throw PythonError{fmt::format(
          "ValueError: steps_per_epoch must be an int of at least 1, not {}", repr(steps))};
    return steps.integer();
  }

  Value fit(const IngotInstruction &instruction) {
    PythonDict dict;
    const IngotFit &fit = itsProgram.fits[instruction.integer];
    History history =
        itsActions.fit(instruction.integer,
                       {rows(instruction, 0, fit.train_entry),
                        rows(instruction, 2, fit.validation_entry), stepsPerEpoch(instruction)});
    for (const History::Column &column : history.columns)
      dict.items.emplace_back(
          Value(column.name),
          makeSequence(PythonSequence::List, {column.values.begin(), column.values.end()}));
    PythonDict params{{{Value(std::string("verbose")), Value(history.verbose)},
                       {Value(std::string("epochs")), Value(history.epochsAsked)},
                       {Value(std::string("steps")), Value(history.steps)}}};
    PythonSequence epochs{PythonSequence::List, {history.epochs.begin(), history.epochs.end()}};
    return PythonHistory{std::make_shared<const PythonDict>(std::move(dict)),
                         std::make_shared<const PythonSequence>(std::move(epochs)),
                         std::make_shared<const PythonDict>(std::move(params))};
  }

  Value evaluate(const IngotInstruction &instruction) {
    std::vector<Value> values;
    int32_t entry = itsProgram.evaluations[instruction.integer].entry;
    for (double value : itsActions.evaluate(instruction.integer, rows(instruction, 0, entry)))
      values.push_back(value);
    return values.size() == 1 ? values[0] : makeSequence(PythonSequence::List, std::move(values));
  }

  Value history(const Value &value, const char *part) {
    auto *history = std::get_if<PythonHistory>(&value);
    if (!history)
      throw PythonError{
          fmt::format("AttributeError: '{}' object has no attribute 'history'", typeName(value))};
    if (part && std::string(part) == "epoch")
      return history->epochs;
    return part && std::string(part) == "params" ? history->params : history->dict;
  }

  bool isGiven(int32_t array) const { return array >= 0 && !itsProgram.arrays[array].reader; }

  Value predict(const IngotInstruction &instruction) {
    const IngotEntry &entry = itsProgram.entries[itsProgram.evaluations[instruction.integer].entry];
    if (isGiven(entry.images))
      itsActions.give(entry.images, asArray(operand(instruction, 0)));
    if (instruction.operand_count == 0 || isGiven(entry.images))
      return arrayValue(itsActions.predict(instruction.integer, nullptr));
    // The rows that an index selects are those that it selects of 0, 1, 2, ...
    Value all = callBuiltin("numpy.arange", std::vector<Value>{itsActions.sampleCount(entry.images),
                                                               PythonNone{}, PythonNone{}});
    NdArray rows = *subscript(all, operand(instruction, 0)).array();
    const int64_t *first = rows.as<int64_t>();
    std::vector<int64_t> list(first, first + rows.size());
    return arrayValue(itsActions.predict(instruction.integer, &list));
  }

  /// The name of a file that the script saves or loads.
  std::string fileName(const IngotInstruction &instruction) {
    const Value &name = operand(instruction, 0);
    auto *text = std::get_if<std::string>(&name);
    if (!text)
      throw PythonError{
          fmt::format("TypeError: the file's name must be a str, not {}", typeName(name))};
    return *text;
  }

  std::string join(const IngotInstruction &instruction) {
    std::string text;
    for (uint32_t i = 0; i < instruction.operand_count; ++i)
      text += str(operand(instruction, i));
    return text;
  }

  const IngotProgram &itsProgram;
  std::span<const IngotInstruction> itsScript;
  const ScriptActions &itsActions;
  std::vector<Value> itsValues;
  std::vector<bool> itsIsSet;
  uint32_t itsNext = 0;
  uint64_t itsPlaces = 0; // of draws: the first instruction's
};

static std::vector<int32_t> rowsOf(const Value &range, int64_t samples) {
  std::vector<int32_t> rows;
  if (range.isNone()) {
    rows.resize(static_cast<size_t>(samples));
    std::iota(rows.begin(), rows.end(), 0);
  } else if (range.sequence()) {
    for (const Value &item : range.sequence()->items)
      rows.push_back(static_cast<int32_t>(item.integer()));
  }
  return rows;
}

Rows Interpreter::rows(const IngotInstruction &user, uint32_t first, int32_t entry) {
  const IngotInstruction *found = rowsBefore(user);
  if (!found || first >= found->operand_count || entry < 0 ||
      static_cast<uint32_t>(entry) >= itsProgram.entry_count)
    return {};
  const IngotInstruction &instruction = *found;
  const IngotEntry &step = itsProgram.entries[entry];
  if (isGiven(step.images) && isGiven(step.labels)) {
    int64_t images = itsActions.give(step.images, asArray(operand(instruction, first)));
    int64_t labels = itsActions.give(step.labels, asArray(operand(instruction, first + 1)));
    if (images != labels)
      throw PythonError{
          fmt::format("ValueError: the images are {} samples, the labels {}", images, labels)};
    return {};
  }
  int64_t samples = itsActions.sampleCount(step.images);
  std::vector<int32_t> x = rowsOf(operand(instruction, first), samples);
  std::vector<int32_t> y = rowsOf(operand(instruction, first + 1), samples);
  if (x.size() != y.size())
    throw PythonError{
        fmt::format("ValueError: the images are {} samples, the labels {}", x.size(), y.size())};
  if (x != y)
    throw PythonError{"the images and the labels are of different samples: take the same slice of "
                      "both; others are not supported yet"};
  return x;
}

Value &Interpreter::variable(const IngotInstruction &instruction) {
  uint32_t at = instruction.operand_count ? instruction.operands[0] : UINT32_MAX;
  if (at >= itsValues.size() || itsScript[at].opcode != INGOT_VARIABLE)
    throw PythonError{"this program's script is inconsistent; compile it again"};
  itsIsSet[at] = true;
  return itsValues[at];
}

void Interpreter::jump(int64_t to) {
  if (to < 0 || to >= static_cast<int64_t>(itsScript.size()))
    throw PythonError{"this program's script is inconsistent; compile it again"};
  if (to < itsNext && interruptRequested())
    throw Error{"interrupted", Error::interrupted};
  itsNext = static_cast<uint32_t>(to);
}

bool Interpreter::control(const IngotInstruction &instruction) {
  switch (instruction.opcode) {
  case INGOT_LABEL:
    return true;
  case INGOT_VARIABLE: // in a loop it begins anew
    itsIsSet[static_cast<size_t>(&instruction - itsScript.data())] = false;
    return true;
  case INGOT_SET: {
    Value value = operand(instruction, 1);
    variable(instruction) = std::move(value);
    return true;
  }
  case INGOT_APPEND: {
    Value item = operand(instruction, 1);
    Value &list = variable(instruction);
    auto *sequence = std::get_if<std::shared_ptr<const PythonSequence>>(&list);
    if (!sequence || (*sequence)->kind != PythonSequence::List)
      throw PythonError{
          fmt::format("AttributeError: '{}' object has no attribute 'append'", typeName(list))};
    // A list that nothing else holds grows in place.
    if (sequence->use_count() > 1)
      *sequence = std::make_shared<const PythonSequence>(**sequence);
    const_cast<PythonSequence &>(**sequence).items.push_back(std::move(item));
    return true;
  }
  case INGOT_JUMP:
    jump(instruction.integer);
    return true;
  case INGOT_BRANCH:
    if (!truth(operand(instruction, 0)))
      jump(instruction.integer);
    return true;
  default:
    return false;
  }
}

Value Interpreter::literal(const IngotInstruction &instruction) {
  switch (instruction.opcode) {
  case INGOT_BOOL:
    return instruction.integer != 0;
  case INGOT_INT:
    return instruction.integer;
  case INGOT_FLOAT:
    return instruction.number;
  case INGOT_STR:
    return std::string(instruction.text);
  case INGOT_TUPLE:
    return makeSequence(PythonSequence::Tuple, operands(instruction));
  case INGOT_LIST:
    return makeSequence(PythonSequence::List, operands(instruction));
  default:
    return PythonNone{};
  }
}

/// operands: the model's name, how many numbers of its weights are trainable and how many not, and
/// for each layer a tuple: name, type, shape, parameters, connections.
void Interpreter::summary(const IngotInstruction &instruction) {
  std::vector<std::vector<Value>> rows;
  std::vector<IngotLayer> layers;
  for (uint32_t i = 3; i < instruction.operand_count; ++i)
    rows.push_back(itemsOf(operand(instruction, i)));
  auto text = [](const Value &value) { return value.string() ? value.string()->c_str() : ""; };
  for (const std::vector<Value> &row : rows)
    layers.push_back({text(row.at(0)), text(row.at(1)), text(row.at(2)),
                      static_cast<uint64_t>(row.at(3).integer()), 0, 1, text(row.at(4))});
  itsActions.summaryOf({str(operand(instruction, 0)), layers,
                        static_cast<uint64_t>(operand(instruction, 1).integer()),
                        static_cast<uint64_t>(operand(instruction, 2).integer()), std::nullopt});
}

Value Interpreter::act(const IngotInstruction &instruction) {
  switch (instruction.opcode) {
  case INGOT_SAMPLE_COUNT:
    return itsActions.sampleCount(instruction.integer);
  case INGOT_ROWS:
    return PythonNone{};
  case INGOT_PRINT:
    print(instruction);
    return PythonNone{};
  case INGOT_FIT:
    return fit(instruction);
  case INGOT_EVALUATE:
    return evaluate(instruction);
  case INGOT_SUMMARY:
    if (instruction.operand_count > 0)
      summary(instruction);
    else
      itsActions.summary();
    return PythonNone{};
  case INGOT_PREDICT:
    return predict(instruction);
  case INGOT_ASSIGN:
    itsActions.assign(instruction.integer, asArray(operand(instruction, 0)));
    return PythonNone{};
  case INGOT_SAMPLES:
    return arrayValue(itsActions.samples(instruction.integer));
  case INGOT_SAVE_MODEL:
  case INGOT_SAVE_WEIGHTS:
    itsActions.save(fileName(instruction), instruction.opcode == INGOT_SAVE_WEIGHTS);
    return PythonNone{};
  case INGOT_LOAD_WEIGHTS:
    itsActions.loadWeights(fileName(instruction));
    return PythonNone{};
  default:
    throw PythonError{fmt::format("this runtime does not know the script's instruction {}; compile "
                                  "it again",
                                  instruction.opcode)};
  }
}

Value Interpreter::execute(const IngotInstruction &instruction) {
  const IngotInstruction &i = instruction;
  if (i.opcode <= INGOT_LIST)
    return literal(i);
  switch (i.opcode) {
  case INGOT_HISTORY:
    return history(operand(i, 0), i.text);
  case INGOT_SUBSCRIPT:
    return subscript(operand(i, 0), operand(i, 1));
  case INGOT_SLICE:
    return slice(operand(i, 0), operand(i, 1), operand(i, 2), operand(i, 3));
  case INGOT_UNARY:
    return unary(i.text, operand(i, 0));
  case INGOT_BINARY:
    return binary(i.text, operand(i, 0), operand(i, 1));
  case INGOT_CALL:
    if (itsActions.askFiles && findFunction(fileFunctions(), i.text))
      return itsActions.askFiles(i.text, operands(i));
    return callBuiltin(i.text, operands(i));
  case INGOT_FORMAT:
    return formatField(operand(i, 0), i.text ? i.text : "");
  case INGOT_JOIN:
    return join(i);
  default:
    return act(i);
  }
}

} // namespace

Value callFunction(const IngotProgram &program, const IngotFunction &function,
                   std::vector<Value> arguments, std::function<void(const std::string &)> print) {
  ScriptActions actions;
  actions.print = std::move(print);
  std::span instructions(function.instructions, function.instruction_count);
  return Interpreter(program, instructions, actions).call(std::move(arguments), function.result);
}

void runScript(const IngotProgram &program, const ScriptActions &actions) {
  Interpreter(program, actions).run();
}

void runOnly(const IngotProgram &program, const ScriptActions &actions,
             std::initializer_list<IngotOpcode> opcodes) {
  Interpreter(program, actions).runOnly(opcodes);
}

} // namespace ingot::runtime
