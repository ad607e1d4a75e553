// fit and evaluate.

#include "compiler/Import/Keras/Callbacks.h"
#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/Keras/Datasets.h"
#include "compiler/Import/Keras/FitData.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter fitParameters[] = {{"x"},
                                       {"y", Any, nullptr},
                                       {"batch_size", Count, nullptr},
                                       {"epochs", Integer, 1},
                                       {"verbose", Any, "auto"},
                                       {"callbacks", Any, nullptr},
                                       {"validation_split", Float, 0.0},
                                       {"validation_data", Any, nullptr},
                                       {"shuffle", Boolean, true},
                                       {"class_weight", Any, nullptr},
                                       {"sample_weight", Any, nullptr, OnlyDefault},
                                       {"initial_epoch", Integer, 0},
                                       {"steps_per_epoch", Any, nullptr},
                                       {"validation_steps", Any, nullptr, OnlyDefault},
                                       {"validation_batch_size", Count, nullptr},
                                       {"validation_freq", Integer, 1, OnlyDefault}};

constexpr Parameter evaluateParameters[] = {{"x"},
                                            {"y", Any, nullptr},
                                            {"batch_size", Count, nullptr},
                                            {"verbose", Any, "auto"},
                                            {"sample_weight", Any, nullptr, OnlyDefault},
                                            {"steps", Any, nullptr, OnlyDefault},
                                            {"callbacks", Any, nullptr, OnlyDefault},
                                            {"return_dict", Boolean, false}};

} // namespace

std::optional<int64_t> countArgument(Evaluator &evaluator, const Argument *argument, int64_t absent,
                                     int64_t least, std::string_view what) {
  if (!argument || argument->value.isNone())
    return absent;
  if (argument->value.isPoison())
    return std::nullopt;
  auto value = argument->value.integer();
  if (value && !argument->value.boolean() && *value >= least && *value <= INT32_MAX)
    return *value;
  if (argument->value.as<RunTimeObject>())
    evaluator.notSupported(argument->range,
                           fmt::format("{} as a value that only the run knows", what));
  else
    evaluator.error(argument->range, fmt::format("{} must be an int of at least {}, not {}", what,
                                                 least, repr(argument->value)));
  return std::nullopt;
}

std::optional<int> verbosity(Evaluator &evaluator, const Argument *argument) {
  if (!argument || (argument->value.str() && *argument->value.str() == "auto"))
    return 1;
  auto level = argument->value.integer();
  if (level && *level >= 0 && *level <= 2)
    return static_cast<int>(*level);
  if (!argument->value.isPoison())
    evaluator.error(argument->range, fmt::format("'verbose' must be 0, 1, 2 or \"auto\", not {}",
                                                 repr(argument->value)));
  return std::nullopt;
}

/// A data set gives images, labels and batches: takes it apart.
struct Unpacked {
  std::optional<Argument> x, y;
  int64_t batch = 32;
  std::optional<bool> shuffle;

  /// `given` begins with x and y. False after an error.
  bool take(Evaluator &evaluator, std::vector<const Argument *> &given, const Argument *batchSize) {
    auto *dataset = given[0] ? given[0]->value.as<DatasetObject>() : nullptr;
    if (!dataset)
      return true;
    for (const Argument *other : {given[1], batchSize})
      if (other && !other->value.isNone()) {
        evaluator.error(other->range,
                        other == batchSize
                            ? "a Dataset has batches of its own: leave out 'batch_size'"
                            : "a Dataset has its labels: leave out 'y'");
        return false;
      }
    SourceRange range = given[0]->range;
    if (!checkWhole(evaluator, *dataset, range))
      return false;
    x = Argument{dataset->x, range, "", {}};
    y = Argument{dataset->y, range, "", {}};
    given[0] = &*x;
    given[1] = &*y;
    batch = dataset->batch;
    shuffle = dataset->shuffle;
    return true;
  }
};

