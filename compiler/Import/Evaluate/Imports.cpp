// Imports, and the names in code that is not run.

#include "compiler/Import/Evaluate/Evaluator.h"
#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/NumPy/Libraries.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

using python::as;

Value Evaluator::symbol(const ApiEntry *entry) {
  auto [found, inserted] = symbols.try_emplace(entry);
  if (inserted)
    found->second = heap.make<SymbolObject>(entry);
  return found->second;
}

Value Evaluator::importedModule(const std::string &path, SourceRange range) {
  std::string canonical = canonicalModule(path);
  if (!isModule(canonical) && !canonical.starts_with("matplotlib.") &&
      !canonical.starts_with("seaborn")) {
    if (std::string_view today = todaysModule(canonical); !today.empty()) {
      error(range, fmt::format("'{}' is an older Keras's module; today it is '{}'", path, today));
      return {};
    }
    std::vector<std::string> known = {"tensorflow", "keras", "numpy", "matplotlib.pyplot",
                                      "os",         "sys",   "math",  "random"};
    size_t dot = canonical.rfind('.');
    if (dot != canonical.npos) {
      known.clear();
      for (std::string_view name : moduleNames(canonical.substr(0, dot)))
        if (std::string child = canonical.substr(0, dot + 1) + std::string(name);
            isModule(canonicalModule(child)))
          known.push_back(child);
    }
    auto near = python::nearestName(canonical, known);
    error(range, fmt::format("the module '{}' is not supported{}", path,
                             near ? fmt::format("; did you mean '{}'?", *near)
                                  : "; a script may import tensorflow, keras, numpy, matplotlib, "
                                    "os, sys, math, random"));
    return {};
  }
  auto [found, inserted] = modules.try_emplace(canonical);
  if (inserted)
    found->second = heap.make<ModuleObject>(canonical);
  return found->second;
}

void Evaluator::runImport(const python::Import &node) {
  for (const python::Alias *alias : node.names) {
    Value module = importedModule(alias->name, alias->range);
    std::string first = alias->name.substr(0, alias->name.find('.'));
    if (alias->asname)
      assign(*alias->asname, module, alias->range);
    else
      assign(first, module.isPoison() ? Value() : importedModule(first, alias->range),
             alias->range);
  }
}

void Evaluator::runImportFrom(const python::ImportFrom &node) {
  if (node.level || !node.module) {
    notSupported(node.range, "a relative import");
    return;
  }
  if (*node.module == "__future__")
    return;
  std::string_view statement = text(node.range);
  auto at = static_cast<uint32_t>(std::min(statement.find(*node.module), statement.size()));
  bool isAsWritten = at < statement.size(); // not `keras . layers`
  uint32_t begin = node.range.begin + at;
  Value module = importedModule(
      *node.module, isAsWritten
                        ? SourceRange{begin, begin + static_cast<uint32_t>(node.module->size())}
                        : node.range);
  for (const python::Alias *alias : node.names) {
    auto *object = module.as<ModuleObject>();
    if (alias->name == "*") {
      if (object)
        for (std::string_view name : moduleNames(object->path))
          assign(std::string(name), moduleAttribute(*object, std::string(name), alias->range),
                 alias->range);
      continue;
    }
    Value value = object ? moduleAttribute(*object, alias->name, alias->range) : Value();
    assign(alias->asname.value_or(alias->name), value, alias->range);
  }
}

Value Evaluator::skipPlotting(SourceRange range) {
  if (!plottingSkipped)
    warning(range, "plotting is skipped: the executable draws nothing");
  plottingSkipped = true;
  return importedModule("matplotlib", range);
}

Value Evaluator::moduleAttribute(const ModuleObject &module, const std::string &name,
                                 SourceRange range) {
  const std::string &path = module.path;
  if (module.isPlotting())
    return importedModule(
        path == "matplotlib" && name == "pyplot" ? "matplotlib.pyplot" : "matplotlib", range);
  const ApiEntry *entry = findEntry(path, name);
  if (entry && entry->supported)
    return symbol(entry);
  if (auto value = libraryAttribute(*this, path, name))
    return *value;
  if (entry)
    return symbol(entry);
  std::string child = canonicalModule(path + "." + name);
  if (isModule(child))
    return importedModule(child, range);
  std::vector<std::string> names;
  for (std::string_view known : moduleNames(path))
    names.emplace_back(known);
  for (std::string &known : libraryNames(path))
    names.push_back(known);
  auto near = python::nearestName(name, names);
  std::string shown = path.starts_with("keras") && path != "keras" ? "tf." + path : path;
  if (std::string_view today = todaysModule(path + "." + name); !today.empty()) {
    error(range, fmt::format("'{}' is an older Keras's module; today it is '{}'", name, today));
    return {};
  }
  if (near)
    error(range, fmt::format("'{}' has no '{}'; did you mean '{}'?", shown, name, *near))
        .fix(*near);
  else
    error(range, fmt::format("'{}' has no '{}', or it is not supported yet", shown, name));
  return {};
}

