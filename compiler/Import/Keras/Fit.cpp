// compile, fit and evaluate.

#include "compiler/Import/Keras/Calls.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter compileParameters[] = {
    {"optimizer", Any, "rmsprop"}, {"loss", Any, nullptr}, {"loss_weights", Any, nullptr, OnlyDefault},
    {"metrics", Any, nullptr}, {"weighted_metrics", Any, nullptr, OnlyDefault},
    {"run_eagerly", Any, false, Ignored}, {"steps_per_execution", Any, 1, Ignored},
    {"jit_compile", Any, "auto", Ignored}, {"auto_scale_loss", Any, true, Ignored}};

constexpr Parameter fitParameters[] = {
    {"x"}, {"y", Any, nullptr}, {"batch_size", Count, nullptr}, {"epochs", Integer, 1}, {"verbose", Any, "auto"},
    {"callbacks", Any, nullptr, OnlyDefault}, {"validation_split", Float, 0.0, OnlyDefault},
    {"validation_data", Any, nullptr}, {"shuffle", Boolean, true}, {"class_weight", Any, nullptr, OnlyDefault},
    {"sample_weight", Any, nullptr, OnlyDefault}, {"initial_epoch", Integer, 0},
    {"steps_per_epoch", Any, nullptr, OnlyDefault}, {"validation_steps", Any, nullptr, OnlyDefault},
    {"validation_batch_size", Count, nullptr}, {"validation_freq", Integer, 1, OnlyDefault}};

constexpr Parameter evaluateParameters[] = {
    {"x"}, {"y", Any, nullptr}, {"batch_size", Count, nullptr}, {"verbose", Any, "auto"},
    {"sample_weight", Any, nullptr, OnlyDefault}, {"steps", Any, nullptr, OnlyDefault},
    {"callbacks", Any, nullptr, OnlyDefault}, {"return_dict", Boolean, false, OnlyDefault}};

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
  else if (auto *symbol = value.as<SymbolObject>(); symbol && symbol->entry->kind == kind)
    name = symbol->entry->name;
  else {
    evaluator.error(argument.range, fmt::format("compile's '{}' must be a name or an object, not {}", noun,
                                                typeName(value)));
    return std::nullopt;
  }
  const ApiEntry *entry = findByAlias(kind, name);
  if (entry && !entry->aliasOf.empty())
    entry = findEntry("", entry->aliasOf);
  if (entry && entry->supported)
    return configure(evaluator, *entry, Call{argument.range, argument.range, {}, {}});
  std::vector<std::string> names;
  anyEntry([&](const ApiEntry &row) {
    if (row.kind == kind)
      names.push_back(snakeCase(row.name));
    return false;
  });
  std::string_view nearest = kind == ApiEntry::Kind::Optimizer ? "\"adam\"" : "\"sparse_categorical_crossentropy\"";
  if (entry) {
    evaluator.notSupported(argument.range, fmt::format("the {} '{}'", noun, name), fmt::format("use {}", nearest));
    return std::nullopt;
  }
  auto near = python::nearestName(name, names);
  std::string remedy = near ? fmt::format("; did you mean '{}'?", *near) : fmt::format("; use {}", nearest);
  if (near == "categorical_crossentropy")
    remedy += " With integer labels it is 'sparse_categorical_crossentropy'";
  auto &diagnostic = evaluator.error(argument.range, fmt::format("there is no {} '{}'{}", noun, name, remedy));
  if (near)
    diagnostic.fix("\"" + *near + "\"");
  return std::nullopt;
}

