// Control flow on values of the run. Both ways of a branch are evaluated one after the other, and
// their instructions stand one behind the other with jumps between them:
//
//   if c: x = 1            branch c, otherwise     set x, 1     jump end
//   else: x = 2            otherwise:              set x, 2
//   print(x)               end:                    print x
//
// A variable that differs where ways come together becomes one of the run; one that is the same on
// all of them stays what it is, known or not.

#include "compiler/Import/Evaluate/Branches.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

using python::as;
using Type = RunTimeObject::Type;

namespace {
/// Whether the run can hold the value: it is no model, function, tensor, nor an array as fit takes
/// it.
bool canHold(const Value &value) {
  if (auto *items = sequence(value))
    return std::all_of(items->begin(), items->end(), canHold);
  if (auto *dict = value.as<DictObject>())
    return std::all_of(dict->entries.items.begin(), dict->entries.items.end(),
                       [](auto &entry) { return canHold(entry.second); });
  Object *object = value.object();
  if (!object)
    return !value.isPoison();
  using Kind = Object::Kind;
  return object->kind == Kind::Str || object->kind == Kind::RunTime ||
         object->kind == Kind::Scalar || object->kind == Kind::Range || object->kind == Kind::Set;
}

bool isSame(const Value &a, const Value &b) {
  if (a.identical(b))
    return true;
  bool scalar = !a.object() || a.str();
  return scalar && typeName(a) == typeName(b) && equal(a, b) == true;
}

Type typeOf(const Value &value) {
  if (auto *object = value.as<RunTimeObject>())
    return object->type;
  return value.str()               ? Type::Str
         : value.as<ListObject>()  ? Type::List
         : value.as<TupleObject>() ? Type::Tuple
         : value.as<DictObject>()  ? Type::Dict
                                   : Type::Unknown;
}
} // namespace

Join Evaluator::openJoin(const std::set<std::string> &names, SourceRange range) {
  Join join;
  join.label = nextLabel++;
  for (const std::string &name : names) {
    Join::Slot &slot = join.slots[name];
    slot.variable = emit(Instruction::Variable, {}, range, name);
    Variable *variable = findVariable(name);
    if (!variable || !canHold(variable->value))
      continue;
    slot.initial = variable->value;
    if (auto operand = materialize(variable->value, range))
      emit(Instruction::Set, {slot.variable, *operand}, range);
  }
  return join;
}

void Evaluator::arrive(Join &join, SourceRange range, bool jumps) {
  ++join.arrivals;
  for (auto &[name, slot] : join.slots) {
    Variable *variable = findVariable(name);
    slot.values.push_back(variable ? std::optional(variable->value) : std::nullopt);
    auto *object = variable ? variable->value.as<RunTimeObject>() : nullptr;
    bool itself = object && object->instruction == slot.variable;
    if (!variable || itself || !canHold(variable->value))
      continue;
    if (!join.isLoop && slot.initial && isSame(*slot.initial, variable->value))
      continue;
    if (auto operand = materialize(variable->value, range))
      emit(Instruction::Set, {slot.variable, *operand}, range);
  }
  if (jumps)
    emit(Instruction::Jump, {}, range, "", join.label);
}

/// The variable itself, as the value of a name.
Value Evaluator::slotValue(const Join::Slot &slot, Type type) {
  Value value = runTime(slot.variable, type);
  value.as<RunTimeObject>()->isVariable = true;
  return value;
}

void Evaluator::closeJoin(Join &join, SourceRange range) {
  if (join.arrivals)
    emit(Instruction::Label, {}, range, "", join.label);
  for (auto &[name, slot] : join.slots) {
    if (slot.values.empty())
      continue;
    bool same = true, held = true, poisoned = false, any = false;
    Type type = Type::Unknown;
    for (auto &value : slot.values) {
      same &= value.has_value() == slot.values[0].has_value() &&
              (!value || isSame(*value, *slot.values[0]));
      if (!value)
        continue;
      poisoned |= value->isPoison();
      held &= canHold(*value);
      type = !any || type == typeOf(*value) ? typeOf(*value) : Type::Unknown;
      any = true;
    }
    if (!any)
      continue;
    if (poisoned)
      assign(name, {}, range);
    else if (same && !join.isLoop)
      assign(name, *slot.values[0], range);
    else if (held)
      assign(name, slotValue(slot, join.isLoop ? Type::Unknown : type), range);
    else if (!same) {
      notSupported(range,
                   fmt::format("a variable ('{}') that is a {} or something else as the run goes",
                               name,
                               typeName(slot.values[0] ? *slot.values[0] : *slot.values.back())));
      assign(name, {}, range);
    }
  }
}

