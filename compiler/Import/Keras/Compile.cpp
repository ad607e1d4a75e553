// compile: the optimizer, the loss and the metrics.

#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/Keras/Labels.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter compileParameters[] = {{"optimizer", Any, "rmsprop"},
                                           {"loss", Any, nullptr},
                                           {"loss_weights", Any, nullptr, OnlyDefault},
                                           {"metrics", Any, nullptr},
                                           {"weighted_metrics", Any, nullptr, OnlyDefault},
                                           {"run_eagerly", Any, false, Ignored},
                                           {"steps_per_execution", Any, 1, Ignored},
                                           {"jit_compile", Any, "auto", Ignored},
                                           {"auto_scale_loss", Any, true, Ignored}};

/// An optimizer or loss by its name, class or object.
std::optional<Config> resolved(Evaluator &evaluator, const Argument &argument, ApiEntry::Kind kind,
                               std::string_view noun) {
  const Value &value = argument.value;
  if (value.isPoison())
    return std::nullopt;
  if (auto *object = value.as<ConfigObject>(); object && object->entry->kind == kind)
    return object->config;
  std::string name;
  if (auto *text = value.str())
    name = *text;
  else if (auto *symbol = value.as<SymbolObject>();
           symbol && symbol->entry->kind == kind && kind == ApiEntry::Kind::Optimizer) {
    // Keras takes the class of a loss, not that of an optimizer.
    evaluator.error(argument.range,
                    fmt::format("compile's 'optimizer' must be a name or an object, and {0} is a "
                                "class; write {0}()",
                                symbol->entry->name));
    return std::nullopt;
  } else if (symbol && symbol->entry->kind == kind)
    name = symbol->entry->name;
  else {
    evaluator.error(
        argument.range,
        fmt::format("compile's '{}' must be a name or an object, not {}", noun, typeName(value)));
    return std::nullopt;
  }
  const ApiEntry *entry = findByAlias(kind, name);
  if (entry && !entry->aliasOf.empty())
    entry = findByAlias(kind, entry->aliasOf);
  if (entry && entry->supported)
    return configure(evaluator, *entry, Call{argument.range, argument.range, {}, {}});
  std::vector<std::string> names;
  anyEntry([&](const ApiEntry &row) {
    if (row.kind == kind)
      names.push_back(snakeCase(row.name));
    return false;
  });
  std::string_view nearest =
      kind == ApiEntry::Kind::Optimizer ? "\"adam\"" : "\"sparse_categorical_crossentropy\"";
  if (entry) {
    evaluator.notSupported(argument.range, fmt::format("the {} '{}'", noun, name),
                           fmt::format("use {}", nearest));
    return std::nullopt;
  }
  auto near = python::nearestName(name, names);
  std::string remedy =
      near ? fmt::format("; did you mean '{}'?", *near) : fmt::format("; use {}", nearest);
  if (near == "categorical_crossentropy")
    remedy += " With integer labels it is 'sparse_categorical_crossentropy'";
  auto &diagnostic =
      evaluator.error(argument.range, fmt::format("there is no {} '{}'{}", noun, name, remedy));
  if (near)
    diagnostic.fix("\"" + *near + "\"");
  return std::nullopt;
}

/// Keras's name of a metric: as typed, or the object's or function's.
std::string metricName(const Value &value) {
  if (auto *text = value.str())
    return *text;
  if (auto *object = value.as<ConfigObject>();
      object && object->entry->kind == ApiEntry::Kind::Metric)
    return object->config.arguments.count("name") ? textArgument(object->config, "name")
                                                  : snakeCase(object->config.type);
  if (auto *symbol = value.as<SymbolObject>())
    return symbol->entry->kind == ApiEntry::Kind::Metric && symbol->entry->aliasOf.empty()
               ? snakeCase(symbol->entry->name)
               : std::string(symbol->entry->name);
  return "";
}

bool addMetric(Evaluator &evaluator, const Value &value, SourceRange range, Compile &compile) {
  if (value.isPoison())
    return false;
  std::string name = metricName(value), lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  std::optional<Config> config;
  auto *object = value.as<ConfigObject>();
  if (object && object->entry->kind == ApiEntry::Kind::Metric) {
    config = object->config;
  } else if (value.str() && (lower == "accuracy" || lower == "acc")) {
    config = Config{kAccuracy, {}}; // which one it is shows by the labels
  } else if (name.empty()) {
    evaluator.error(
        range,
        fmt::format("a metric must be a name, a function or an object of keras.metrics, not {}",
                    typeName(value)));
    return false;
  } else {
    const ApiEntry *entry = findByAlias(ApiEntry::Kind::Metric, name);
    if (!entry)
      entry = findByAlias(ApiEntry::Kind::Loss, name);
    if (!entry || !entry->supported) {
      auto near = python::nearestName(name, {"accuracy", "sparse_categorical_accuracy",
                                             "categorical_accuracy", "binary_accuracy",
                                             "mean_squared_error", "mean_absolute_error"});
      if (entry)
        evaluator.notSupported(range, fmt::format("the metric '{}'", name), "use \"accuracy\"");
      else
        evaluator.error(range, fmt::format("there is no metric '{}'{}", name,
                                           near ? fmt::format("; did you mean '{}'?", *near)
                                                : "; use \"accuracy\""));
      return false;
    }
    if (!entry->aliasOf.empty())
      entry = findByAlias(entry->kind, entry->aliasOf);
    config = configure(evaluator, *entry, Call{range, range, {}, {}});
  }
  if (!config)
    return false;
  std::string unique = name;
  for (int i = 1;
       std::find(compile.metrics.begin(), compile.metrics.end(), unique) != compile.metrics.end();
       ++i)
    unique = name + "_" + std::to_string(i);
  compile.metrics.push_back(unique);
  compile.metric_configs.push_back(*config);
  return true;
}

