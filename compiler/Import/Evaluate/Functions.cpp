// Calls: collecting arguments, and the script's own functions.

#include "compiler/Import/Evaluate/Branches.h"
#include "compiler/Import/Evaluate/ForeignModules.h"
#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/NumPy/RunTimeFunctions.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

using python::as;

namespace {
constexpr size_t kMaxCalls = 60; // of the script's functions within one another
}

const Argument *Call::keyword(std::string_view name) const {
  for (const Argument &argument : keywords)
    if (argument.name == name)
      return &argument;
  return nullptr;
}

const Argument *Call::get(size_t position, std::string_view name) const {
  return position < positional.size() ? &positional[position]
         : name.empty()               ? nullptr
                                      : keyword(name);
}

bool Evaluator::checkArguments(Call &call, std::string_view name, size_t least, size_t most,
                               std::initializer_list<std::string_view> keywords) {
  for (const Argument &argument : call.keywords)
    if (std::find(keywords.begin(), keywords.end(), argument.name) == keywords.end()) {
      std::vector<std::string> names(keywords.begin(), keywords.end());
      auto near = python::nearestName(argument.name, names);
      error(argument.nameRange,
            fmt::format("{} has no argument '{}'{}", name, argument.name,
                        near ? fmt::format("; did you mean '{}'?", *near) : ""));
      return false;
    }
  size_t count = call.positional.size(), all = count + call.keywords.size();
  if (count <= most && all >= least)
    return true;
  error(call.range,
        fmt::format("{} takes {} argument{}, and {} {} given", name,
                    least == most ? std::to_string(least) : fmt::format("{} to {}", least, most),
                    most == 1 ? "" : "s", all, all == 1 ? "is" : "are"));
  return false;
}

bool Evaluator::collectArguments(const python::Call &node, Call &call) {
  call.range = node.range;
  call.callee = node.func->range;
  bool ok = true;
  for (const python::Expression *argument : node.args) {
    if (auto *starred = as<python::Starred>(argument)) {
      auto items = iterate(evaluate(*starred->value), starred->range);
      ok &= items.has_value();
      if (items)
        for (const Value &item : *items)
          call.positional.push_back({item, argument->range, "", {}});
    } else {
      call.positional.push_back({evaluate(*argument), argument->range, "", {}});
    }
  }
  for (const python::Keyword *keyword : node.keywords) {
    Value value = evaluate(*keyword->value);
    if (keyword->arg) {
      call.keywords.push_back({value, keyword->value->range, *keyword->arg, keyword->argRange});
      continue;
    }
    auto *dict = value.as<DictObject>();
    if (!dict) {
      if (!value.isPoison())
        error(keyword->range, fmt::format("'**' needs a dict, not '{}'", typeName(value)));
      ok = false;
      continue;
    }
    for (auto &[key, item] : dict->entries.items) {
      if (key.str()) {
        call.keywords.push_back({item, keyword->range, *key.str(), keyword->range});
        continue;
      }
      error(keyword->range, fmt::format("a keyword must be a string, not {}", repr(key)));
      ok = false;
    }
  }
  return ok;
}

Value Evaluator::evaluateCall(const python::Call &node) {
  Value callee = evaluate(*node.func);
  auto *module = callee.as<ModuleObject>();
  if (module && module->isPlotting()) {
    for (auto *argument : node.args)
      resolve(argument);
    for (auto *keyword : node.keywords)
      resolve(keyword->value);
    return skipPlotting(node.range);
  }
  Call call;
  if (!collectArguments(node, call) || callee.isPoison())
    return {};
  return this->call(callee, call);
}

Value Evaluator::call(const Value &callee, Call &call) {
  if (callee.isPoison() || stopped)
    return {};
  if (auto *function = callee.as<FunctionObject>())
    return callFunction(*function, call);
  if (auto *builtin = callee.as<BuiltinObject>()) {
    for (const Argument &argument : call.positional)
      if (argument.value.isPoison())
        return {};
    bool ofSamples = !call.positional.empty() && call.positional[0].value.as<ArrayObject>();
    if (builtin->runTime && (!builtin->handler || (needsRun(call) && !ofSamples)))
      return callRunTimeFunction(*this, *builtin->runTime, nullptr, call);
    call.runTime = builtin->runTime;
    return builtin->handler(*this, call);
  }
  if (auto *method = callee.as<MethodObject>())
    return method->handler ? method->handler(*this, method->self, call)
                           : callRunTimeFunction(*this, *method->runTime, &method->self, call);
  if (auto *symbol = callee.as<SymbolObject>())
    return callSymbol(*this, *symbol->entry, call);
  if (callee.as<LayerObject>() || callee.as<ModelObject>() || callee.as<ConfigObject>())
    return callObject(*this, callee, call);
  if (auto *module = callee.as<ModuleObject>(); module && isForeignModule(module->path))
    return notSupported(call.callee, fmt::format("'{}'", module->path),
                        foreignRemedy(module->path));
  if (auto *module = callee.as<ModuleObject>()) {
    error(call.callee, fmt::format("a module is called: '{}' is no function", module->path));
    return {};
  }
  std::string shown(text(call.callee));
  auto &diagnostic = error(call.range, someOf(callee) + " is called, which is no function");
  if (sequence(callee)) {
    diagnostic.message =
        fmt::format("a {} is called, which is no function; did you mean print({})?",
                    shown.ends_with(".shape") ? "shape (tuple)" : typeName(callee), shown);
    diagnostic.fix(fmt::format("print({})", shown));
  }
  return {};
}

