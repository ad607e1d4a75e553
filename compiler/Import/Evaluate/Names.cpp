// Variables: finding them, and saying what was probably meant where there is none.

#include "compiler/Import/Evaluate/Evaluator.h"
#include "compiler/Import/Keras/Api.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
constexpr size_t kMaxErrors = 100;
}

python::Diagnostic &Evaluator::error(SourceRange range, std::string message) {
  if (tooMany || !given.emplace(range.begin, range.end, message).second)
    return discarded = {};
  if (sink.errorCount() >= kMaxErrors) {
    tooMany = stopped = true;
    return sink.error(range, "too many errors; what comes behind was not looked at");
  }
  auto &diagnostic = sink.error(range, std::move(message));
  if (!callStack.empty())
    diagnostic.note(callStack.back(), "in the function called here");
  return diagnostic;
}

python::Diagnostic &Evaluator::warning(SourceRange range, std::string message) {
  if (!given.emplace(range.begin, range.end, message).second)
    return discarded = {};
  return sink.warning(range, std::move(message));
}

Value Evaluator::notSupported(SourceRange range, std::string what, std::string remedy) {
  error(range, what + " is not supported yet" + (remedy.empty() ? "" : "; " + remedy));
  return {};
}

std::string Evaluator::targetText(SourceRange range) const {
  std::string_view before = text(range);
  before = before.substr(0, before.find_first_of("+-*/%@&|^<>= "));
  return std::string(before);
}

Variable *Evaluator::findVariable(const std::string &name) {
  Scope *start = scope;
  if (scope->globals.count(name))
    start = moduleScope;
  for (Scope *at = start; at; at = at->parent) {
    if (auto found = at->variables.find(name); found != at->variables.end())
      return &found->second;
    if (at == scope && at != moduleScope && at->bound.count(name) && !at->nonlocals.count(name))
      return nullptr; // a local variable before its assignment hides outer ones
  }
  return nullptr;
}

Value Evaluator::lookUp(const std::string &name, SourceRange range) {
  if (Variable *variable = findVariable(name)) {
    variable->used = true;
    return variable->value;
  }
  if (auto found = builtins.find(name); found != builtins.end())
    return found->second;
  return undefinedName(name, range);
}

void Evaluator::assign(const std::string &name, Value value, SourceRange range) {
  Scope *target = scope;
  if (scope->globals.count(name))
    target = moduleScope;
  else if (scope->nonlocals.count(name))
    for (Scope *at = scope->parent; at && at != moduleScope; at = at->parent)
      if (at->variables.count(name)) {
        target = at;
        break;
      }
  target->variables[name] = {value, range, ++assignments, false};
}

std::pair<std::string, Variable *> Evaluator::unusedTensor() {
  std::pair<std::string, Variable *> best{"", nullptr};
  for (Scope *at = scope; at; at = at->parent)
    for (auto &[name, variable] : at->variables)
      if (!variable.used && variable.value.as<TensorObject>() &&
          (!best.second || variable.order > best.second->order))
        best = {name, &variable};
  return best;
}

std::pair<std::string, Variable *> Evaluator::imageShape() {
  std::pair<std::string, Variable *> best{"", nullptr};
  for (auto &[name, variable] : moduleScope->variables) {
    auto *items = sequence(variable.value);
    if (!items || items->size() != 3 || (best.second && variable.order < best.second->order))
      continue;
    if (std::all_of(items->begin(), items->end(), [](const Value &item) { return item.isInt(); }))
      best = {name, &variable};
  }
  return best;
}

/// Of the variables with a similar name, the last assigned that nothing uses, or else the nearest.
std::string Evaluator::similarVariable(const std::string &name) {
  std::string best;
  std::vector<std::string> all;
  unsigned order = 0;
  unsigned limit = std::max<size_t>(1, name.size() / 3);
  for (Scope *at = scope; at; at = at->parent)
    for (auto &[other, variable] : at->variables) {
      if (name.size() < 2 || other == name || assumed.count(other))
        continue;
      all.push_back(other);
      if (!variable.used && variable.order > order && python::editDistance(name, other) <= limit) {
        best = other;
        order = variable.order;
      }
    }
  return best.empty() && name.size() > 1 ? python::nearestName(name, all).value_or("") : best;
}

namespace {
struct KnownName {
  std::string_view name, statement, path;
};
constexpr KnownName kModuleNames[] = {
    {"tf", "import tensorflow as tf", "tensorflow"},
    {"tensorflow", "import tensorflow", "tensorflow"},
    {"keras", "from tensorflow import keras", "keras"},
    {"np", "import numpy as np", "numpy"},
    {"numpy", "import numpy", "numpy"},
    {"plt", "import matplotlib.pyplot as plt", "matplotlib.pyplot"},
    {"sns", "import seaborn as sns", "seaborn"},
    {"layers", "from tensorflow.keras import layers", "keras.layers"},
    {"models", "from tensorflow.keras import models", "keras.models"},
    {"optimizers", "from tensorflow.keras import optimizers", "keras.optimizers"},
    {"regularizers", "from tensorflow.keras import regularizers", "keras.regularizers"},
    {"os", "import os", "os"},
    {"sys", "import sys", "sys"},
    {"math", "import math", "math"},
    {"random", "import random", "random"},
    {"itertools", "import itertools", "itertools"}};

constexpr std::string_view kDataNames[] = {
    "x_train", "y_train", "x_test",       "y_test",       "X_train",     "Y_train",
    "X_test",  "Y_test",  "train_images", "train_labels", "test_images", "test_labels"};
constexpr KnownName kOtherNames[] = {
    {"model", "make it first: model = Model(inputs, outputs)", ""},
    {"r", "assign it first: r = model.fit(...)", ""},
    {"history", "assign it first: history = model.fit(...)", ""},
    {"K", "assign the number of classes first: K = len(set(y_train))", ""},
    {"num_classes", "assign it first: num_classes = 10", ""}};
} // namespace