bool addMetric(Evaluator &evaluator, const Value &value, SourceRange range, const GraphModel &model, Compile &compile) {
  std::string name;
  if (value.isPoison())
    return false;
  auto *object = value.as<ConfigObject>();
  if (auto *text = value.str())
    name = *text;
  else if (object && object->entry->kind == ApiEntry::Kind::Metric)
    name = object->config.arguments.count("name") ? textArgument(object->config, "name") : snakeCase(object->config.type);
  else if (auto *symbol = value.as<SymbolObject>())
    name = symbol->entry->name;
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  bool automatic = lower == "accuracy" || lower == "acc";
  const ApiEntry *entry = automatic ? nullptr : findByAlias(ApiEntry::Kind::Metric, name);
  if (!automatic && !object && !(entry && entry->supported)) {
    auto near = python::nearestName(name, {"accuracy", "sparse_categorical_accuracy"});
    if (entry || findByAlias(ApiEntry::Kind::Loss, name))
      evaluator.notSupported(range, fmt::format("the metric '{}'", name), "use \"accuracy\"");
    else
      evaluator.error(range, fmt::format("there is no metric '{}'{}", name,
                                         near ? fmt::format("; did you mean '{}'?", *near) : "; use \"accuracy\""));
    return false;
  }
  // "accuracy" goes by shapes: one output is binary, integer labels are sparse.
  if (automatic && !model.outputs.empty() && !evaluator.graph.tensors[model.outputs[0]].shape.empty() &&
      evaluator.graph.tensors[model.outputs[0]].shape.back() == 1) {
    evaluator.notSupported(range, "binary accuracy, which \"accuracy\" is for an output of 1 unit");
    return false;
  }
  std::string unique = name;
  for (int i = 1; std::find(compile.metrics.begin(), compile.metrics.end(), unique) != compile.metrics.end(); ++i)
    unique = name + "_" + std::to_string(i);
  compile.metrics.push_back(unique);
  compile.metric_functions.push_back("sparse_categorical_accuracy");
  return true;
}

/// The layer and activation that end the model: whether its output has gone through softmax.
bool endsInSoftmax(const Graph &graph, const GraphModel &model) {
  const GraphLayer &last = graph.layers[graph.nodes[graph.tensors[model.outputs[0]].node].layer];
  if (last.config.type == "Softmax")
    return true;
  auto activation = last.config.arguments.find("activation");
  auto *name = activation == last.config.arguments.end() ? nullptr : std::get_if<std::string>(&activation->second);
  return name && *name == "softmax";
}
} // namespace

Value compileModel(Evaluator &evaluator, Value self, Call &call) {
  int index = self.as<ModelObject>()->model;
  if (GraphModel &model = evaluator.graph.models[index]; !model.broken && model.inputs.empty() && !model.added.empty()) {
    model.pendingCompile = std::make_shared<Call>(call); // until the shape of its input is known
    return NoneValue();
  }
  auto given = matchArguments(evaluator, "compile", compileParameters, call);
  auto fail = [&] {
    evaluator.graph.models[index].broken = true;
    return Value(NoneValue());
  };
  if (!given)
    return fail();
  bool ok = true;
  for (size_t i = 0; i < std::size(compileParameters); ++i)
    if (compileParameters[i].support == OnlyDefault && (*given)[i] && !(*given)[i]->value.isNone()) {
      evaluator.notSupported((*given)[i]->range, fmt::format("compile's '{}'", compileParameters[i].name));
      ok = false;
    }
  Compile compile;
  compile.position = evaluator.position(call.range);
  if (!(*given)[1]) {
    evaluator.error(call.range, "compile needs a loss; use loss=\"sparse_categorical_crossentropy\"");
    ok = false;
  }
  if (!(*given)[0])
    evaluator.notSupported(call.range, "the default optimizer \"rmsprop\"", "use optimizer=\"adam\""), ok = false;
  auto optimizer = (*given)[0] ? resolved(evaluator, *(*given)[0], ApiEntry::Kind::Optimizer, "optimizer") : std::nullopt;
  auto loss = (*given)[1] ? resolved(evaluator, *(*given)[1], ApiEntry::Kind::Loss, "loss") : std::nullopt;
  GraphModel &model = evaluator.graph.models[index];
  if (const Argument *metrics = (*given)[3]; metrics && !metrics->value.isNone()) {
    auto *items = sequence(metrics->value);
    if (!items && metrics->value.str())
      evaluator.error(metrics->range, fmt::format("compile's 'metrics' must be a list; did you mean [\"{}\"]?",
                                                  *metrics->value.str()))
          .fix(fmt::format("[\"{}\"]", *metrics->value.str())),
          ok = false;
    else if (!items && !metrics->value.isPoison())
      evaluator.error(metrics->range, "compile's 'metrics' must be a list"), ok = false;
    for (size_t i = 0; items && i < items->size(); ++i)
      ok &= addMetric(evaluator, (*items)[i], metrics->range, model, compile);
  }
  if (!ok || !optimizer || !loss || model.broken)
    return fail();
  compile.optimizer = *optimizer;
  compile.loss = *loss;
  if (!model.outputs.empty() && boolArgument(*loss, "from_logits") && endsInSoftmax(evaluator.graph, model))
    evaluator
        .warning(call.range, "the loss takes logits (from_logits=True), and the model already ends in softmax; leave "
                             "out one of the two")
        .note(evaluator.graph.nodes[evaluator.graph.tensors[model.outputs[0]].node].range, "the softmax is here");
  model.compile = std::move(compile);
  model.compileRange = call.range;
  return NoneValue();
}

