// Imports of modules and of what is in them.

#include "compiler/Import/Evaluate/Evaluator.h"
#include "compiler/Import/Evaluate/ForeignModules.h"
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
      !canonical.starts_with("seaborn") && !isForeignModule(canonical)) {
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
    error(range,
          fmt::format("the module '{}' is not supported{}", path,
                      near ? fmt::format("; did you mean '{}'?", *near)
                           : "; a script may import tensorflow, keras, numpy, matplotlib, sklearn, "
                             "os, sys, time, math, random"));
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
    Value value = !object ? Value()
                  : isForeignModule(object->path)
                      ? importedModule(object->path + "." + alias->name, alias->range)
                      : moduleAttribute(*object, alias->name, alias->range);
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
  if (isForeignModule(path))
    return notSupported(range, fmt::format("'{}.{}'", path, name), foreignRemedy(path));
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

} // namespace ingot::import
