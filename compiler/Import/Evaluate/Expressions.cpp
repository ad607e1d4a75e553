// Expressions, and calls as far as they are Python's.

#include "compiler/Import/Evaluate/Evaluator.h"
#include "compiler/Import/Evaluate/Text.h"

#include <fmt/format.h>

namespace ingot::import {

using python::as;

namespace {
constexpr int kMaxDepth = 200; // of expressions and calls together; the native stack holds far more
}

Value Evaluator::evaluate(const python::Expression &node) {
  if (stopped || !step(node.range))
    return {};
  if (expressionDepth >= kMaxDepth) {
    if (!sink.hasErrors()) // the parser cuts off what is far too deep, and says so
      error(node.range,
            fmt::format("expressions and calls are nested more than {} deep", kMaxDepth));
    stopped = true;
    return {};
  }
  struct Depth {
    int &depth;
    explicit Depth(int &depth) : depth(depth) { ++depth; }
    ~Depth() { --depth; }
  } depth(expressionDepth);
  switch (node.kind) {
  case python::Kind::Constant:
    return evaluateConstant(static_cast<const python::Constant &>(node));
  case python::Kind::Name:
    return lookUp(as<python::Name>(&node)->id, node.range);
  case python::Kind::BoolOp:
    return evaluateBoolOp(static_cast<const python::BoolOp &>(node));
  case python::Kind::NamedExpr: {
    auto &walrus = static_cast<const python::NamedExpr &>(node);
    Value value = evaluate(*walrus.value);
    assignTarget(*walrus.target, value, walrus.value->range);
    return value;
  }
  case python::Kind::BinOp: {
    auto &op = static_cast<const python::BinOp &>(node);
    Value left = evaluate(*op.left), right = evaluate(*op.right);
    return binary(operatorText(op.op), left, right, node.range);
  }
  case python::Kind::UnaryOp: {
    auto &op = static_cast<const python::UnaryOp &>(node);
    return unary(operatorText(op.op), evaluate(*op.operand), node.range);
  }
  case python::Kind::Compare:
    return evaluateCompare(static_cast<const python::Compare &>(node));
  case python::Kind::IfExp: {
    auto &choice = static_cast<const python::IfExp &>(node);
    Value test = evaluate(*choice.test);
    if (test.as<RunTimeObject>())
      return choose(choice, test);
    auto truth = truthOf(test, choice.test->range, "a conditional expression");
    if (!truth) {
      resolve(choice.body);
      resolve(choice.orelse);
      return {};
    }
    return evaluate(*truth ? *choice.body : *choice.orelse);
  }
  case python::Kind::Lambda:
    return evaluateLambda(static_cast<const python::Lambda &>(node));
  case python::Kind::Tuple:
  case python::Kind::List: {
    bool tuple = node.kind == python::Kind::Tuple;
    std::vector<Value> items;
    if (!evaluateItems(tuple ? as<python::Tuple>(&node)->elts : as<python::List>(&node)->elts,
                       items))
      return {};
    return tuple ? heap.tuple(std::move(items)) : heap.list(std::move(items));
  }
  case python::Kind::Dict:
    return evaluateDict(static_cast<const python::Dict &>(node));
  case python::Kind::Set:
    return evaluateSet(as<python::Set>(&node)->elts, node.range);
  case python::Kind::ListComp:
  case python::Kind::SetComp:
  case python::Kind::DictComp:
  case python::Kind::GeneratorExp:
    return evaluateComprehension(node);
  case python::Kind::Call:
    return evaluateCall(static_cast<const python::Call &>(node));
  case python::Kind::JoinedStr:
    return evaluateJoinedStr(static_cast<const python::JoinedStr &>(node));
  case python::Kind::Attribute: {
    auto &access = static_cast<const python::Attribute &>(node);
    return attribute(evaluate(*access.value), access.attr, node.range, access.attrRange);
  }
  case python::Kind::Subscript: {
    auto &access = static_cast<const python::Subscript &>(node);
    Value container = evaluate(*access.value);
    return subscript(container, evaluate(*access.slice), node.range);
  }
  case python::Kind::Slice:
    return evaluateSlice(static_cast<const python::Slice &>(node));
  case python::Kind::ErrorExpr:
    return {};
  case python::Kind::Starred:
    error(node.range, "a starred expression can only stand in a list, tuple or call");
    return {};
  default:
    return notSupported(node.range,
                        fmt::format("'{}'", node.kind == python::Kind::Await ? "await" : "yield"),
                        "a function here returns its result");
  }
}

Value Evaluator::evaluateConstant(const python::Constant &node) {
  if (node.namedCharacters)
    return notSupported(node.range, "a character's name (\\N{...}) in a string",
                        "write the character itself, or its code as \\uXXXX");
  struct Visitor {
    Evaluator &evaluator;
    SourceRange range;
    Value operator()(NoneValue value) const { return value; }
    Value operator()(EllipsisValue value) const { return value; }
    Value operator()(bool value) const { return value; }
    Value operator()(double value) const { return value; }
    Value operator()(const std::string &text) const { return evaluator.heap.str(text); }
    Value operator()(const python::IntegerValue &integer) const {
      if (integer.value)
        return *integer.value;
      evaluator.error(range, "an int of more than 64 bits is not supported");
      return {};
    }
    Value operator()(const python::ImaginaryValue &) const {
      return evaluator.notSupported(range, "a complex number");
    }
    Value operator()(const python::BytesValue &) const {
      return evaluator.notSupported(range, "a bytes literal", "use a str");
    }
  };
  return std::visit(Visitor{*this, node.range}, node.value);
}

Value Evaluator::evaluateBoolOp(const python::BoolOp &node) {
  bool isAnd = node.op == python::BoolOperator::And;
  Value value;
  for (size_t i = 0; i < node.values.size(); ++i) {
    value = evaluate(*node.values[i]);
    if (i + 1 == node.values.size())
      break;
    if (value.as<RunTimeObject>())
      return chooseOperand(node, i, value);
    auto truth = truthOf(value, node.values[i]->range, isAnd ? "'and'" : "'or'");
    if (!truth || *truth != isAnd) {
      for (size_t rest = i + 1; rest < node.values.size(); ++rest)
        resolve(node.values[rest]);
      return truth ? value : Value();
    }
  }
  return value;
}

Value Evaluator::evaluateCompare(const python::Compare &node) {
  Value left = evaluate(*node.left), result, before = true;
  for (size_t i = 0; i < node.ops.size(); ++i) {
    Value right = evaluate(*node.comparators[i]);
    result = compare(operatorText(node.ops[i]), left, right, node.range);
    if (before.as<RunTimeObject>() && !result.isPoison()) {
      auto a = materialize(before, node.range), b = materialize(result, node.range);
      result = a && b ? runTime(emit(Instruction::Binary, {*a, *b}, node.range, "and"),
                                RunTimeObject::Type::Bool)
                      : Value();
    }
    if (i + 1 == node.ops.size())
      break;
    if (result.as<RunTimeObject>()) {
      before = result;
      left = right;
      continue;
    }
    auto truth = truthOf(result, node.range, "a chained comparison");
    if (!truth || !*truth)
      return truth ? result : Value();
    left = right;
  }
  return result;
}

bool Evaluator::evaluateItems(const python::Expressions &elements, std::vector<Value> &items) {
  bool ok = true;
  for (const python::Expression *element : elements) {
    if (auto *starred = as<python::Starred>(element)) {
      auto more = iterate(evaluate(*starred->value), starred->range);
      ok &= more.has_value();
      if (more)
        items.insert(items.end(), more->begin(), more->end());
    } else {
      items.push_back(evaluate(*element));
    }
    if (!checkSize(1, element->range))
      return false;
  }
  return ok;
}

Value Evaluator::evaluateDict(const python::Dict &node) {
  auto *dict = heap.make<DictObject>();
  bool ok = true;
  for (size_t i = 0; i < node.values.size(); ++i) {
    Value value = evaluate(*node.values[i]);
    if (!node.keys[i]) {
      auto *other = value.as<DictObject>();
      if (!other && !value.isPoison())
        error(node.values[i]->range, fmt::format("'**' needs a dict, not '{}'", typeName(value)));
      ok &= other != nullptr;
      if (other)
        for (auto &[key, item] : other->entries.items)
          dict->entries.set(*hashKey(key), key, item);
      continue;
    }
    Value key = evaluate(*node.keys[i]);
    auto hash = hashKey(key);
    if (!hash && !key.isPoison())
      error(node.keys[i]->range, someOf(key) + " cannot be a key of a dict");
    ok &= hash.has_value();
    if (hash)
      dict->entries.set(*hash, key, value);
  }
  return ok ? Value(dict) : Value();
}

Value Evaluator::evaluateSet(const python::Expressions &elements, SourceRange range) {
  std::vector<Value> items;
  if (!evaluateItems(elements, items))
    return {};
  auto *set = heap.make<SetObject>();
  for (const Value &item : items) {
    auto hash = hashKey(item);
    if (!hash) {
      if (!item.isPoison())
        error(range, someOf(item) + " cannot be in a set");
      return {};
    }
    set->entries.set(*hash, item, NoneValue());
  }
  return set;
}

Value Evaluator::evaluateSlice(const python::Slice &node) {
  auto *slice = heap.make<SliceObject>();
  auto part = [&](const python::Expression *bound) {
    return bound ? evaluate(*bound) : Value(NoneValue());
  };
  slice->start = part(node.lower);
  slice->stop = part(node.upper);
  slice->step = part(node.step);
  if (slice->start.isPoison() || slice->stop.isPoison() || slice->step.isPoison())
    return {};
  return slice;
}

Value Evaluator::evaluateJoinedStr(const python::JoinedStr &node) {
  std::vector<Value> parts;
  for (const python::Expression *part : node.values) {
    auto *field = as<python::FormattedValue>(part);
    if (!field) {
      parts.push_back(evaluate(*part));
      continue;
    }
    Value value = evaluate(*field->value);
    std::string spec;
    if (field->format_spec) {
      Value text = evaluate(*field->format_spec);
      if (!text.str()) {
        if (!text.isPoison())
          notSupported(field->value->range, "a format that only the run knows");
        parts.emplace_back();
        continue;
      }
      spec = *text.str();
    }
    parts.push_back(formatted(value, field->conversion, spec, field->value->range));
  }
  return joined(parts, node.range);
}

Value Evaluator::joined(const std::vector<Value> &parts, SourceRange range) {
  std::string text;
  bool known = true;
  for (const Value &part : parts) {
    if (part.isPoison())
      return {};
    known &= part.str() != nullptr;
    if (part.str())
      text += *part.str();
  }
  if (known)
    return checkSize(text.size(), range) ? heap.str(text) : Value();
  std::vector<int> operands;
  for (const Value &part : parts) {
    auto operand = materialize(part, range);
    if (!operand)
      return {};
    operands.push_back(*operand);
  }
  return runTime(emit(Instruction::Join, operands, range), RunTimeObject::Type::Str);
}

//===- Comprehensions -------------------------------------------------------------------------===//

/// Runs the loops of a comprehension from one generator on.
struct Comprehender {
  Evaluator &evaluator;
  const std::vector<python::Comprehension *> &generators;
  bool needsRun = false; // it has loops or conditions that only the run knows