namespace {
/// An array that is given to fit or evaluate, as an index; -1 after an error.
int samples(Evaluator &evaluator, const Argument &argument, std::string_view what) {
  auto *array = argument.value.as<ArrayObject>();
  if (argument.value.isPoison())
    return -1;
  if (!array || array->sample) {
    evaluator.error(argument.range, fmt::format("{} must be an array of a data set's samples, not {}", what,
                                                array ? "one sample" : "a '" + typeName(argument.value) + "'"));
    return -1;
  }
  Array description = array->buffer->array;
  description.shape = array->shape;
  return evaluator.graph.arrayIndex(description);
}

/// Images must look like the model's input, labels must fit its output.
bool checkData(Evaluator &evaluator, const GraphModel &model, int x, int y, const Argument &xs, const Argument &ys) {
  auto &graph = evaluator.graph;
  const Array &images = graph.arrays[x], &labels = graph.arrays[y];
  const SymbolicTensor &input = graph.tensors[model.inputs[0]], &output = graph.tensors[model.outputs[0]];
  if (images.shape != input.shape) {
    std::string remedy;
    if (images.shape.size() + 1 == input.shape.size() && input.shape.back() == 1)
      remedy = "; np.expand_dims(x, -1) adds the channel";
    evaluator
        .error(xs.range, fmt::format("a sample of these images is {}, and the model's input is {}{}",
                                     shapeText(images.shape), shapeText(input.shape), remedy))
        .note(graph.nodes[input.node].range, "the model's input is defined here");
    return false;
  }
  if (images.key == "labels") {
    evaluator.error(xs.range, "these are labels, where the images should be");
    return false;
  }
  if (labels.key != "labels") {
    evaluator.error(ys.range, "these are images, where the labels should be");
    return false;
  }
  if (images.source != labels.source || images.test != labels.test) {
    evaluator.error(ys.range, "these labels are not those of the images")
        .note(xs.range, fmt::format("the images are of the {} part of {}, the labels of the {} part of {}",
                                    images.test ? "test" : "training", images.source, labels.test ? "test" : "training",
                                    labels.source));
    return false;
  }
  if (output.shape.size() != 1) {
    evaluator
        .error(ys.range, fmt::format("the model's output is {}, and sparse_categorical_crossentropy needs one number for "
                                     "each of the {} classes; Flatten() before the last Dense layer",
                                     shapeText(output.shape), labels.classes))
        .note(graph.nodes[output.node].range, "the output is made here");
    return false;
  }
  if (output.shape[0] < labels.classes) {
    const GraphLayer &layer = graph.layers[graph.nodes[output.node].layer];
    evaluator
        .error(layer.range, fmt::format("the model's output has {} units, and the labels have {} classes", output.shape[0],
                                        labels.classes))
        .note(ys.range, fmt::format("the labels 0 to {} are given here; use {} units", labels.classes - 1, labels.classes));
    return false;
  }
  return true;
}

std::optional<int64_t> number(Evaluator &evaluator, const Argument *argument, int64_t absent, int64_t least,
                              std::string_view what) {
  if (!argument || argument->value.isNone())
    return absent;
  if (argument->value.isPoison())
    return std::nullopt;
  auto value = argument->value.integer();
  if (value && !argument->value.boolean() && *value >= least && *value <= INT32_MAX)
    return *value;
  if (argument->value.as<RunTimeObject>())
    evaluator.notSupported(argument->range, fmt::format("{} as a value that only the run knows", what));
  else
    evaluator.error(argument->range, fmt::format("{} must be an int of at least {}, not {}", what, least,
                                                 repr(argument->value)));
  return std::nullopt;
}

std::optional<int> verbosity(Evaluator &evaluator, const Argument *argument) {
  if (!argument || (argument->value.str() && *argument->value.str() == "auto"))
    return 1;
  auto level = argument->value.integer();
  if (level && *level >= 0 && *level <= 2)
    return static_cast<int>(*level);
  if (!argument->value.isPoison())
    evaluator.error(argument->range, fmt::format("'verbose' must be 0, 1, 2 or \"auto\", not {}", repr(argument->value)));
  return std::nullopt;
}

/// A Sequential model without an input shape takes that of the data.
void buildFromData(Evaluator &evaluator, int index, const Argument *data) {
  const GraphModel &model = evaluator.graph.models[index];
  auto *array = data ? data->value.as<ArrayObject>() : nullptr;
  if (array && !array->sample && !model.broken && model.inputs.empty() && !model.added.empty())
    buildSequential(evaluator, index, array->shape, data->range);
}

/// What fit and evaluate check alike: that the model is there, compiled, and the arguments supported.
bool checkRun(Evaluator &evaluator, GraphModel &model, std::string_view name, std::span<const Parameter> parameters,
              const std::vector<const Argument *> &given, const Call &call) {
  bool ok = true;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Argument *argument = given[i];
    if (!argument || parameters[i].support != OnlyDefault || argument->value.isNone() || argument->value.isPoison())
      continue;
    auto number = argument->value.number();
    auto *list = sequence(argument->value);
    bool same = (number && parameters[i].name == "validation_freq" && *number == 1) ||
                (number && parameters[i].name != "validation_freq" && *number == 0 &&
                 parameters[i].name != "steps_per_epoch") ||
                (list && list->empty());
    if (!same) {
      evaluator.notSupported(argument->range, fmt::format("{}'s '{}'", name, parameters[i].name),
                             parameters[i].name == "validation_split" ? "give validation_data=(x_test, y_test)" : "");
      ok = false;
    }
  }
  if (model.broken)
    return false;
  if (model.inputs.empty() || model.outputs.empty() || model.inputs == model.outputs) {
    evaluator.error(call.range, "the model has no layers with a known input shape; begin with Input(shape=...)")
        .note(model.range, "the model is made here");
    return false;
  }
  if (!model.compile) {
    evaluator
        .error(call.range, fmt::format("{} needs a compiled model; call model.compile(optimizer=..., loss=..., "
                                       "metrics=[...]) first",
                                       name))
        .note(model.range, "the model is made here");
    return false;
  }
  return ok;
}
} // namespace