std::map<std::string, Variable> Evaluator::variablesOf(const std::set<std::string> &names) {
  std::map<std::string, Variable> saved;
  for (const std::string &name : names)
    if (Variable *variable = findVariable(name))
      saved[name] = *variable;
  return saved;
}

void Evaluator::restore(const std::set<std::string> &names,
                        const std::map<std::string, Variable> &saved) {
  for (const std::string &name : names) {
    Variable *now = findVariable(name);
    auto before = saved.find(name);
    if (before != saved.end())
      (now ? *now : scope->variables[name]) = before->second;
    else if (now)
      scope->variables.erase(name);
  }
}

/// Lists that statements append to are the run's from here on, so that both ways append to one.
void Evaluator::holdLists(const std::set<std::string> &names, SourceRange range) {
  for (const std::string &name : names) {
    Variable *variable = findVariable(name);
    auto *list = variable ? variable->value.as<ListObject>() : nullptr;
    if (!list || !canHold(variable->value))
      continue;
    auto operand = materialize(variable->value, range);
    int slot = emit(Instruction::Variable, {}, range, name);
    emit(Instruction::Set, {slot, *operand}, range);
    variable->value = runTime(slot, Type::List);
    variable->value.as<RunTimeObject>()->isVariable = true;
  }
}

bool Evaluator::mayChange(const Value &object, SourceRange range) {
  if (!object.object() || object.object()->serial >= barrier)
    return true;
  notSupported(range,
               fmt::format("changing a '{}' within a branch or loop of the run", typeName(object)),
               "assign a new one, or append to a list");
  return false;
}

Evaluator::RunTimeRegion::RunTimeRegion(Evaluator &evaluator)
    : evaluator(evaluator), before(evaluator.barrier) {
  ++evaluator.runTimeDepth;
  evaluator.barrier = evaluator.heap.size();
}
Evaluator::RunTimeRegion::~RunTimeRegion() {
  --evaluator.runTimeDepth;
  evaluator.barrier = before;
}

//===- if -------------------------------------------------------------------------------------===//

/// A branch of the run ends by going on or by a jump; nothing else may be taken for granted after
/// it.
Flow Evaluator::checkedFlow(Flow flow, SourceRange range) {
  if (flow == Flow::Normal || flow == Flow::Ended)
    return flow;
  notSupported(range, "leaving this loop or function from a branch of the run");
  return Flow::Ended;
}

Flow Evaluator::branch(const python::If &node, const Value &test) {
  std::set<std::string> names = boundNames(node.body), others = boundNames(node.orelse);
  names.insert(others.begin(), others.end());
  std::set<std::string> lists = appendedLists(node.body);
  lists.merge(appendedLists(node.orelse));
  holdLists(lists, node.range);
  Join end = openJoin(names, node.range);
  int otherwise = nextLabel++;
  emit(Instruction::Branch, {test.as<RunTimeObject>()->instruction}, node.test->range, "",
       otherwise);
  auto saved = variablesOf(names);
  Flow first, second;
  {
    RunTimeRegion region(*this);
    first = checkedFlow(run(node.body), node.range);
    if (first == Flow::Normal)
      arrive(end, node.range, true);
  }
  restore(names, saved);
  emit(Instruction::Label, {}, node.range, "", otherwise);
  {
    RunTimeRegion region(*this);
    second = checkedFlow(run(node.orelse), node.range);
    if (second == Flow::Normal)
      arrive(end, node.range, false);
  }
  closeJoin(end, node.range);
  return end.arrivals ? Flow::Normal : Flow::Ended;
}

/// One value of the run from several ways: `set` on each, `finish` behind all.
Evaluator::Choice::Choice(Evaluator &evaluator, SourceRange range)
    : evaluator(evaluator), range(range),
      variable(evaluator.emit(Instruction::Variable, {}, range, "")), end(evaluator.nextLabel++) {}

void Evaluator::Choice::set(const Value &value) {
  auto operand = evaluator.materialize(value, range);
  ok &= operand.has_value();
  type = !any || type == typeOf(value) ? typeOf(value) : Type::Unknown;
  any = true;
  if (operand)
    evaluator.emit(Instruction::Set, {variable, *operand}, range);
}

Value Evaluator::Choice::finish() {
  evaluator.emit(Instruction::Label, {}, range, "", end);
  return ok ? evaluator.runTime(variable, type) : Value();
}

Value Evaluator::choose(const python::IfExp &node, const Value &test) {
  Choice choice(*this, node.range);
  int otherwise = nextLabel++;
  emit(Instruction::Branch, {test.as<RunTimeObject>()->instruction}, node.test->range, "",
       otherwise);
  RunTimeRegion region(*this);
  choice.set(evaluate(*node.body));
  emit(Instruction::Jump, {}, node.range, "", choice.end);
  emit(Instruction::Label, {}, node.range, "", otherwise);
  choice.set(evaluate(*node.orelse));
  return choice.finish();
}

