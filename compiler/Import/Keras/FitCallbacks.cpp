// The callbacks of a fit: that each can do its work there. What Keras finds out after an epoch, or
// only warns of, is found here.

#include "compiler/Import/Keras/Callbacks.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ingot::import {

namespace {
/// The name that is meant, where one is near.
std::optional<std::string> nearest(const std::string &name, const std::vector<std::string> &names) {
  auto has = [&](const std::string &each) {
    return std::find(names.begin(), names.end(), each) != names.end();
  };
  // Keras 2's names.
  for (auto [old, today] : {std::pair("acc", "accuracy"),
                            {"val_acc", "val_accuracy"},
                            {"accuracy", "acc"},
                            {"val_accuracy", "val_acc"},
                            {"lr", "learning_rate"}})
    if (name == old && has(today))
      return today;
  return python::nearestName(name, names);
}

class FitCallbacks {
public:
  FitCallbacks(Evaluator &evaluator, const GraphModel &model, bool validates, SourceRange range)
      : evaluator(evaluator), compile(*model.compile), compileRange(model.compileRange),
        range(range), validates(validates) {
    names = compile.metrics;
    names.emplace_back("loss");
    batchNames = names;
    if (validates)
      for (size_t i = 0, count = names.size(); i < count; ++i)
        names.push_back("val_" + names[i]);
    std::sort(names.begin(), names.end());
  }

  /// A callback, or callbacks nested at will as Keras takes them.
  bool add(const Value &value, int depth = 0);
  std::vector<int> result;

private:
  bool check(GraphCallback &callback);
  bool watches(GraphCallback &callback);
  std::optional<bool> direction(const GraphCallback &callback) const;
  bool isThere(const GraphCallback &callback, const std::string &monitor);
  bool fieldsAreKnown(const GraphCallback &callback);
  bool compileSchedule(GraphCallback &callback);
  bool ratesAreSettable(const GraphCallback &callback);
  bool fail(SourceRange at, const std::string &message) {
    evaluator.error(at, message).note(range, "in this fit");
    return false;
  }