//===- Names in code that is not run ----------------------------------------------------------===//

namespace {
/// Collects what statements bind, and what names an expression or statement reads.
struct NameWalk {
  std::set<std::string> *bound = nullptr;
  std::vector<const python::Name *> reads;
  std::vector<std::set<std::string>> locals;

  bool isLocal(const std::string &name) const {
    return std::any_of(locals.begin(), locals.end(),
                       [&](auto &names) { return names.count(name) != 0; });
  }
  void bind(const std::string &name) {
    if (bound)
      bound->insert(name);
  }
  void parameters(const python::Arguments &arguments, std::set<std::string> &names) {
    for (auto *list : {&arguments.posonlyargs, &arguments.args, &arguments.kwonlyargs})
      for (auto *parameter : *list)
        names.insert(parameter->arg);
    for (auto *parameter : {arguments.vararg, arguments.kwarg})
      if (parameter)
        names.insert(parameter->arg);
    all(arguments.defaults);
    all(arguments.kw_defaults);
  }
  template <typename T> void all(const std::vector<T *> &nodes) {
    for (const T *node : nodes)
      walk(node);
  }
  void comprehension(const std::vector<python::Comprehension *> &generators,
                     std::initializer_list<const python::Node *> elements) {
    std::set<std::string> names, *outer = bound;
    bound = &names;
    for (auto *generator : generators)
      walk(generator->target);
    bound = outer;
    locals.push_back(names);
    for (auto *generator : generators) {
      walk(generator->iter);
      all(generator->ifs);
    }
    for (auto *element : elements)
      walk(element);
    locals.pop_back();
  }
  void function(const python::FunctionDefinition &node) {
    bind(node.name);
    all(node.decorator_list);
    std::set<std::string> names = boundNames(node.body);
    parameters(*node.args, names);
    std::set<std::string> *outer = bound;
    bound = nullptr;
    locals.push_back(names);
    all(node.body);
    locals.pop_back();
    bound = outer;
  }
  void pattern(const python::Node *node);
  void walk(const python::Node *node);
};

void NameWalk::pattern(const python::Node *node) {
  if (auto *match = as<python::MatchAs>(node)) {
    if (match->name)
      bind(*match->name);
    pattern(match->pattern);
  } else if (auto *star = as<python::MatchStar>(node)) {
    if (star->name)
      bind(*star->name);
  } else if (auto *list = as<python::MatchSequence>(node)) {
    for (auto *part : list->patterns)
      pattern(part);
  } else if (auto *mapping = as<python::MatchMapping>(node)) {
    if (mapping->rest)
      bind(*mapping->rest);
    for (auto *part : mapping->patterns)
      pattern(part);
  } else if (auto *type = as<python::MatchClass>(node)) {
    for (auto *part : type->patterns)
      pattern(part);
    for (auto *part : type->kwd_patterns)
      pattern(part);
  } else if (auto *either = as<python::MatchOr>(node)) {
    for (auto *part : either->patterns)
      pattern(part);
  }
}

void NameWalk::walk(const python::Node *node) {
  if (!node)
    return;
  using python::Kind;
#define INGOT_CASE(TYPE)                                                                           \
  case Kind::TYPE: {                                                                               \
    auto &n = static_cast<const python::TYPE &>(*node);                                            \
    (void)n;
#define INGOT_END                                                                                  \
  }                                                                                                \
  break;
  switch (node->kind) {
    INGOT_CASE(Name)
    if (n.ctx != python::ExprContext::Load)
      bind(n.id);
    else if (!isLocal(n.id))
      reads.push_back(&n);
    INGOT_END
    INGOT_CASE(FunctionDef) function(n);
    INGOT_END
    INGOT_CASE(AsyncFunctionDef) function(n);
    INGOT_END
    INGOT_CASE(ClassDef)
    bind(n.name);
    all(n.bases);
    all(n.decorator_list);
    std::set<std::string> *outer = bound;
    bound = nullptr;
    locals.push_back(boundNames(n.body));
    all(n.body);
    locals.pop_back();
    bound = outer;
    INGOT_END
    INGOT_CASE(Return) walk(n.value);
    INGOT_END
    INGOT_CASE(Delete) all(n.targets);
    INGOT_END
    INGOT_CASE(Assign) walk(n.value);
    all(n.targets);
    INGOT_END
    INGOT_CASE(AugAssign) walk(n.value);
    walk(n.target);
    INGOT_END
    INGOT_CASE(AnnAssign) walk(n.value);
    if (n.value || !n.simple)
      walk(n.target);
    INGOT_END
    INGOT_CASE(For) walk(n.iter);
    walk(n.target);
    all(n.body);
    all(n.orelse);
    INGOT_END
    INGOT_CASE(AsyncFor) walk(n.iter);
    walk(n.target);
    all(n.body);
    all(n.orelse);
    INGOT_END
    INGOT_CASE(While) walk(n.test);
    all(n.body);
    all(n.orelse);
    INGOT_END
    INGOT_CASE(If) walk(n.test);
    all(n.body);
    all(n.orelse);
    INGOT_END
    INGOT_CASE(With)
    for (auto *item : n.items)
      walk(item->context_expr), walk(item->optional_vars);
    all(n.body);
    INGOT_END
    INGOT_CASE(AsyncWith)
    for (auto *item : n.items)
      walk(item->context_expr), walk(item->optional_vars);
    all(n.body);
    INGOT_END
    INGOT_CASE(Match)
    walk(n.subject);
    for (auto *each : n.cases)
      pattern(each->pattern), walk(each->guard), all(each->body);
    INGOT_END
    INGOT_CASE(Raise) walk(n.exc);
    walk(n.cause);
    INGOT_END
  case Kind::Try:
  case Kind::TryStar: {
    auto &n = static_cast<const python::TryBlock &>(*node);
    all(n.body);
    for (auto *handler : n.handlers) {
      if (handler->name)
        bind(*handler->name);
      walk(handler->type);
      all(handler->body);
    }
    all(n.orelse);
    all(n.finalbody);
    INGOT_END
    INGOT_CASE(Assert) walk(n.test);
    walk(n.msg);
    INGOT_END
    INGOT_CASE(Import)
    for (auto *alias : n.names)
      bind(alias->asname ? *alias->asname : alias->name.substr(0, alias->name.find('.')));
    INGOT_END
    INGOT_CASE(ImportFrom)
    for (auto *alias : n.names)
      bind(alias->asname.value_or(alias->name));
    INGOT_END
    INGOT_CASE(Expr) walk(n.value);
    INGOT_END
    INGOT_CASE(BoolOp) all(n.values);
    INGOT_END
    INGOT_CASE(NamedExpr) walk(n.value);
    walk(n.target);
    INGOT_END
    INGOT_CASE(BinOp) walk(n.left);
    walk(n.right);
    INGOT_END
    INGOT_CASE(UnaryOp) walk(n.operand);
    INGOT_END
    INGOT_CASE(Lambda)
    std::set<std::string> names;
    parameters(*n.args, names);
    locals.push_back(names);
    walk(n.body);
    locals.pop_back();
    INGOT_END
    INGOT_CASE(IfExp) walk(n.test);
    walk(n.body);
    walk(n.orelse);
    INGOT_END
    INGOT_CASE(Dict) all(n.keys);
    all(n.values);
    INGOT_END
    INGOT_CASE(Set) all(n.elts);
    INGOT_END
    INGOT_CASE(ListComp) comprehension(n.generators, {n.elt});
    INGOT_END
    INGOT_CASE(SetComp) comprehension(n.generators, {n.elt});
    INGOT_END
    INGOT_CASE(GeneratorExp) comprehension(n.generators, {n.elt});
    INGOT_END
    INGOT_CASE(DictComp) comprehension(n.generators, {n.key, n.value});
    INGOT_END
    INGOT_CASE(Compare) walk(n.left);
    all(n.comparators);
    INGOT_END
    INGOT_CASE(Call)
    walk(n.func);
    all(n.args);
    for (auto *keyword : n.keywords)
      walk(keyword->value);
    INGOT_END
    INGOT_CASE(FormattedValue) walk(n.value);
    walk(n.format_spec);
    INGOT_END
    INGOT_CASE(JoinedStr) all(n.values);
    INGOT_END
    INGOT_CASE(Attribute) walk(n.value);
    INGOT_END
    INGOT_CASE(Subscript) walk(n.value);
    walk(n.slice);
    INGOT_END
    INGOT_CASE(Starred) walk(n.value);
    INGOT_END
    INGOT_CASE(List) all(n.elts);
    INGOT_END
    INGOT_CASE(Tuple) all(n.elts);
    INGOT_END
    INGOT_CASE(Slice) walk(n.lower);
    walk(n.upper);
    walk(n.step);
    INGOT_END
  default:
    break;
  }
#undef INGOT_CASE
#undef INGOT_END
  }

} // namespace

std::set<std::string> boundNames(const python::Statements &statements) {
  std::set<std::string> names;
  NameWalk walk;
  walk.bound = &names;
  walk.all(statements);
  return names;
}

bool Evaluator::isBoundAnywhere(const std::string &name) const {
  for (const Scope *at = scope; at; at = at->parent)
    if (at->bound.count(name) || at->variables.count(name))
      return true;
  return moduleScope->bound.count(name) || moduleScope->variables.count(name) ||
         builtins.count(name) || assumed.count(name);
}

void Evaluator::resolve(const python::Node *node) {
  NameWalk walk;
  walk.walk(node);
  for (const python::Name *name : walk.reads) {
    if (Variable *variable = findVariable(name->id))
      variable->used = true;
    else if (!isBoundAnywhere(name->id))
      undefinedName(name->id, name->range);
  }
}

void Evaluator::resolveAll(const python::Module &module) {
  for (const python::Statement *statement : module.body)
    resolve(statement);
}

} // namespace ingot::import
