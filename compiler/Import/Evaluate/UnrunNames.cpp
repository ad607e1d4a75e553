// The names in code that is not run: what it binds, and what it reads.

#include "compiler/Import/Evaluate/Evaluator.h"
#include "compiler/Import/Python/Fields.h"

#include <algorithm>
#include <set>
#include <type_traits>

namespace ingot::import {

using python::as;

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
  /// The names that generators bind are local to the whole, but for the first's iterable, which is
  /// not told apart here.
  void comprehension(const python::Node &node) {
    const std::vector<python::Comprehension *> *generators = nullptr;
    python::visitFields(node, [&](const char *, const auto &field) {
      if constexpr (std::is_same_v<decltype(field), decltype(*generators)>)
        generators = &field;
    });
    std::set<std::string> names, *outer = bound;
    bound = &names;
    for (auto *generator : *generators)
      walk(generator->target);
    bound = outer;
    locals.push_back(names);
    for (auto *generator : *generators) {
      walk(generator->iter);
      all(generator->ifs);
    }
    python::visitFields(node, [&](const char *, const auto &field) {
      if constexpr (!std::is_same_v<decltype(field), decltype(*generators)>)
        part(field); // elements, keys
    });
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
  void classDefinition(const python::ClassDef &node) {
    bind(node.name);
    all(node.bases);
    all(node.decorator_list);
    std::set<std::string> *outer = bound;
    bound = nullptr;
    locals.push_back(boundNames(node.body));
    all(node.body);
    locals.pop_back();
    bound = outer;
  }
  void lambda(const python::Lambda &node) {
    std::set<std::string> names;
    parameters(*node.args, names);
    locals.push_back(names);
    walk(node.body);
    locals.pop_back();
  }
  void imported(const python::Alias &alias, bool wholeModule) {
    bind(alias.asname  ? *alias.asname
         : wholeModule ? alias.name.substr(0, alias.name.find('.'))
                       : alias.name);
  }

  void bindIfNamed(const std::optional<std::string> &name) {
    if (name)
      bind(*name);
  }
  /// What a node binds by a name of its own, not by one among its parts.
  void bindOwn(const python::Node &node) {
    if (auto *handler = as<python::ExceptHandler>(&node))
      bindIfNamed(handler->name);
    else if (auto *match = as<python::MatchAs>(&node))
      bindIfNamed(match->name);
    else if (auto *star = as<python::MatchStar>(&node))
      bindIfNamed(star->name);
    else if (auto *mapping = as<python::MatchMapping>(&node))
      bindIfNamed(mapping->rest);
  }

  template <typename T> void part(T *const &node) { walk(node); }
  template <typename T> void part(const std::vector<T *> &nodes) { all(nodes); }
  template <typename T> void part(const T &) {} // no node

  void parts(const python::Node &node) {
    bindOwn(node);
    python::visitFields(node, [&](const char *, const auto &field) { part(field); });
  }
  void walk(const python::Node *node);
};

void NameWalk::walk(const python::Node *node) {
  if (!node)
    return;
  using python::Kind;
  switch (node->kind) {
  case Kind::Name: {
    auto &name = static_cast<const python::Name &>(*node);
    if (name.ctx != python::ExprContext::Load)
      bind(name.id);
    else if (!isLocal(name.id))
      reads.push_back(&name);
    return;
  }
  case Kind::FunctionDef:
  case Kind::AsyncFunctionDef:
    return function(static_cast<const python::FunctionDefinition &>(*node));
  case Kind::ClassDef:
    return classDefinition(static_cast<const python::ClassDef &>(*node));
  case Kind::Lambda:
    return lambda(static_cast<const python::Lambda &>(*node));
  case Kind::AnnAssign: { // annotations are not looked at
    auto &assign = static_cast<const python::AnnAssign &>(*node);
    walk(assign.value);
    if (assign.value || !assign.simple)
      walk(assign.target);
    return;
  }
  case Kind::Import:
  case Kind::ImportFrom:
    return python::visitFields(*node, [&](const char *, const auto &field) {
      if constexpr (std::is_same_v<decltype(field), const std::vector<python::Alias *> &>)
        for (const python::Alias *alias : field)
          imported(*alias, node->kind == Kind::Import);
    });
  case Kind::ListComp:
  case Kind::SetComp:
  case Kind::DictComp:
  case Kind::GeneratorExp:
    return comprehension(*node);
  default:
    return parts(*node);
  }
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