Value fitModel(Evaluator &evaluator, Value self, Call &call) {
  GraphModel &model = evaluator.graph.models[self.as<ModelObject>()->model];
  model.trained = true;
  auto given = matchArguments(evaluator, "fit", fitParameters, call);
  if (!given)
    return {};
  buildFromData(evaluator, self.as<ModelObject>()->model, (*given)[0]);
  Fit fit;
  fit.position = evaluator.position(call.range);
  auto batch = number(evaluator, (*given)[2], 32, 1, "fit's 'batch_size'");
  auto epochs = number(evaluator, (*given)[3], 1, 1, "fit's 'epochs'");
  auto initial = number(evaluator, (*given)[11], 0, 0, "fit's 'initial_epoch'");
  auto validationBatch = number(evaluator, (*given)[14], batch.value_or(32), 1, "fit's 'validation_batch_size'");
  auto verbose = verbosity(evaluator, (*given)[4]);
  if (const Argument *shuffle = (*given)[8]; shuffle && !shuffle->value.isPoison()) {
    if (!shuffle->value.boolean()) {
      evaluator.error(shuffle->range, "fit's 'shuffle' must be True or False");
      return {};
    }
    fit.shuffle = *shuffle->value.boolean();
  }
  if (!checkRun(evaluator, model, "fit", fitParameters, *given, call) || !batch || !epochs || !initial ||
      !validationBatch || !verbose)
    return {};
  if (!(*given)[1]) {
    evaluator.error(call.range, "fit needs the labels: model.fit(x_train, y_train)");
    return {};
  }
  fit.x = samples(evaluator, *(*given)[0], "fit's 'x'");
  fit.y = samples(evaluator, *(*given)[1], "fit's 'y'");
  if (fit.x < 0 || fit.y < 0 || !checkData(evaluator, model, fit.x, fit.y, *(*given)[0], *(*given)[1]))
    return {};
  if (const Argument *validation = (*given)[7]; validation && !validation->value.isNone()) {
    auto *pair = sequence(validation->value);
    if (!pair || pair->size() != 2) {
      if (!validation->value.isPoison())
        evaluator.error(validation->range, "fit's 'validation_data' must be a tuple (x_test, y_test)");
      return {};
    }
    Argument x{(*pair)[0], validation->range, "", {}}, y{(*pair)[1], validation->range, "", {}};
    fit.validation_x = samples(evaluator, x, "the images of 'validation_data'");
    fit.validation_y = samples(evaluator, y, "the labels of 'validation_data'");
    if (fit.validation_x < 0 || fit.validation_y < 0 ||
        !checkData(evaluator, model, fit.validation_x, fit.validation_y, x, y))
      return {};
  }
  fit.batch = *batch;
  fit.epochs = *epochs;
  fit.initial_epoch = *initial;
  fit.validation_batch = *validationBatch;
  fit.verbose = *verbose;
  evaluator.graph.fits.push_back(fit);
  evaluator.graph.fitModels.push_back(self.as<ModelObject>()->model);
  Value result = evaluator.runTime(evaluator.emit(Instruction::Fit, {}, call.range, "",
                                                  static_cast<int64_t>(evaluator.graph.fits.size()) - 1),
                                   RunTimeObject::Type::History);
  auto &keys = result.as<RunTimeObject>()->keys;
  keys = model.compile->metrics;
  keys.emplace_back("loss");
  if (fit.validation_x >= 0)
    for (size_t i = 0, count = keys.size(); i < count; ++i)
      keys.push_back("val_" + keys[i]);
  std::sort(keys.begin(), keys.end());
  return result;
}