  Evaluator &evaluator;
  const Compile &compile;
  SourceRange compileRange, range;
  bool validates;
  std::vector<std::string> names, batchNames; // of an epoch's logs at this place of the list
};

bool FitCallbacks::add(const Value &value, int depth) {
  if (value.isPoison() || containsPoison(value))
    return false;
  if (auto *items = sequence(value); items && depth < 10)
    return std::all_of(items->begin(), items->end(),
                       [&](const Value &item) { return add(item, depth + 1); });
  if (auto *callback = value.as<CallbackObject>()) {
    GraphCallback &made = evaluator.graph.callbacks[callback->callback];
    if (!check(made))
      return false;
    made.used = true;
    evaluator.graph.kerasFiles |= made.config.type == "ModelCheckpoint";
    result.push_back(callback->callback);
    if (logsLearningRate(made) &&
        std::find(names.begin(), names.end(), "learning_rate") == names.end())
      names.emplace_back("learning_rate");
    return true;
  }
  auto *symbol = value.as<SymbolObject>();
  if (symbol && symbol->entry->kind == ApiEntry::Kind::Callback)
    evaluator.error(range, fmt::format("fit's 'callbacks' holds the class {0}; did you mean {0}()?",
                                       symbol->entry->name));
  else
    evaluator.error(
        range, fmt::format("fit's 'callbacks' must hold objects of keras.callbacks, not {}",
                           depth || value.object() ? "a '" + typeName(value) + "'" : repr(value)));
  return false;
}

bool FitCallbacks::check(GraphCallback &callback) {
  if (callback.config.type == "History") {
    if (callback.used)
      evaluator.notSupported(range, "a History object that follows a second fit",
                             "make another, or use what fit returns");
    return !callback.used;
  }
  if (logsLearningRate(callback) && !ratesAreSettable(callback))
    return false;
  if (callback.config.type == "ModelCheckpoint" && !fieldsAreKnown(callback))
    return false;
  if (callback.config.type == "LearningRateScheduler")
    return callback.function || compileSchedule(callback);
  return !callback.config.arguments.count("monitor") || watches(callback);
}

bool FitCallbacks::compileSchedule(GraphCallback &callback) {
  SourceRange place = callback.place("schedule");
  callback.function = evaluator.compileFunction(callback.schedule, 1, 2, place);
  if (!callback.function)
    return false;
  const Instruction &result = callback.function->instructions[callback.function->result];
  using enum Instruction::Opcode;
  if (result.opcode != Int && result.opcode != Bool && result.opcode != None &&
      result.opcode != Str && result.opcode != Tuple && result.opcode != List)
    return true;
  bool argument = callback.function->result < callback.function->arguments;
  if (argument && callback.function->result == 1)
    return true; // the learning rate itself
  return fail(place, fmt::format("the function must return a float, as Keras asks; it returns {}",
                                 argument ? "the epoch"
                                 : result.opcode == Int
                                     ? fmt::format("the int {0}; return {0}.0", result.integer)
                                     : "no number"));
}

/// Keras: "its learning rate is not settable", once it would set it.
bool FitCallbacks::ratesAreSettable(const GraphCallback &callback) {
  auto rate = compile.optimizer.arguments.find("learning_rate");
  auto *schedule = rate == compile.optimizer.arguments.end()
                       ? nullptr
                       : std::get_if<std::vector<Config>>(&rate->second);
  if (!schedule)
    return true;
  evaluator
      .error(callback.range,
             fmt::format("{} cannot set the learning rate, which {} computes; give the optimizer a "
                         "number, or leave out the callback",
                         callback.config.type, schedule->front().type))
      .note(compileRange, "the optimizer is given its schedule here");
  return false;
}

/// Which direction is better; nothing where Keras could not tell (monitor_callback.py).
std::optional<bool> FitCallbacks::direction(const GraphCallback &callback) const {
  const std::string &mode = textArgument(callback.config, "mode");
  if (mode == "min" || mode == "max")
    return mode == "max";
  std::string name = textArgument(callback.config, "monitor");
  if (name.starts_with("val_"))
    name = name.substr(4);
  if (name == "loss")
    return false;
  for (size_t i = 0; i < compile.metrics.size(); ++i)
    if (compile.metrics[i] == name) {
      const std::string &type = compile.metric_configs[i].type;
      return type.find("Accuracy") != type.npos || type == "CosineSimilarity";
    }
  return std::nullopt;
}

bool FitCallbacks::isThere(const GraphCallback &callback, const std::string &monitor) {
  if (std::find(names.begin(), names.end(), monitor) != names.end())
    return true;
  std::string what = fmt::format("{}'s 'monitor' is \"{}\"", callback.config.type, monitor);
  if (monitor.starts_with("val_") && !validates) {
    auto trained = nearest(monitor.substr(4), names);
    return fail(callback.place("monitor"),
                fmt::format("{}, and fit has no validation data; add validation_data=(x_test, "
                            "y_test), or monitor \"{}\"",
                            what, trained ? *trained : "loss"));
  }
  auto near = nearest(monitor, names);
  return fail(
      callback.place("monitor"),
      near
          ? fmt::format("{}, which fit does not compute; did you mean \"{}\"?", what, *near)
          : fmt::format("{}, which fit does not compute; it has {}", what, fmt::join(names, ", ")));
}

bool FitCallbacks::watches(GraphCallback &callback) {
  const std::string &monitor = textArgument(callback.config, "monitor");
  auto higher = direction(callback);
  bool looks =
      callback.config.type != "ModelCheckpoint" || boolArgument(callback.config, "save_best_only");
  // Without a direction Keras fails even where it does not look.
  if ((looks || !higher) && !isThere(callback, monitor))
    return false;
  if (!higher)
    return fail(callback.place("monitor"),
                fmt::format("whether more or less of \"{}\" is better is not known; add "
                            "mode=\"max\" or mode=\"min\"",
                            monitor));
  if (!callback.higher_is_better)
    callback.higher_is_better = *higher;
  return true;
}

/// The fields of ModelCheckpoint's path: {epoch:02d}-{val_loss:.2f}.
bool FitCallbacks::fieldsAreKnown(const GraphCallback &callback) {
  const std::string &path = textArgument(callback.config, "filepath");
  bool ofBatches = intArgument(callback.config, "save_freq") > 0;
  std::vector<std::string> known = ofBatches ? batchNames : names;
  known.emplace_back("epoch");
  if (ofBatches)
    known.emplace_back("batch");
  SourceRange place = callback.place("filepath");
  for (size_t at = 0; at < path.size(); ++at) {
    if (path[at] != '{' && path[at] != '}')
      continue;
    if (at + 1 < path.size() && path[at + 1] == path[at]) {
      ++at;
      continue;
    }
    size_t end = path.find('}', at);
    if (path[at] == '}' || end == path.npos)
      return fail(place, fmt::format("ModelCheckpoint's 'filepath' has a '{}' without its '{}'",
                                     path[at], path[at] == '{' ? '}' : '{'));
    std::string field = path.substr(at + 1, end - at - 1);
    std::string name = field.substr(0, field.find_first_of(":!"));
    at = end;
    if (std::find(known.begin(), known.end(), name) != known.end())
      continue;
    auto near = nearest(name, known);
    return fail(place,
                fmt::format("ModelCheckpoint's 'filepath' has the field {{{}}}, which is not known "
                            "{}; {}",
                            name, ofBatches ? "after a batch" : "at an epoch's end",
                            near ? fmt::format("did you mean {{{}}}?", *near)
                                 : fmt::format("known are {}", fmt::join(known, ", "))));
  }
  return true;
}
} // namespace

std::optional<std::vector<int>> fitCallbacks(Evaluator &evaluator, const GraphModel &model,
                                             bool validates, const Argument *argument) {
  if (!argument || argument->value.isNone())
    return std::vector<int>();
  FitCallbacks callbacks(evaluator, model, validates, argument->range);
  if (!callbacks.add(argument->value))
    return std::nullopt;
  return callbacks.result;
}

} // namespace ingot::import