/// `a and b`, `a or b` from value number `first` on, which only the run knows.
Value Evaluator::chooseOperand(const python::BoolOp &node, size_t first, Value value) {
  Choice choice(*this, node.range);
  RunTimeRegion region(*this);
  for (size_t i = first;; value = evaluate(*node.values[++i])) {
    choice.set(value);
    if (i + 1 == node.values.size())
      break;
    auto operand = materialize(value, node.values[i]->range);
    if (!operand)
      return {};
    int test = node.op == python::BoolOperator::And
                   ? *operand
                   : emit(Instruction::Unary, {*operand}, node.range, "not");
    emit(Instruction::Branch, {test}, node.range, "", choice.end);
  }
  return choice.finish();
}

//===- Leaving loops and functions ------------------------------------------------------------===//

/// break or continue within a branch of the run: goes to where the loop's ways come together.
Flow Evaluator::leave(Flow flow, SourceRange range) {
  if (loops.empty() || loops.back().depth >= runTimeDepth)
    return flow;
  Join *join = flow == Flow::Break ? loops.back().onBreak : loops.back().onContinue;
  if (!join)
    return flow;
  arrive(*join, range, true);
  return Flow::Ended;
}

Flow Evaluator::leaveFunction(Value value, SourceRange range) {
  returned = value;
  if (functions.empty() || !functions.back().choice || functions.back().depth >= runTimeDepth)
    return Flow::Return;
  functions.back().choice->set(value);
  functions.back().used = true;
  emit(Instruction::Jump, {}, range, "", functions.back().choice->end);
  return Flow::Ended;
}

//===- Loops ----------------------------------------------------------------------------------===//

/// What the loop assigns becomes variables of the run before it begins.
Join Evaluator::openLoop(const std::set<std::string> &names, SourceRange range) {
  Join join = openJoin(names, range);
  join.isLoop = true;
  for (auto &[name, slot] : join.slots)
    if (slot.initial)
      assign(name, slotValue(slot, Type::Unknown), range);
  return join;
}

Flow Evaluator::runLoopBody(const python::Statements &body, Join &end, Join &next,
                            SourceRange range) {
  RunTimeRegion region(*this);
  loops.push_back({&end, &next, runTimeDepth - 1});
  Flow flow = run(body);
  loops.pop_back();
  if (flow == Flow::Normal || flow == Flow::Continue)
    arrive(next, range, false);
  return flow;
}

Flow Evaluator::loopAtRunTime(const python::While &node) {
  holdLists(appendedLists(node.body), node.range);
  Join end = openLoop(boundNames(node.body), node.range);
  Join next = end;
  next.label = nextLabel++;
  int head = nextLabel++;
  emit(Instruction::Label, {}, node.range, "", head);
  Value test = evaluate(*node.test);
  auto operand = materialize(test, node.test->range);
  if (!operand)
    return Flow::Normal;
  emit(Instruction::Branch, {*operand}, node.test->range, "", end.label);
  arriveUnchanged(end);
  runLoopBody(node.body, end, next, node.range);
  emit(Instruction::Label, {}, node.range, "", next.label);
  emit(Instruction::Jump, {}, node.range, "", head);
  closeJoin(end, node.range);
  return Flow::Normal;
}

/// The loop's end is reached with the variables themselves.
void Evaluator::arriveUnchanged(Join &join) {
  ++join.arrivals;
  for (auto &[name, slot] : join.slots)
    slot.values.push_back(slotValue(slot, Type::Unknown));
}

Value Evaluator::beginCounting(const Value &items, SourceRange range, Counting &counting) {
  auto list = materialize(items, range);
  if (!list)
    return {};
  auto *object = items.as<RunTimeObject>();
  bool indexed = object && (object->type == Type::List || object->type == Type::Tuple ||
                            object->type == Type::Array);
  counting.list = indexed ? *list : emitCall("list", {*list}, range);
  counting.length = emitCall("len", {counting.list}, range);
  counting.index = emit(Instruction::Variable, {}, range, "");
  counting.head = nextLabel++;
  counting.end = nextLabel++;
  emit(Instruction::Set, {counting.index, emit(Instruction::Int, {}, range, "", 0)}, range);
  emit(Instruction::Label, {}, range, "", counting.head);
  int more = emit(Instruction::Binary, {counting.index, counting.length}, range, "<");
  emit(Instruction::Branch, {more}, range, "", counting.end);
  Value item = runTime(emit(Instruction::Subscript, {counting.list, counting.index}, range),
                       object ? object->element : Type::Unknown);
  return item;
}