  template <typename Visit> bool from(size_t index, const Visit &visit) {
    if (index == generators.size()) {
      visit();
      return true;
    }
    const python::Comprehension &generator = *generators[index];
    Value iterable = evaluator.evaluate(*generator.iter);
    needsRun |= Evaluator::isOfRun(iterable);
    auto items = needsRun ? std::nullopt : evaluator.iterate(iterable, generator.iter->range);
    if (!items)
      return false;
    for (const Value &item : *items) {
      evaluator.assignTarget(*generator.target, item, generator.iter->range);
      bool selected = true;
      for (const python::Expression *condition : generator.ifs) {
        Value test = evaluator.evaluate(*condition);
        needsRun |= test.as<RunTimeObject>() != nullptr;
        auto truth = needsRun ? std::nullopt
                              : evaluator.truthOf(test, condition->range, "a comprehension's 'if'");
        if (!truth)
          return false;
        selected &= *truth;
        if (!selected)
          break;
      }
      if (evaluator.stopped || !evaluator.step(generator.iter->range))
        return false;
      if (selected && !from(index + 1, visit))
        return false;
    }
    return true;
  }
};

/// The loops of a comprehension that fills a list of the run.
struct RunTimeComprehender {
  Evaluator &evaluator;
  const std::vector<python::Comprehension *> &generators;