FunctionObject *Evaluator::makeFunction(std::string name, const python::Arguments &parameters,
                                        SourceRange range) {
  auto *function = heap.make<FunctionObject>();
  function->name = std::move(name);
  function->parameters = &parameters;
  function->closure = scope;
  function->definition = range;
  for (const python::Expression *value : parameters.defaults)
    function->defaults.push_back(evaluate(*value));
  for (const python::Expression *value : parameters.kw_defaults)
    function->keywordDefaults.push_back(value ? evaluate(*value) : Value());
  return function;
}

void Evaluator::runFunctionDef(const python::FunctionDef &node) {
  for (const python::Expression *decorator : node.decorator_list)
    notSupported(decorator->range, "a decorator");
  FunctionObject *function = makeFunction(node.name, *node.args, node.nameRange);
  function->body = &node.body;
  assign(node.name, function, node.nameRange);
}

Value Evaluator::evaluateLambda(const python::Lambda &node) {
  FunctionObject *function = makeFunction("<lambda>", *node.args, node.range);
  function->expression = node.body;
  return function;
}

/// Gives each parameter its value as Python does, or reports what does not fit.
bool Evaluator::bindArguments(FunctionObject &function, Call &call, Scope &local) {
  const python::Arguments &parameters = *function.parameters;
  std::vector<const python::Arg *> positional(parameters.posonlyargs.begin(),
                                              parameters.posonlyargs.end());
  positional.insert(positional.end(), parameters.args.begin(), parameters.args.end());
  std::vector<std::string> names;
  auto give = [&](const std::string &name, const Value &value) {
    local.variables[name] = {value, {}, ++assignments, true};
  };
  for (size_t i = 0; i < std::min(positional.size(), call.positional.size()); ++i)
    give(positional[i]->arg, call.positional[i].value);
  for (const python::Arg *parameter : parameters.args)
    names.push_back(parameter->arg);
  for (const python::Arg *parameter : parameters.kwonlyargs)
    names.push_back(parameter->arg);
  if (call.positional.size() > positional.size() && !parameters.vararg) {
    error(call.positional[positional.size()].range,
          fmt::format("{}() takes {} positional arguments, and {} are given", function.name,
                      positional.size(), call.positional.size()))
        .note(function.definition, "it is defined here");
    return false;
  }
  if (parameters.vararg) {
    std::vector<Value> rest;
    for (size_t i = positional.size(); i < call.positional.size(); ++i)
      rest.push_back(call.positional[i].value);
    give(parameters.vararg->arg, heap.tuple(std::move(rest)));
  }
  auto *others = heap.make<DictObject>();
  for (const Argument &argument : call.keywords) {
    bool known = std::find(names.begin(), names.end(), argument.name) != names.end();
    if (known && local.variables.count(argument.name)) {
      error(argument.nameRange,
            fmt::format("{}() is given '{}' twice", function.name, argument.name));
      return false;
    }
    if (!known && !parameters.kwarg) {
      auto near = python::nearestName(argument.name, names);
      error(argument.nameRange,
            fmt::format("{}() has no parameter '{}'{}", function.name, argument.name,
                        near ? fmt::format("; did you mean '{}'?", *near) : ""))
          .note(function.definition, "it is defined here");
      return false;
    }
    if (known)
      give(argument.name, argument.value);
    else
      others->entries.set("s" + argument.name, heap.str(argument.name), argument.value);
  }
  if (parameters.kwarg)
    give(parameters.kwarg->arg, others);
  auto missing = [&](const std::string &name) {
    error(call.range, fmt::format("{}() needs a value for '{}'", function.name, name))
        .note(function.definition, "it is defined here");
    return false;
  };
  size_t firstDefault = positional.size() - std::min(positional.size(), function.defaults.size());
  for (size_t i = 0; i < positional.size(); ++i)
    if (!local.variables.count(positional[i]->arg)) {
      if (i < firstDefault)
        return missing(positional[i]->arg);
      give(positional[i]->arg, function.defaults[i - firstDefault]);
    }
  for (size_t i = 0; i < parameters.kwonlyargs.size(); ++i) {
    const std::string &name = parameters.kwonlyargs[i]->arg;
    if (local.variables.count(name))
      continue;
    if (i >= parameters.kw_defaults.size() || !parameters.kw_defaults[i])
      return missing(name);
    give(name, function.keywordDefaults[i]);
  }
  return true;
}

/// Whether a branch or loop of the function returns.
static bool returnsWithin(const python::Statements &body) {
  for (const python::Statement *statement : body)
    if (statement->kind != python::Kind::Return &&
        contains({const_cast<python::Statement *>(statement)}, python::Kind::Return, true))
      return true;
  return false;
}

Value Evaluator::callFunction(FunctionObject &function, Call &call) {
  if (callStack.size() >= kMaxCalls) {
    error(call.range, fmt::format("functions call one another more than {} deep", kMaxCalls));
    stopped = true;
    return {};
  }
  scopes.push_back(std::make_unique<Scope>());
  Scope *local = scopes.back().get();
  local->parent = function.closure;
  if (function.body)
    local->bound = boundNames(*function.body);
  if (!bindArguments(function, call, *local))
    return {};
  Scope *caller = scope;
  scope = local;
  callStack.push_back(call.range);
  Value result = NoneValue();
  if (function.expression) {
    result = evaluate(*function.expression);
  } else {
    std::optional<Choice> choice;
    if (returnsWithin(*function.body))
      choice.emplace(*this, call.range);
    functions.push_back({choice ? &*choice : nullptr, runTimeDepth, false});
    Flow flow = run(*function.body);
    if (flow == Flow::Return)
      result = returned;
    if (functions.back().used) {
      if (flow != Flow::Ended)
        choice->set(result);
      result = choice->finish();
    }
    functions.pop_back();
  }
  callStack.pop_back();
  scope = caller;
  return result;
}

} // namespace ingot::import
