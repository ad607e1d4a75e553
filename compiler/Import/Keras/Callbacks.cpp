// Callbacks: a row each with Keras's defaults, and what is wrong with one by itself
// (keras/src/callbacks/).

#include "compiler/Import/Keras/Callbacks.h"

#include "compiler/Import/Keras/Calls.h"

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;
using Kind = ApiEntry::Kind;

constexpr Parameter checkpointParameters[] = {
    {"filepath", Text},
    {"monitor", Text, "val_loss"},
    {"verbose", Integer, 0},
    {"save_best_only", Boolean, false},
    {"save_weights_only", Boolean, false},
    {"mode", Text, "auto"},
    {"save_freq", Any, "epoch"}, // as the int64_t save_freq of the Config; 0: at epochs' ends
    {"initial_value_threshold", FloatOrNone, nullptr}};
constexpr Parameter stoppingParameters[] = {{"monitor", Text, "val_loss"},
                                            {"min_delta", Float, 0},
                                            {"patience", Integer, 0},
                                            {"verbose", Integer, 0},
                                            {"mode", Text, "auto"},
                                            {"baseline", FloatOrNone, nullptr},
                                            {"restore_best_weights", Boolean, false},
                                            {"start_from_epoch", Integer, 0}};
constexpr Parameter plateauParameters[] = {
    {"monitor", Text, "val_loss"},
    {"factor", Float, 0.1},
    {"patience", Integer, 10},
    {"verbose", Integer, 0},
    {"mode", Text, "auto"},
    {"min_delta", Float, 1e-4},
    {"cooldown", Integer, 0},
    {"min_lr", Float, 0.0},
    {"epsilon", Any, nullptr, Ignored}}; // Keras takes any other name and ignores it
constexpr Parameter schedulerParameters[] = {{"schedule"}, {"verbose", Integer, 0}};
constexpr Parameter csvParameters[] = {
    {"filename", Text}, {"separator", Text, ","}, {"append", Boolean, false}};
constexpr Parameter nanParameters[] = {{"raise_error", Boolean, false}};
constexpr Parameter boardParameters[] = {{"log_dir", Text, "logs"},
                                         {"histogram_freq", Any, 0, OnlyDefault},
                                         {"write_graph", Any, true, Ignored},
                                         {"write_images", Any, false, OnlyDefault},
                                         {"write_steps_per_second", Any, false, OnlyDefault},
                                         {"update_freq", Any, "epoch", OnlyDefault},
                                         {"profile_batch", Any, 0, OnlyDefault},
                                         {"embeddings_freq", Any, 0, OnlyDefault},
                                         {"embeddings_metadata", Any, nullptr, OnlyDefault}};

Fault checkCheckpoint(const Config &config) {
  const std::string &path = textArgument(config, "filepath");
  if (boolArgument(config, "save_weights_only")) {
    if (!path.ends_with(".weights.h5"))
      return {"filepath",
              fmt::format("must end in .weights.h5 as save_weights_only=True, not \"{}\"", path)};
  } else if (!path.ends_with(".keras") && !path.ends_with(".h5")) {
    return {"filepath", fmt::format("must end in .keras or .h5, not \"{}\"", path)};
  }
  return {};
}

Fault checkPlateau(const Config &config) {
  double factor = numberArgument(config, "factor");
  if (!(factor >= 0 && factor < 1))
    return {"factor", fmt::format("must be at least 0 and less than 1, not {}", factor)};
  return {};
}

Fault checkCsv(const Config &config) {
  return textArgument(config, "filename").empty() ? Fault{"filename", "must not be empty"}
                                                  : Fault{};
}

constexpr ApiEntry callback(std::string_view name, std::span<const Parameter> parameters = {},
                            CheckFunction check = nullptr) {
  return {.name = name,
          .kind = Kind::Callback,
          .modules = "keras.callbacks",
          .supported = true,
          .parameters = parameters,
          .check = check};
}

constexpr ApiEntry entries[] = {callback("ModelCheckpoint", checkpointParameters, checkCheckpoint),
                                callback("EarlyStopping", stoppingParameters),
                                callback("ReduceLROnPlateau", plateauParameters, checkPlateau),
                                callback("LearningRateScheduler", schedulerParameters),
                                callback("CSVLogger", csvParameters, checkCsv),
                                callback("TerminateOnNaN", nanParameters),
                                callback("TensorBoard", boardParameters),
                                callback("History")};