bool checkRun(Evaluator &evaluator, GraphModel &model, std::string_view name,
              std::span<const Parameter> parameters, const std::vector<const Argument *> &given,
              const Call &call, bool compiled) {
  bool ok = true;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Argument *argument = given[i];
    if (!argument || parameters[i].support != OnlyDefault || argument->value.isNone() ||
        argument->value.isPoison())
      continue;
    auto number = argument->value.number();
    auto *list = sequence(argument->value);
    bool same = (number && parameters[i].name == "validation_freq" && *number == 1) ||
                (number && parameters[i].name != "validation_freq" && *number == 0 &&
                 parameters[i].name != "steps_per_epoch") ||
                (list && list->empty());
    if (!same) {
      evaluator.notSupported(argument->range, fmt::format("{}'s '{}'", name, parameters[i].name),
                             parameters[i].name == "sample_weight" ? "class_weight weighs classes"
                             : parameters[i].name == "validation_freq"
                                 ? "without it each epoch is validated"
                                 : "");
      ok = false;
    }
  }
  if (model.broken)
    return false;
  if (model.inputs.empty() || model.outputs.empty() || model.inputs == model.outputs) {
    if (given[0] && given[0]->value.isPoison()) // whose shape it would have
      return false;
    evaluator
        .error(call.range,
               "the model has no layers with a known input shape; begin with Input(shape=...)")
        .note(model.range, "the model is made here");
    return false;
  }
  if (compiled && !model.compile) {
    evaluator
        .error(call.range,
               fmt::format("{} needs a compiled model; call model.compile(optimizer=..., loss=..., "
                           "metrics=[...]) first",
                           name))
        .note(model.range, "the model is made here");
    return false;
  }
  return ok;
}