/// num_classes where there is a list `classes`: its length.
Value Evaluator::sizeVariable(const std::string &name, SourceRange range) {
  for (std::string prefix : {"num_", "n_", "nb_", "number_of_"}) {
    Variable *list = name.starts_with(prefix) ? findVariable(name.substr(prefix.size())) : nullptr;
    auto *items = list ? sequence(list->value) : nullptr;
    if (!items)
      continue;
    std::string of = name.substr(prefix.size());
    error(range, fmt::format("name '{}' is not defined; did you mean len({})?", name, of))
        .fix("len(" + of + ")")
        .note(list->assigned, fmt::format("'{}' is assigned here", of));
    list->used = true;
    return static_cast<int64_t>(items->size());
  }
  return {};
}

/// Reports a name that earlier listings of a tutorial define, and gives what it stands for.
Value Evaluator::knownName(const std::string &name, SourceRange range) {
  auto missing = [&](std::string remedy) {
    error(range, fmt::format("name '{}' is not defined; {}", name, remedy));
    assumed.insert(name);
  };
  for (const KnownName &known : kModuleNames)
    if (known.name == name) {
      missing(fmt::format("add '{}'", known.statement));
      return heap.make<ModuleObject>(std::string(known.path));
    }
  for (std::string_view known : kDataNames)
    if (known == name) {
      missing("load a data set first: (x_train, y_train), (x_test, y_test) = "
              "tf.keras.datasets.fashion_mnist.load_data()");
      return {};
    }
  for (const KnownName &known : kOtherNames)
    if (known.name == name) {
      missing(std::string(known.statement));
      return {};
    }
  const ApiEntry *entry = findEntry("", name);
  if (!entry || entry->modules.empty())
    return {};
  std::string_view module = entry->modules.substr(0, entry->modules.find(' '));
  if (name == "Model" || name == "Sequential")
    module = "keras.models";
  if (name == "Input")
    module = "keras.layers";
  missing(fmt::format("add 'from {}{} import {}'", module.starts_with("keras") ? "tensorflow." : "",
                      module, name));
  return symbol(entry);
}

Value Evaluator::undefinedName(const std::string &name, SourceRange range) {
  if (tooMany || !given.emplace(range.begin, range.end, "undefined " + name).second)
    return {}; // code that is run and then looked at again
  bool later = scope->bound.count(name) || moduleScope->bound.count(name);
  if (!later) {
    if (Value size = sizeVariable(name, range); !size.isPoison())
      return size;
    size_t before = assumed.size();
    Value known = knownName(name, range);
    if (assumed.size() != before) {
      moduleScope->variables[name] = {known, range, 0, true};
      return known;
    }
  }
  std::string problem = later ? fmt::format("'{}' is used before it is assigned", name)
                              : fmt::format("name '{}' is not defined", name);
  for (auto [foreign, own] : {std::pair{"null", "None"},
                              {"nil", "None"},
                              {"NULL", "None"},
                              {"true", "True"},
                              {"false", "False"},
                              {"TRUE", "True"},
                              {"FALSE", "False"}})
    if (name == foreign && !later) {
      error(range, fmt::format("{}; did you mean '{}'?", problem, own)).fix(own);
      return {};
    }
  std::string similar = similarVariable(name);
  if (similar.empty() && !later) {
    std::vector<std::string> candidates;
    for (auto &[builtin, value] : builtins)
      candidates.push_back(builtin);
    for (std::string_view layer : moduleNames("keras.layers"))
      candidates.emplace_back(layer);
    if (auto near = name.size() > 2 ? python::nearestName(name, candidates) : std::nullopt) {
      error(range, fmt::format("{}; did you mean '{}'?", problem, *near)).fix(*near);
      assumed.insert(name);
      return {};
    }
  }
  if (similar.empty()) {
    error(range, problem);
    return {};
  }
  Variable *variable = findVariable(similar);
  auto &diagnostic =
      error(range, fmt::format("{}; did you mean '{}'?", problem, similar)).fix(similar);
  if (!variable)
    return {};
  if (variable->assigned.end)
    diagnostic.note(variable->assigned, fmt::format("'{}' is assigned here{}", similar,
                                                    variable->used ? "" : " and not used since"));
  variable->used = true;
  if (auto *tensor = variable->value.as<TensorObject>()) {
    // Go on as if it had been meant, but say nothing of shapes that may be wrong for that reason.
    SymbolicTensor guess = graph.tensors[tensor->tensor];
    guess.guessed = true;
    graph.tensors.push_back(guess);
    auto *object = heap.make<TensorObject>();
    object->tensor = static_cast<int>(graph.tensors.size()) - 1;
    return object;
  }
  return {};
}

} // namespace ingot::import