/// ModelCheckpoint's save_freq: "epoch" or a number of batches.
bool readFrequency(Evaluator &evaluator, const Call &call, Config &config) {
  config.arguments["save_freq"] = int64_t(0);
  const Argument *argument = call.get(6, "save_freq");
  if (!argument || (argument->value.str() && *argument->value.str() == "epoch"))
    return true;
  auto batches = argument->value.integer();
  if (!batches || argument->value.boolean() || *batches < 1) {
    evaluator.error(argument->range,
                    fmt::format("ModelCheckpoint's 'save_freq' must be \"epoch\" or a number of "
                                "batches, not {}",
                                repr(argument->value)));
    return false;
  }
  if (boolArgument(config, "save_best_only")) {
    evaluator.error(argument->range,
                    "ModelCheckpoint's 'save_freq' in batches and 'save_best_only' do not go "
                    "together: Keras fails in the first epoch; save at epochs' ends");
    return false;
  }
  config.arguments["save_freq"] = *batches;
  return true;
}

/// LearningRateScheduler's schedule: a function of the script.
bool readSchedule(Evaluator &evaluator, const Call &call, GraphCallback &made) {
  const Argument *argument = call.get(0, "schedule");
  if (argument->value.as<FunctionObject>()) {
    made.schedule = argument->value;
    return true;
  }
  auto *object = argument->value.as<ConfigObject>();
  bool isSchedule = object && object->entry->kind == Kind::Schedule;
  evaluator.error(
      argument->range,
      fmt::format("LearningRateScheduler's 'schedule' must be a function of (epoch) or "
                  "(epoch, lr), not {}{}",
                  repr(argument->value),
                  isSchedule ? "; give a schedule to the optimizer as learning_rate" : ""));
  return false;
}

void warnOfNames(Evaluator &evaluator, const ApiEntry &entry, const Call &call,
                 const GraphCallback &made) {
  if (auto mode = made.config.arguments.find("mode"); mode != made.config.arguments.end())
    if (auto &text = std::get<std::string>(mode->second);
        text != "auto" && text != "min" && text != "max")
      evaluator.warning(made.place("mode"),
                        fmt::format("{}'s 'mode' is \"auto\", \"min\" or \"max\"; \"{}\" is taken "
                                    "for \"auto\", as Keras does",
                                    entry.name, text));
  if (const Argument *epsilon = call.keyword("epsilon"))
    evaluator.warning(epsilon->nameRange,
                      "ReduceLROnPlateau ignores 'epsilon', as Keras does; 'min_delta' is what "
                      "counts as an improvement");
}
} // namespace

std::span<const ApiEntry> callbackEntries() { return entries; }

SourceRange GraphCallback::place(const std::string &argument) const {
  auto found = places.find(argument);
  return found == places.end() ? range : found->second;
}

Value callCallbackClass(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  auto config = configure(evaluator, entry, call);
  if (!config)
    return {};
  GraphCallback made;
  made.config = *config;
  made.range = call.range;
  for (size_t i = 0; i < entry.parameters.size(); ++i) {
    std::string name(entry.parameters[i].name);
    if (const Argument *argument = call.get(i, name))
      made.places[name] = argument->range;
  }
  if ((entry.name == "ModelCheckpoint" && !readFrequency(evaluator, call, made.config)) ||
      (entry.name == "LearningRateScheduler" && !readSchedule(evaluator, call, made)))
    return {};
  warnOfNames(evaluator, entry, call, made);
  auto *object = evaluator.heap.make<CallbackObject>();
  object->entry = &entry;
  object->callback = static_cast<int>(evaluator.graph.callbacks.size());
  evaluator.graph.callbacks.push_back(std::move(made));
  return object;
}

bool logsLearningRate(const GraphCallback &callback) {
  return callback.config.type == "ReduceLROnPlateau" ||
         callback.config.type == "LearningRateScheduler";
}

std::optional<Value> callbackAttribute(Evaluator &evaluator, const Value &object,
                                       const std::string &name, SourceRange range) {
  auto *callback = object.as<CallbackObject>();
  if (!callback)
    return std::nullopt;
  const GraphCallback &made = evaluator.graph.callbacks[callback->callback];
  if (made.config.type == "History" && (name == "history" || name == "epoch" || name == "params")) {
    if (made.history.isPoison()) {
      if (!made.used)
        evaluator.error(range, "this History is of no fit yet: give it to fit's 'callbacks'");
      return Value();
    }
    return evaluator.attribute(made.history, name, range, range);
  }
  for (std::string_view known :
       {"best", "best_epoch", "best_weights", "stopped_epoch", "wait", "patience", "monitor",
        "filepath", "set_model", "set_params", "on_epoch_end", "on_train_end"})
    if (name == known)
      return evaluator.notSupported(range, fmt::format("a callback's '{}'", name));
  return std::nullopt;
}

} // namespace ingot::import