Value evaluateModel(Evaluator &evaluator, Value self, Call &call) {
  GraphModel &model = evaluator.graph.models[self.as<ModelObject>()->model];
  model.evaluated = true;
  auto given = matchArguments(evaluator, "evaluate", evaluateParameters, call);
  if (!given)
    return {};
  buildFromData(evaluator, self.as<ModelObject>()->model, (*given)[0]);
  auto batch = number(evaluator, (*given)[2], 32, 1, "evaluate's 'batch_size'");
  auto verbose = verbosity(evaluator, (*given)[3]);
  if (!checkRun(evaluator, model, "evaluate", evaluateParameters, *given, call) || !batch || !verbose)
    return {};
  if (!(*given)[1]) {
    evaluator.error(call.range, "evaluate needs the labels: model.evaluate(x_test, y_test)");
    return {};
  }
  Evaluation evaluation;
  evaluation.position = evaluator.position(call.range);
  evaluation.x = samples(evaluator, *(*given)[0], "evaluate's 'x'");
  evaluation.y = samples(evaluator, *(*given)[1], "evaluate's 'y'");
  if (evaluation.x < 0 || evaluation.y < 0 ||
      !checkData(evaluator, model, evaluation.x, evaluation.y, *(*given)[0], *(*given)[1]))
    return {};
  evaluation.batch = *batch;
  evaluation.verbose = *verbose;
  evaluator.graph.evaluations.push_back(evaluation);
  evaluator.graph.evaluationModels.push_back(self.as<ModelObject>()->model);
  bool list = !model.compile->metrics.empty();
  Value result = evaluator.runTime(evaluator.emit(Instruction::Evaluate, {}, call.range, "",
                                                  static_cast<int64_t>(evaluator.graph.evaluations.size()) - 1),
                                   list ? RunTimeObject::Type::List : RunTimeObject::Type::Float);
  if (list) {
    result.as<RunTimeObject>()->element = RunTimeObject::Type::Float;
    result.as<RunTimeObject>()->length = static_cast<int64_t>(model.compile->metrics.size()) + 1;
  }
  return result;
}

} // namespace ingot::import
