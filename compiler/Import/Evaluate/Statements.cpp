// Statements.

#include "compiler/Import/Evaluate/Branches.h"
#include "compiler/Import/Evaluate/Evaluator.h"
#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/Keras/Datasets.h"

#include <fmt/format.h>

namespace ingot::import {

using python::as;

namespace {
constexpr uint64_t kMaxSteps = 1'000'000;
constexpr uint64_t kMaxElements = 20'000'000;
} // namespace

Evaluator::Evaluator(const python::Source &source, python::DiagnosticSink &sink)
    : source(source), sink(sink) {
  scopes.push_back(std::make_unique<Scope>());
  moduleScope = scope = scopes.back().get();
  builtins = makeBuiltins(heap);
}

bool Evaluator::step(SourceRange range) {
  if (stopped)
    return false;
  if (++steps <= kMaxSteps)
    return true;
  error(range, fmt::format("the script takes more than {} steps at compile time", kMaxSteps))
      .note(range, "loops run when the script is compiled; training's own loop is in model.fit");
  stopped = true;
  return false;
}

bool Evaluator::checkSize(uint64_t count, SourceRange range) {
  if (stopped)
    return false;
  if (count <= kMaxElements && (elements += count) <= kMaxElements)
    return true;
  error(range,
        fmt::format("the script makes more than {} elements of lists and text at compile time",
                    kMaxElements));
  stopped = true;
  return false;
}

void Evaluator::runModule(const python::Module &module) {
  moduleScope->bound = boundNames(module.body);
  moduleScope->variables["__name__"] = {heap.str("__main__"), {}, 0, true};
  moduleScope->variables["__file__"] = {heap.str(source.path()), {}, 0, true};
  run(module.body);
  resolveAll(module);
}

Flow Evaluator::run(const python::Statements &statements) {
  for (const python::Statement *statement : statements) {
    Flow flow = run(*statement);
    if (flow != Flow::Normal || stopped)
      return flow;
  }
  return Flow::Normal;
}

/// What to write in place of a class, by what it derives from.
static std::string classRemedy(Evaluator &evaluator, const python::ClassDef &definition) {
  for (const python::Expression *base : definition.bases)
    if (evaluator.text(base->range).ends_with("Callback"))
      return "EarlyStopping, ModelCheckpoint, ReduceLROnPlateau, LearningRateScheduler, CSVLogger "
             "and TerminateOnNaN are there, and fit returns all that an epoch logs";
  return "use functions, the functional API or Sequential";
}

Flow Evaluator::run(const python::Statement &node) {
  if (!step(node.range))
    return Flow::Normal;
  switch (node.kind) {
  case python::Kind::Expr:
    runExpression(static_cast<const python::Expr &>(node));
    return Flow::Normal;
  case python::Kind::Assign: {
    auto &assign = static_cast<const python::Assign &>(node);
    Value value = evaluate(*assign.value);
    for (const python::Expression *target : assign.targets)
      assignTarget(*target, value, assign.value->range);
    return Flow::Normal;
  }
  case python::Kind::AugAssign:
    runAugAssign(static_cast<const python::AugAssign &>(node));
    return Flow::Normal;
  case python::Kind::AnnAssign:
    runAnnAssign(static_cast<const python::AnnAssign &>(node));
    return Flow::Normal;
  case python::Kind::For:
    return runFor(static_cast<const python::For &>(node));
  case python::Kind::While:
    return runWhile(static_cast<const python::While &>(node));
  case python::Kind::If:
    return runIf(static_cast<const python::If &>(node));
  case python::Kind::FunctionDef:
    runFunctionDef(static_cast<const python::FunctionDef &>(node));
    return Flow::Normal;
  case python::Kind::Return: {
    auto *value = static_cast<const python::Return &>(node).value;
    return leaveFunction(value ? evaluate(*value) : Value(NoneValue()), node.range);
  }
  case python::Kind::Delete:
    runDelete(static_cast<const python::Delete &>(node));
    return Flow::Normal;
  case python::Kind::Assert:
    runAssert(static_cast<const python::Assert &>(node));
    return Flow::Normal;
  case python::Kind::Import:
    runImport(static_cast<const python::Import &>(node));
    return Flow::Normal;
  case python::Kind::ImportFrom:
    runImportFrom(static_cast<const python::ImportFrom &>(node));
    return Flow::Normal;
  case python::Kind::Global:
    for (auto &name : static_cast<const python::Global &>(node).names)
      scope->globals.insert(name);
    return Flow::Normal;
  case python::Kind::Nonlocal:
    for (auto &name : static_cast<const python::Nonlocal &>(node).names)
      scope->nonlocals.insert(name);
    return Flow::Normal;
  case python::Kind::Pass:
  case python::Kind::ErrorStmt:
    return Flow::Normal;
  case python::Kind::Break:
    return leave(Flow::Break, node.range);
  case python::Kind::Continue:
    return leave(Flow::Continue, node.range);
  case python::Kind::ClassDef: {
    auto &definition = static_cast<const python::ClassDef &>(node);
    notSupported(definition.nameRange, "a class", classRemedy(*this, definition));
    assign(definition.name, {}, definition.nameRange);
    return Flow::Normal;
  }
  case python::Kind::With: {
    // Files of arrays need no closing here.
    auto &with = static_cast<const python::With &>(node);
    for (const python::WithItem *item : with.items) {
      Value value = evaluate(*item->context_expr);
      if (!value.as<DictObject>() && !value.isPoison()) {
        runUnsupported(node, "'with'", "write its statements without it");
        return Flow::Normal;
      }
      if (item->optional_vars)
        assignTarget(*item->optional_vars, value, item->context_expr->range);
    }
    return run(with.body);
  }
  case python::Kind::AsyncWith:
    runUnsupported(node, "'with'", "write its statements without it");
    return Flow::Normal;
  case python::Kind::Try:
  case python::Kind::TryStar:
    runUnsupported(node, "'try'", "an error here is found when the script is compiled");
    return Flow::Normal;
  case python::Kind::Match:
    runUnsupported(node, "'match'", "use if, elif and else");
    return Flow::Normal;
  case python::Kind::Raise:
    if (runTimeDepth > 0) {
      int message = emit(Instruction::Str, {}, node.range, std::string(text(node.range)));
      emitCall("raise", {message}, node.range);
      return Flow::Ended;
    }
    error(node.range, "the script raises an exception here");
    return Flow::Return;
  default:
    runUnsupported(node, "'async'", "use def and for");
    return Flow::Normal;
  }
}

void Evaluator::runUnsupported(const python::Statement &node, std::string_view what,
                               std::string_view remedy) {
  notSupported({node.range.begin, node.range.begin + static_cast<uint32_t>(what.size()) - 2},
               std::string(what), std::string(remedy));
  for (const std::string &name : boundNames({const_cast<python::Statement *>(&node)}))
    assign(name, {}, node.range);
}

void Evaluator::runExpression(const python::Expr &node) {
  Value value = evaluate(*node.value);
  if (value.isPoison() || value.isNone())
    return;
  auto *attribute = as<python::Attribute>(node.value);
  if (attribute && attribute->attr == "shape") {
    std::string shown(text(node.value->range));
    warning(node.range, fmt::format("this statement does nothing; did you mean print({})?", shown))
        .fix(fmt::format("print({})", shown));
  } else if ((attribute && value.as<MethodObject>()) ||
             (as<python::Name>(node.value) && value.as<FunctionObject>())) {
    std::string shown(text(node.value->range));
    warning(node.range, fmt::format("this statement does nothing; did you mean {}()?", shown))
        .fix(shown + "()");
  }
}

/// `x_train.shape : (50000, 32, 32, 3)` reads like a print and is an annotation.
void Evaluator::runAnnAssign(const python::AnnAssign &node) {
  if (node.value) {
    assignTarget(*node.target, evaluate(*node.value), node.value->range);
    return;
  }
  if (node.simple) {
    auto *name = as<python::Name>(node.target);
    if (name->id == "print") {
      std::string shown(text(node.annotation->range));
      warning(node.range,
              fmt::format(
                  "an annotation, not a print: the statement does nothing; did you mean print({})?",
                  shown))
          .fix(fmt::format("print({})", shown));
    }
    return;
  }
  Value target = Value();
  if (auto *attribute = as<python::Attribute>(node.target))
    target = evaluate(*attribute->value);
  std::string shown(text(node.target->range));
  warning(
      node.range,
      fmt::format("an annotation, not a print: the statement does nothing; did you mean print({})?",
                  shown))
      .fix(fmt::format("print({})", shown));
}

void Evaluator::runAugAssign(const python::AugAssign &node) {
  Value left;
  if (auto *name = as<python::Name>(node.target))
    left = lookUp(name->id, name->range);
  else
    left = evaluate(*node.target);
  Value right = evaluate(*node.value);
  Value result = binary(operatorText(node.op), left, right, node.range, true);
  assignTarget(*node.target, result, node.range);
}

Flow Evaluator::runFor(const python::For &node) {
  if (isPlotting(node.body)) {
    skipPlots(node);
    return Flow::Normal;
  }
  Value iterable = evaluate(*node.iter);
  if (isOfRun(iterable))
    return loopAtRunTime(node, iterable);
  // The first turn alone of a loop that ends in `break`.
  auto *dataset = iterable.as<DatasetObject>();
  bool first = dataset && !node.body.empty() && node.body.back()->kind == python::Kind::Break;
  auto items = first ? datasetBatches(*this, *dataset, 1, node.iter->range)
                     : iterate(iterable, node.iter->range);
  if (!items) {
    assignTarget(*node.target, {}, node.iter->range);
    for (const std::string &name : boundNames(node.body))
      if (!findVariable(name))
        assign(name, {}, node.iter->range);
    return Flow::Normal;
  }
  std::set<std::string> names = boundNames({const_cast<python::For *>(&node)});
  bool breaks = contains(node.body, python::Kind::Break, false);
  bool continues = contains(node.body, python::Kind::Continue, false);
  std::optional<Join> end, next;
  if (breaks)
    end = openJoin(names, node.range);
  Flow flow = Flow::Normal;
  auto *list = iterable.as<ListObject>();
  for (const Value &item : *items) {
    if (list && list->items.size() != items->size()) {
      notSupported(node.iter->range, "a loop over a list that its body makes longer or shorter",
                   "loop over a copy: list(...)");
      return Flow::Normal;
    }
    assignTarget(*node.target, item, node.iter->range);
    if (continues)
      next = openJoin(names, node.range);
    loops.push_back({end ? &*end : nullptr, next ? &*next : nullptr, runTimeDepth});
    flow = run(node.body);
    loops.pop_back();
    if (next && next->arrivals) {
      if (flow == Flow::Normal || flow == Flow::Continue)
        arrive(*next, node.range, false);
      closeJoin(*next, node.range);
      flow = Flow::Normal;
    }
    if (stopped)
      return flow;
    if (flow != Flow::Normal && flow != Flow::Continue)
      break;
  }
  if (first && flow != Flow::Break && flow != Flow::Return && flow != Flow::Ended)
    notSupported(node.iter->range, "a loop over a Dataset that goes on after its first batch",
                 "end the body with 'break', or take(n) batches");
  if (list && list->items.size() != items->size() && flow != Flow::Break && flow != Flow::Return)
    notSupported(node.iter->range, "a loop over a list that its body makes longer or shorter",
                 "loop over a copy: list(...)");
  bool broken = flow == Flow::Break, ended = flow == Flow::Ended;
  if (flow == Flow::Return)
    return flow;
  flow = broken || ended ? Flow::Normal : run(node.orelse);
  if (!end || !end->arrivals)
    return ended ? Flow::Ended : flow;
  if (!ended && flow == Flow::Normal)
    arrive(*end, node.range, false);
  closeJoin(*end, node.range);
  return Flow::Normal;
}

Flow Evaluator::runWhile(const python::While &node) {
  constexpr int kMaxIterations = 100'000;
  for (int i = 0;; ++i) {
    size_t before = script.size();
    Value test = evaluate(*node.test);
    if (test.as<RunTimeObject>()) {
      script.resize(before); // it is evaluated again at the loop's head
      return loopAtRunTime(node);
    }
    auto truth = truthOf(test, node.test->range, "'while'");
    if (!truth || stopped)
      return Flow::Normal;
    if (!*truth)
      return run(node.orelse);
    if (i >= kMaxIterations) {
      error(node.test->range,
            fmt::format("the loop runs more than {} times; it is run when the script is compiled",
                        kMaxIterations));
      return Flow::Normal;
    }
    bool atRunTime = false;
    Flow flow = runWhileTurn(node, atRunTime);
    if (atRunTime)
      return loopAtRunTime(node);
    if (flow == Flow::Return || flow == Flow::Ended)
      return flow;
    if (flow == Flow::Break)
      return Flow::Normal;
  }
}

/// One turn of a loop whose test is known. Where a branch of the run leaves it, all is as if it had
/// not been tried, and the loop is one of the run.
Flow Evaluator::runWhileTurn(const python::While &node, bool &atRunTime) {
  if (!contains(node.body, python::Kind::Break, false) &&
      !contains(node.body, python::Kind::Continue, false))
    return run(node.body);
  std::set<std::string> names = boundNames(node.body);
  auto saved = variablesOf(names);
  std::vector<std::pair<ListObject *, std::vector<Value>>> lists;
  for (const std::string &name : appendedLists(node.body))
    if (Variable *variable = findVariable(name))
      if (auto *list = variable->value.as<ListObject>())
        lists.emplace_back(list, list->items);
  size_t before = script.size();
  Join end = openJoin(names, node.range), next = openJoin(names, node.range);
  loops.push_back({&end, &next, runTimeDepth});
  Flow flow = run(node.body);
  loops.pop_back();
  atRunTime = end.arrivals || next.arrivals;
  if (!atRunTime)
    return flow;
  script.resize(before);
  restore(names, saved);
  for (auto &[list, items] : lists)
    list->items = items;
  return Flow::Normal;
}

Flow Evaluator::runIf(const python::If &node) {
  Value test = evaluate(*node.test);
  if (test.as<RunTimeObject>()) {
    if (!isPlotting(node.body) || (!node.orelse.empty() && !isPlotting(node.orelse)))
      return branch(node, test);
    skipPlots(node);
    return Flow::Normal;
  }
  auto truth = truthOf(test, node.test->range, "'if'");
  if (truth)
    return run(*truth ? node.body : node.orelse);
  for (auto *branch : {&node.body, &node.orelse})
    for (const std::string &name : boundNames(*branch))
      assign(name, {}, node.range);
  return Flow::Normal;
}

void Evaluator::runDelete(const python::Delete &node) {
  for (const python::Expression *target : node.targets) {
    if (auto *name = as<python::Name>(target)) {
      lookUp(name->id, name->range);
      scope->variables.erase(name->id);
      continue;
    }
    auto *access = as<python::Subscript>(target);
    Value container = access ? evaluate(*access->value) : Value();
    Value index = access ? evaluate(*access->slice) : Value();
    if (container.isPoison() || index.isPoison())
      continue;
    auto *dict = container.as<DictObject>();
    auto *list = container.as<ListObject>();
    auto key = hashKey(index);
    auto at = index.integer();
    if (dict && key && dict->entries.erase(*key))
      continue;
    if (list && at && *at + (*at < 0 ? static_cast<int64_t>(list->items.size()) : 0) >= 0 &&
        *at < static_cast<int64_t>(list->items.size()))
      list->items.erase(list->items.begin() + *at +
                        (*at < 0 ? static_cast<int64_t>(list->items.size()) : 0));
    else
      error(target->range, "there is nothing to delete here");
  }
}

void Evaluator::runAssert(const python::Assert &node) {
  Value test = evaluate(*node.test);
  if (test.as<RunTimeObject>()) {
    Value message = node.msg ? evaluate(*node.msg) : Value(NoneValue());
    auto condition = materialize(test, node.range), text = materialize(message, node.range);
    if (condition && text)
      emitCall("assert", {*condition, *text}, node.range);
    return;
  }
  auto truth = truthOf(test, node.test->range, "'assert'");
  if (truth != false)
    return;
  auto *message = node.msg ? evaluate(*node.msg).str() : nullptr;
  error(node.test->range, message ? "assertion failed: " + *message : "assertion failed");
}

void Evaluator::assignTarget(const python::Expression &target, const Value &value,
                             SourceRange valueRange) {
  if (auto *name = as<python::Name>(&target))
    assign(name->id, value, name->range);
  else if (auto *tuple = as<python::Tuple>(&target))
    assignSequence(tuple->elts, value, target.range, valueRange);
  else if (auto *list = as<python::List>(&target))
    assignSequence(list->elts, value, target.range, valueRange);
  else if (auto *access = as<python::Subscript>(&target))
    assignSubscript(*access, value);
  else if (auto *attribute = as<python::Attribute>(&target)) {
    Value object = evaluate(*attribute->value);
    if (!object.isPoison() && !object.as<ModuleObject>() &&
        !assignKerasAttribute(*this, object, attribute->attr, value, attribute->attrRange))
      notSupported(attribute->attrRange,
                   fmt::format("assigning to the attribute '{}'", attribute->attr));
  }
}

void Evaluator::assignSequence(const python::Expressions &targets, const Value &value,
                               SourceRange range, SourceRange valueRange) {
  size_t starred = targets.size();
  for (size_t i = 0; i < targets.size(); ++i)
    if (targets[i]->kind == python::Kind::Starred)
      starred = i;
  auto items = iterate(value, valueRange, targets.size());
  size_t fixed = targets.size() - (starred < targets.size());
  if (items && (starred < targets.size() ? items->size() < fixed : items->size() != fixed)) {
    bool isDataset = items->size() == 2 && targets.size() == 4 && sequence((*items)[0]);
    error(range, fmt::format("{} values cannot be unpacked into {} variables{}", items->size(),
                             targets.size(),
                             isDataset ? "; write (a, b), (c, d) = ... for two pairs" : ""))
        .note(valueRange, "the values are here");
    items.reset();
  }
  size_t next = 0;
  for (size_t i = 0; i < targets.size(); ++i) {
    if (i == starred) {
      size_t count = items ? items->size() - fixed : 0;
      Value rest =
          items ? heap.list({items->begin() + next, items->begin() + next + count}) : Value();
      next += count;
      assignTarget(*as<python::Starred>(targets[i])->value, rest, valueRange);
    } else {
      assignTarget(*targets[i], items ? (*items)[next++] : Value(), valueRange);
    }
  }
}

void Evaluator::assignSubscript(const python::Subscript &target, const Value &value) {
  Value container = evaluate(*target.value), index = evaluate(*target.slice);
  if (container.isPoison() || index.isPoison() || container.as<ModuleObject>())
    return;
  if (auto *dict = container.as<DictObject>()) {
    if (!mayChange(container, target.range))
      return;
    if (auto key = hashKey(index))
      dict->entries.set(*key, index, value);
    else
      error(target.slice->range, someOf(index) + " cannot be a key of a dict");
    return;
  }
  if (!mayChange(container, target.range))
    return;
  auto *list = container.as<ListObject>();
  auto at = index.integer();
  if (!list || !at) {
    notSupported(target.range, "assigning to elements of " + someOf(container));
    return;
  }
  int64_t size = static_cast<int64_t>(list->items.size());
  if (*at < -size || *at >= size)
    error(target.slice->range,
          fmt::format("index {} is out of range: the list has {} items", *at, size));
  else
    list->items[*at < 0 ? *at + size : *at] = value;
}

} // namespace ingot::import