  template <typename Visit> bool from(size_t index, const Visit &visit) {
    if (index == generators.size())
      return visit();
    const python::Comprehension &generator = *generators[index];
    Value iterable = evaluator.evaluate(*generator.iter);
    if (Evaluator::isOfRun(iterable)) {
      Evaluator::Counting counting;
      Value item = evaluator.beginCounting(iterable, generator.iter->range, counting);
      Evaluator::RunTimeRegion region(evaluator);
      bool ok = !item.isPoison() && turn(generator, item, index, visit);
      evaluator.endCounting(counting, generator.iter->range);
      return ok;
    }
    auto items = evaluator.iterate(iterable, generator.iter->range);
    for (size_t i = 0; items && i < items->size(); ++i)
      if (!turn(generator, (*items)[i], index, visit))
        return false;
    return items.has_value();
  }

private:
  template <typename Visit>
  bool turn(const python::Comprehension &generator, const Value &item, size_t index,
            const Visit &visit) {
    evaluator.assignTarget(*generator.target, item, generator.iter->range);
    int skip = evaluator.nextLabel++;
    bool branches = false, ok = true;
    for (const python::Expression *condition : generator.ifs) {
      Value test = evaluator.evaluate(*condition);
      if (auto known = truth(test)) {
        if (!*known)
          return true;
        continue;
      }
      auto operand = evaluator.materialize(test, condition->range);
      if (!operand)
        return false;
      evaluator.emit(Instruction::Branch, {*operand}, condition->range, "", skip);
      branches = true;
    }
    ok = from(index + 1, visit);
    if (branches)
      evaluator.emit(Instruction::Label, {}, generator.iter->range, "", skip);
    return ok;
  }
};

Value Evaluator::comprehendAtRunTime(const python::Expression &node,
                                     const std::vector<python::Comprehension *> &generators,
                                     const python::Expression &element,
                                     const python::Expression *value) {
  int list = emit(Instruction::Variable, {}, node.range, "");
  emit(Instruction::Set, {list, emit(Instruction::List, {}, node.range)}, node.range);
  bool ok = RunTimeComprehender{*this, generators}.from(0, [&] {
    Value item = evaluate(element);
    if (value)
      item = heap.tuple({item, evaluate(*value)});
    auto operand = containsPoison(item) ? std::nullopt : materialize(item, node.range);
    if (operand)
      emit(Instruction::Append, {list, *operand}, node.range);
    return operand.has_value();
  });
  if (!ok)
    return {};
  using Type = RunTimeObject::Type;
  if (node.kind == python::Kind::SetComp)
    return runTime(emitCall("set", {list}, node.range), Type::Unknown);
  return value ? runTime(emitCall("dict", {list}, node.range), Type::Dict)
               : runTime(list, Type::List);
}

namespace {
void targetNames(const python::Node *target, std::set<std::string> &names) {
  if (auto *name = as<python::Name>(target))
    names.insert(name->id);
  else if (auto *tuple = as<python::Tuple>(target))
    for (auto *element : tuple->elts)
      targetNames(element, names);
  else if (auto *list = as<python::List>(target))
    for (auto *element : list->elts)
      targetNames(element, names);
  else if (auto *starred = as<python::Starred>(target))
    targetNames(starred->value, names);
}
} // namespace

Value Evaluator::evaluateComprehension(const python::Expression &node) {
  const std::vector<python::Comprehension *> *generators = nullptr;
  const python::Expression *element = nullptr, *value = nullptr;
  if (auto *list = as<python::ListComp>(&node))
    generators = &list->generators, element = list->elt;
  else if (auto *set = as<python::SetComp>(&node))
    generators = &set->generators, element = set->elt;
  else if (auto *generator = as<python::GeneratorExp>(&node))
    generators = &generator->generators, element = generator->elt;
  else if (auto *dict = as<python::DictComp>(&node))
    generators = &dict->generators, element = dict->key, value = dict->value;
  // Its variables are its own.
  Scope *outer = scope;
  scopes.push_back(std::make_unique<Scope>());
  scope = scopes.back().get();
  scope->parent = outer;
  for (const python::Comprehension *generator : *generators)
    targetNames(generator->target, scope->bound);
  std::vector<Value> items, values;
  size_t before = script.size();
  Comprehender comprehender{*this, *generators};
  bool ok = comprehender.from(0, [&] {
    items.push_back(evaluate(*element));
    if (value)
      values.push_back(evaluate(*value));
    if (!checkSize(1, node.range))
      stopped = true;
  });
  if (comprehender.needsRun) {
    script.resize(before);
    Value result = comprehendAtRunTime(node, *generators, *element, value);
    scope = outer;
    return result;
  }
  if (!ok && items.empty())
    resolve(element);
  scope = outer;
  if (!ok)
    return {};
  if (node.kind == python::Kind::SetComp || node.kind == python::Kind::DictComp) {
    auto *set = heap.make<SetObject>();
    auto *dict = heap.make<DictObject>();
    for (size_t i = 0; i < items.size(); ++i) {
      auto hash = hashKey(items[i]);
      if (!hash) {
        if (!items[i].isPoison())
          error(node.range, someOf(items[i]) + " cannot be in a set or a key of a dict");
        return {};
      }
      set->entries.set(*hash, items[i], NoneValue());
      dict->entries.set(*hash, items[i], value ? values[i] : Value(NoneValue()));
    }
    return value ? Value(dict) : Value(set);
  }
  return heap.list(std::move(items));
}

} // namespace ingot::import