void Evaluator::endCounting(const Counting &counting, SourceRange range) {
  int one = emit(Instruction::Int, {}, range, "", 1);
  int next = emit(Instruction::Binary, {counting.index, one}, range, "+");
  emit(Instruction::Set, {counting.index, next}, range);
  emit(Instruction::Jump, {}, range, "", counting.head);
  emit(Instruction::Label, {}, range, "", counting.end);
}

Flow Evaluator::loopAtRunTime(const python::For &node, const Value &items) {
  std::set<std::string> names = boundNames(node.body);
  names.merge(
      boundNames({const_cast<python::Statement *>(static_cast<const python::Statement *>(&node))}));
  holdLists(appendedLists(node.body), node.range);
  Join end = openLoop(names, node.range);
  Join next = end;
  next.label = nextLabel++;
  Counting counting;
  Value item = beginCounting(items, node.iter->range, counting);
  if (item.isPoison())
    return Flow::Normal;
  arriveUnchanged(end);
  {
    RunTimeRegion region(*this);
    assignTarget(*node.target, item, node.iter->range);
  }
  runLoopBody(node.body, end, next, node.range);
  emit(Instruction::Label, {}, node.range, "", next.label);
  endCounting(counting, node.range);
  if (!node.orelse.empty())
    run(node.orelse);
  closeJoin(end, node.range);
  return Flow::Normal;
}

//===- What statements do ---------------------------------------------------------------------===//

namespace {
/// Visits statements and those within them, without those of functions; of loops only if asked.
template <typename Visit>
void eachStatement(const python::Statements &statements, bool loops, const Visit &visit) {
  for (const python::Statement *statement : statements) {
    visit(*statement);
    if (auto *branch = as<python::If>(statement)) {
      eachStatement(branch->body, loops, visit);
      eachStatement(branch->orelse, loops, visit);
    } else if (auto *loop = as<python::For>(statement); loop && loops) {
      eachStatement(loop->body, loops, visit);
      eachStatement(loop->orelse, loops, visit);
    } else if (auto *loop = as<python::While>(statement); loop && loops) {
      eachStatement(loop->body, loops, visit);
      eachStatement(loop->orelse, loops, visit);
    }
  }
}

const python::Name *rootOf(const python::Expression *expression) {
  while (expression) {
    if (auto *name = as<python::Name>(expression))
      return name;
    auto *attribute = as<python::Attribute>(expression);
    auto *call = as<python::Call>(expression);
    auto *access = as<python::Subscript>(expression);
    expression = attribute ? attribute->value
                 : call    ? call->func
                 : access  ? access->value
                           : nullptr;
  }
  return nullptr;
}
} // namespace

bool contains(const python::Statements &statements, python::Kind kind, bool withinLoops) {
  bool found = false;
  eachStatement(statements, withinLoops,
                [&](const python::Statement &statement) { found |= statement.kind == kind; });
  return found;
}

std::set<std::string> appendedLists(const python::Statements &statements) {
  std::set<std::string> names;
  eachStatement(statements, true, [&](const python::Statement &statement) {
    auto *expression = as<python::Expr>(&statement);
    auto *call = expression ? as<python::Call>(expression->value) : nullptr;
    auto *attribute = call ? as<python::Attribute>(call->func) : nullptr;
    auto *name =
        attribute && attribute->attr == "append" ? as<python::Name>(attribute->value) : nullptr;
    if (name)
      names.insert(name->id);
  });
  return names;
}

/// Whether all that the statements do is drawing.
bool Evaluator::isPlotting(const python::Statements &statements) {
  auto plots = [&](const python::Expression *expression) {
    const python::Name *root = rootOf(expression);
    Variable *variable = root ? findVariable(root->id) : nullptr;
    auto *module = variable ? variable->value.as<ModuleObject>() : nullptr;
    return module && module->isPlotting();
  };
  bool all = !statements.empty(), any = false;
  for (const python::Statement *statement : statements) {
    auto *expression = as<python::Expr>(statement);
    auto *assignment = as<python::Assign>(statement);
    auto *choice = as<python::If>(statement);
    auto *loop = as<python::For>(statement);
    bool drawing = (expression && plots(expression->value)) ||
                   (assignment && plots(assignment->value)) ||
                   (choice && isPlotting(choice->body) &&
                    (choice->orelse.empty() || isPlotting(choice->orelse))) ||
                   (loop && isPlotting(loop->body));
    any |= drawing;
    all &= drawing || statement->kind == python::Kind::Pass;
  }
  return all && any;
}

void Evaluator::skipPlots(const python::Statement &statement) {
  resolve(&statement);
  skipPlotting(statement.range);
  for (const std::string &name : boundNames({const_cast<python::Statement *>(&statement)}))
    if (!findVariable(name))
      assign(name, importedModule("matplotlib", statement.range), statement.range);
}

} // namespace ingot::import