namespace {
/// fit's class_weight: a number for each class of the labels, 1 where the dict has none. Nothing
/// after an error.
std::optional<std::vector<double>> classWeights(Evaluator &evaluator, const Argument &argument,
                                                const Array &labels) {
  auto fail = [&](const std::string &message) {
    evaluator.error(argument.range, message);
    return std::nullopt;
  };
  auto *dict = argument.value.as<DictObject>();
  if (argument.value.isPoison())
    return std::nullopt;
  if (!dict)
    return fail(fmt::format("fit's 'class_weight' must be a dict of class: weight, not {}",
                            typeName(argument.value)));
  if (!labels.classes)
    return fail("fit's 'class_weight' needs labels that are classes");
  std::vector<double> weights(static_cast<size_t>(std::max(labels.classes, labels.one_hot)), 1.0);
  for (auto &[key, value] : dict->entries.items) {
    auto index = key.integer();
    auto weight = value.number();
    if (key.isPoison() || value.isPoison())
      return std::nullopt;
    if (!index || *index < 0 || *index >= static_cast<int64_t>(weights.size()))
      return fail(fmt::format("fit's 'class_weight' has the key {}, and the classes are 0 to {}",
                              repr(key), weights.size() - 1));
    if (!weight || !(*weight >= 0))
      return fail(fmt::format(
          "fit's 'class_weight' must hold numbers of 0 or more that are known here, not {}",
          weight ? repr(value) : typeName(value)));
    weights[static_cast<size_t>(*index)] = *weight;
  }
  return weights;
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
  Unpacked unpacked;
  if (!unpacked.take(evaluator, *given, (*given)[2]))
    return {};
  auto batch = countArgument(evaluator, (*given)[2], unpacked.batch, 1, "fit's 'batch_size'");
  auto epochs = countArgument(evaluator, (*given)[3], 1, 1, "fit's 'epochs'");
  auto initial = countArgument(evaluator, (*given)[11], 0, 0, "fit's 'initial_epoch'");
  auto validationBatch = countArgument(evaluator, (*given)[14], batch.value_or(32), 1,
                                       "fit's 'validation_batch_size'");
  auto verbose = verbosity(evaluator, (*given)[4]);
  if (const Argument *shuffle = (*given)[8]; shuffle && !shuffle->value.isPoison()) {
    if (!shuffle->value.boolean()) {
      evaluator.error(shuffle->range, "fit's 'shuffle' must be True or False");
      return {};
    }
    fit.shuffle = *shuffle->value.boolean();
  }
  fit.shuffle = unpacked.shuffle.value_or(fit.shuffle);
  if (!checkRun(evaluator, model, "fit", fitParameters, *given, call) || !batch || !epochs ||
      !initial || !validationBatch || !verbose)
    return {};
  if (!(*given)[1]) {
    evaluator.error(call.range, "fit needs the labels: model.fit(x_train, y_train)");
    return {};
  }
  auto training =
      samplePair(evaluator, model, *(*given)[0], *(*given)[1], {"fit's 'x'", "fit's 'y'"});
  if (!training)
    return {};
  fit.y = training->y;
  if (const Argument *weights = (*given)[9]; weights && !weights->value.isNone()) {
    auto known = classWeights(evaluator, *weights, evaluator.graph.arrays[fit.y]);
    if (!known)
      return {};
    fit.class_weight = *known;
  }
  std::optional<SamplePair> held;
  const Argument *validation = (*given)[7], *share = (*given)[6];
  if (validation && !validation->value.isNone()) {
    std::vector<Value> parts;
    if (auto *dataset = validation->value.as<DatasetObject>()) {
      if (!checkWhole(evaluator, *dataset, validation->range))
        return {};
      parts = {dataset->x, dataset->y};
      validationBatch = dataset->batch;
    } else if (auto *items = sequence(validation->value)) {
      parts = *items;
    }
    if (parts.size() != 2) {
      if (!validation->value.isPoison())
        evaluator.error(validation->range,
                        "fit's 'validation_data' must be a tuple (x_test, y_test)");
      return {};
    }
    Argument x{parts[0], validation->range, "", {}}, y{parts[1], validation->range, "", {}};
    held = samplePair(evaluator, model, x, y,
                      {"the images of 'validation_data'", "the labels of 'validation_data'"});
    if (!held)
      return {};
  } else if (share && share->value.number() != 0.0) {
    auto part = share->value.number();
    if (!part || !(*part > 0 && *part < 1)) {
      if (!share->value.isPoison())
        evaluator.error(
            share->range,
            fmt::format("fit's 'validation_split' must be a number between 0 and 1, not {}",
                        repr(share->value)));
      return {};
    }
    held = splitOff(evaluator, *training, *part, call.range);
  }
  fit.x = training->x;
  fit.y = training->y;
  if (held) {
    fit.validation_x = held->x;
    fit.validation_y = held->y;
  }
  auto callbacks = fitCallbacks(evaluator, model, fit.validation_x >= 0, (*given)[5]);
  if (!callbacks)
    return {};
  fit.callbacks = *callbacks;
  fit.batch = *batch;
  fit.epochs = *epochs;
  fit.initial_epoch = *initial;
  fit.validation_batch = *validationBatch;
  fit.verbose = *verbose;
  evaluator.graph.fits.push_back(fit);
  evaluator.graph.fitModels.push_back(self.as<ModelObject>()->model);
  int steps = -1;
  if (const Argument *perEpoch = (*given)[12]; perEpoch && !perEpoch->value.isNone()) {
    auto *runTime = perEpoch->value.as<RunTimeObject>();
    if (!runTime && !countArgument(evaluator, perEpoch, 1, 1, "fit's 'steps_per_epoch'"))
      return {};
    auto value = evaluator.materialize(perEpoch->value, perEpoch->range);
    if (!value)
      return {};
    steps = *value;
  }
  emitRows(evaluator, *training, held, call.range, steps);
  Value result =
      evaluator.runTime(evaluator.emit(Instruction::Fit, {}, call.range, "",
                                       static_cast<int64_t>(evaluator.graph.fits.size()) - 1),
                        RunTimeObject::Type::History);
  auto &keys = result.as<RunTimeObject>()->keys;
  keys = model.compile->metrics;
  keys.emplace_back("loss");
  if (fit.validation_x >= 0)
    for (size_t i = 0, count = keys.size(); i < count; ++i)
      keys.push_back("val_" + keys[i]);
  std::sort(keys.begin(), keys.end());
  for (int index : fit.callbacks) {
    GraphCallback &callback = evaluator.graph.callbacks[index];
    if (callback.config.type == "History") { // what fit returns: it sees nothing of those behind it
      callback.history = result;
      break;
    }
    if (logsLearningRate(callback) &&
        std::find(keys.begin(), keys.end(), "learning_rate") == keys.end())
      keys.emplace_back("learning_rate");
  }
  return result;
}

/// evaluate's values by name, as return_dict=True asks: in the order of the names.
static Value namedValues(Evaluator &evaluator, const Value &values,
                         const std::vector<std::string> &metrics, SourceRange range) {
  std::map<std::string, int64_t> places{{"loss", 0}};
  for (size_t i = 0; i < metrics.size(); ++i)
    places[metrics[i]] = static_cast<int64_t>(i) + 1;
  auto *dict = evaluator.heap.make<DictObject>();
  for (auto &[name, place] : places)
    dict->entries.set("s" + name, evaluator.heap.str(name),
                      metrics.empty() ? values : evaluator.subscript(values, Value(place), range));
  return dict;
}

Value evaluateModel(Evaluator &evaluator, Value self, Call &call) {
  GraphModel &model = evaluator.graph.models[self.as<ModelObject>()->model];
  model.evaluated = true;
  auto given = matchArguments(evaluator, "evaluate", evaluateParameters, call);
  if (!given)
    return {};
  Unpacked unpacked;
  if (!unpacked.take(evaluator, *given, (*given)[2]))
    return {};
  buildFromData(evaluator, self.as<ModelObject>()->model, (*given)[0]);
  auto batch = countArgument(evaluator, (*given)[2], unpacked.batch, 1, "evaluate's 'batch_size'");
  auto verbose = verbosity(evaluator, (*given)[3]);
  if (!checkRun(evaluator, model, "evaluate", evaluateParameters, *given, call) || !batch ||
      !verbose)
    return {};
  if (!(*given)[1]) {
    evaluator.error(call.range, "evaluate needs the labels: model.evaluate(x_test, y_test)");
    return {};
  }
  Evaluation evaluation;
  evaluation.position = evaluator.position(call.range);
  auto pair = samplePair(evaluator, model, *(*given)[0], *(*given)[1],
                         {"evaluate's 'x'", "evaluate's 'y'"});
  if (!pair)
    return {};
  evaluation.x = pair->x;
  evaluation.y = pair->y;
  evaluation.batch = *batch;
  evaluation.verbose = *verbose;
  evaluator.graph.evaluations.push_back(evaluation);
  evaluator.graph.evaluationModels.push_back(self.as<ModelObject>()->model);
  bool list = !model.compile->metrics.empty();
  emitRows(evaluator, *pair, std::nullopt, call.range);
  Value result = evaluator.runTime(
      evaluator.emit(Instruction::Evaluate, {}, call.range, "",
                     static_cast<int64_t>(evaluator.graph.evaluations.size()) - 1),
      list ? RunTimeObject::Type::List : RunTimeObject::Type::Float);
  if (const Argument *wanted = (*given)[7]; wanted && truth(wanted->value) == true)
    return namedValues(evaluator, result, model.compile->metrics, call.range);
  if (list) {
    result.as<RunTimeObject>()->element = RunTimeObject::Type::Float;
    result.as<RunTimeObject>()->length = static_cast<int64_t>(model.compile->metrics.size()) + 1;
  }
  return result;
}

} // namespace ingot::import