/// The layer and activation that end the model: whether its output has gone through softmax.
bool endsInSoftmax(const Graph &graph, const GraphModel &model) {
  const GraphLayer &last = graph.layers[graph.nodes[graph.tensors[model.outputs[0]].node].layer];
  if (last.config.type == "Softmax")
    return true;
  auto activation = last.config.arguments.find("activation");
  auto *name = activation == last.config.arguments.end()
                   ? nullptr
                   : std::get_if<std::string>(&activation->second);
  return name && *name == "softmax";
}
} // namespace

Value compileModel(Evaluator &evaluator, Value self, Call &call) {
  int index = self.as<ModelObject>()->model;
  if (GraphModel &model = evaluator.graph.models[index];
      !model.broken && model.inputs.empty() && !model.added.empty()) {
    model.pendingCompile = std::make_shared<Call>(call); // until the shape of its input is known
    return NoneValue();
  }
  // Each fit has the optimizer of the compilation before it; the program has one.
  if (evaluator.graph.isFitted(index))
    evaluator.notSupported(call.range, "compiling a model again after fit",
                           "write two scripts: save_weights at the end of the first, load_weights "
                           "before this in the second");
  auto given = matchArguments(evaluator, "compile", compileParameters, call);
  auto fail = [&] {
    evaluator.graph.models[index].broken = true;
    return Value(NoneValue());
  };
  if (!given)
    return fail();
  bool ok = true;
  for (size_t i = 0; i < std::size(compileParameters); ++i)
    if (compileParameters[i].support == OnlyDefault && (*given)[i] &&
        !(*given)[i]->value.isNone()) {
      const Value &value = (*given)[i]->value;
      bool metrics = compileParameters[i].name == "loss_weights" && (*given)[i]->name.empty() &&
                     sequence(value) && !sequence(value)->empty() &&
                     !sequence(value)->front().number();
      evaluator.notSupported((*given)[i]->range,
                             fmt::format("compile's '{}'", compileParameters[i].name),
                             metrics ? "metrics have a keyword: metrics=[...]" : "");
      ok = false;
    }
  Compile compile;
  compile.position = evaluator.position(call.range);
  if (!(*given)[1]) {
    evaluator.error(call.range,
                    "compile needs a loss; use loss=\"sparse_categorical_crossentropy\"");
    ok = false;
  }
  Argument rmsprop{evaluator.heap.str("rmsprop"), call.range, "", {}}; // Keras's default
  auto optimizer = resolved(evaluator, (*given)[0] ? *(*given)[0] : rmsprop,
                            ApiEntry::Kind::Optimizer, "optimizer");
  auto loss =
      (*given)[1] ? resolved(evaluator, *(*given)[1], ApiEntry::Kind::Loss, "loss") : std::nullopt;
  GraphModel &model = evaluator.graph.models[index];
  if (const Argument *metrics = (*given)[3]; metrics && !metrics->value.isNone()) {
    auto *items = sequence(metrics->value);
    if (!items && metrics->value.str())
      evaluator
          .error(metrics->range,
                 fmt::format("compile's 'metrics' must be a list; did you mean [\"{}\"]?",
                             *metrics->value.str()))
          .fix(fmt::format("[\"{}\"]", *metrics->value.str())),
          ok = false;
    else if (!items && !metrics->value.isPoison())
      evaluator.error(metrics->range, "compile's 'metrics' must be a list"), ok = false;
    for (size_t i = 0; items && i < items->size(); ++i)
      ok &= addMetric(evaluator, (*items)[i], metrics->range, compile);
  }
  if (!ok || !optimizer || !loss || model.broken)
    return fail();
  compile.optimizer = *optimizer;
  compile.loss = *loss;
  if (!model.outputs.empty() && loss->arguments.count("from_logits") &&
      boolArgument(*loss, "from_logits") && endsInSoftmax(evaluator.graph, model))
    evaluator
        .warning(call.range, "the loss takes logits (from_logits=True), and the model already ends "
                             "in softmax; leave "
                             "out one of the two")
        .note(evaluator.graph.nodes[evaluator.graph.tensors[model.outputs[0]].node].range,
              "the softmax is here");
  model.compile = std::move(compile);
  model.compileRange = call.range;
  return NoneValue();
}

} // namespace ingot::import
