// To and from a file: numbers that must keep their bits (and may be NaN) as tensors, the rest as
// JSON in the file's metadata.

#include "runtime/Train/TrainingState.h"

#include "runtime/Core/Error.h"

#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::runtime {

using Json = nlohmann::ordered_json;

static constexpr const char *key = "training";
static constexpr int version = 1;

static std::string historyName(const std::string &place, size_t column) {
  return fmt::format("{}/history/{}", place, column);
}
static std::string resultName(size_t index) { return fmt::format("/results/{}", index); }
static std::string callbackName(size_t index) { return fmt::format("/callbacks/{}", index); }
static std::string weightsName(size_t index) { return callbackName(index) + "/weights"; }

template <typename T> static Json orNull(const std::optional<T> &value) {
  return value ? Json(*value) : Json();
}
template <typename T> static std::optional<T> optionalOf(const Json &value) {
  return value.is_null() ? std::nullopt : std::optional<T>(value.get<T>());
}

static Json flagsToJson(const RunFlags &flags) {
  return {{"whole_script", flags.wholeScript}, {"seed", flags.seed},
          {"shuffle", flags.shuffle},          {"epochs", orNull(flags.epochs)},
          {"batch", orNull(flags.batch)},      {"learning_rate", orNull(flags.learningRate)},
          {"init_weights", flags.initWeights}};
}

static RunFlags flagsFromJson(const Json &json) {
  RunFlags flags;
  flags.wholeScript = json.at("whole_script").get<bool>();
  flags.seed = json.at("seed").get<uint64_t>();
  flags.shuffle = json.at("shuffle").get<bool>();
  flags.epochs = optionalOf<int64_t>(json.at("epochs"));
  flags.batch = optionalOf<int64_t>(json.at("batch"));
  flags.learningRate = optionalOf<double>(json.at("learning_rate"));
  flags.initWeights = json.at("init_weights").get<std::string>();
  return flags;
}

/// The whole numbers of a fit, each with its name in the file.
template <typename State, typename Visit> static void visitCounts(State &fit, Visit visit) {
  visit("samples", fit.samples);
  visit("first", fit.first);
  visit("epoch", fit.epoch);
  visit("step", fit.step);
  visit("passes", fit.passes);
  visit("next", fit.next);
  visit("diverged_epoch", fit.divergedEpoch);
  visit("diverged_step", fit.divergedStep);
  visit("means_samples", fit.meansSamples);
}

static Json historyToJson(const History &history) {
  Json names = Json::array();
  for (const History::Column &column : history.columns)
    names.push_back(column.name);
  return {{"columns", names},
          {"epochs", history.epochs},
          {"params", {history.verbose, history.epochsAsked, history.steps}}};
}

static Json fitToJson(const FitState &fit) {
  Json json = Json::object();
  visitCounts(fit, [&](const char *name, int64_t value) { json[name] = value; });
  json["stopped"] = fit.stopped;
  json["divergence_reported"] = fit.divergenceReported;
  json["history"] = historyToJson(fit.history);
  return json;
}

static Json resultToJson(const ActionResult &result) {
  if (auto *history = std::get_if<History>(&result))
    return {{"kind", "history"}, {"history", historyToJson(*history)}};
  if (std::holds_alternative<std::vector<double>>(result))
    return {{"kind", "metrics"}};
  return {{"kind", std::holds_alternative<NdArray>(result) ? "prediction" : "nothing"}};
}

void StoredState::add(const std::string &name, std::vector<double> values) {
  itsValues.push_back(std::move(values));
  const std::vector<double> &kept = itsValues.back();
  tensors.push_back(
      {name, "F64", {static_cast<int64_t>(kept.size())}, std::as_bytes(std::span(kept))});
}

void StoredState::add(const std::string &place, const History &history) {
  for (size_t column = 0; column < history.columns.size(); ++column)
    add(historyName(place, column), history.columns[column].values);
}

StoredState::StoredState(const TrainingState &state) {
  Json results = Json::array();
  for (size_t i = 0; i < state.results.size(); ++i) {
    const ActionResult &result = state.results[i];
    results.push_back(resultToJson(result));
    if (auto *history = std::get_if<History>(&result))
      add(resultName(i), *history);
    else if (auto *metrics = std::get_if<std::vector<double>>(&result))
      add(resultName(i), *metrics);
    else if (auto *array = std::get_if<NdArray>(&result))
      tensors.push_back({resultName(i),
                         "F32",
                         array->shape,
                         {array->data.get(), static_cast<size_t>(array->size()) * sizeof(float)}});
  }
  const FitState &fit = state.fit;
  add("/fit/means", fit.meansSums);
  add("/fit", fit.history);
  for (size_t index = 0; index < state.callbacks.size(); ++index) {
    const std::vector<std::byte> &weights = state.callbacks[index].weights;
    add(callbackName(index), state.callbacks[index].values);
    tensors.push_back(
        {weightsName(index), "U8", {static_cast<int64_t>(weights.size())}, std::span(weights)});
  }
  add("/learning_rate", {state.learningRate});
  Json json = {{"version", version},
               {"flags", flagsToJson(state.flags)},
               {"results", results},
               {"fit", fitToJson(fit)},
               {"callbacks", state.callbacks.size()},
               {"optimizer_step", state.optimizerStep},
               {"complete", state.complete},
               {"extensible", state.extensible}};
  metadata[key] = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  // For the reader's eyes.
  metadata["epoch"] = fmt::format("{}", fit.epoch);
  metadata["epoch_step"] = fmt::format("{}", fit.step);
  metadata["step"] = fmt::format("{}", state.optimizerStep);
  metadata["seed"] = fmt::format("{}", state.flags.seed);
}

std::optional<RunProgress> readProgress(const Metadata &metadata) {
  auto found = metadata.find(key);
  if (found == metadata.end())
    return std::nullopt;
  try {
    Json json = Json::parse(found->second);
    const Json &fit = json.at("fit");
    return RunProgress{fit.at("epoch").get<int64_t>(), fit.at("step").get<int64_t>(),
                       json.at("complete").get<bool>()};
  } catch (const Json::exception &) {
    return std::nullopt;
  }
}

bool hasTrainingState(const SafetensorsFile &file) { return file.metadata().contains(key); }

namespace {

class Reader {
public:
  explicit Reader(const SafetensorsFile &file) : itsFile(file) {}

  TrainingState read() const;

private:
  [[noreturn]] void fail(const std::string &what) const {
    throw Error{fmt::format("{}: {}", itsFile.path(), what)};
  }
  const Tensor &tensor(const std::string &name, const char *dtype) const {
    const Tensor *found = itsFile.find(name);
    if (!found || found->dtype != dtype)
      fail(fmt::format("damaged: its state lacks '{}'", name));
    return *found;
  }
  std::vector<double> values(const std::string &name) const {
    const Tensor &found = tensor(name, "F64");
    std::vector<double> result(found.data.size() / sizeof(double));
    if (!result.empty())
      std::memcpy(result.data(), found.data.data(), found.data.size());
    return result;
  }
  History history(const Json &json, const std::string &place) const;
  ActionResult result(const Json &json, const std::string &name) const;
  FitState fit(const Json &json) const;

  const SafetensorsFile &itsFile;
};

History Reader::history(const Json &json, const std::string &place) const {
  History history;
  for (const Json &column : json.at("columns"))
    history.columns.push_back(
        {column.get<std::string>(), values(historyName(place, history.columns.size()))});
  history.epochs = json.at("epochs").get<std::vector<int64_t>>();
  const Json &params = json.at("params");
  history.verbose = params.at(0).get<int64_t>();
  history.epochsAsked = params.at(1).get<int64_t>();
  history.steps = params.at(2).get<int64_t>();
  return history;
}

ActionResult Reader::result(const Json &json, const std::string &name) const {
  std::string kind = json.at("kind").get<std::string>();
  if (kind == "nothing")
    return std::monostate();
  if (kind == "metrics")
    return values(name);
  if (kind == "prediction") {
    const Tensor &found = tensor(name, "F32");
    NdArray array = newArray(Dtype::Float32, found.shape);
    if (!found.data.empty())
      std::memcpy(array.fill<float>(), found.data.data(), found.data.size());
    return array;
  }
  if (kind != "history")
    fail(fmt::format("damaged: it has a result of kind '{}'", kind));
  return history(json.at("history"), name);
}

FitState Reader::fit(const Json &json) const {
  FitState fit;
  visitCounts(fit, [&](const char *name, int64_t &value) { value = json.at(name).get<int64_t>(); });
  fit.stopped = json.at("stopped").get<bool>();
  fit.divergenceReported = json.at("divergence_reported").get<bool>();
  fit.meansSums = values("/fit/means");
  fit.history = history(json.at("history"), "/fit");
  return fit;
}

TrainingState Reader::read() const {
  Json json = Json::parse(itsFile.metadata().at(key), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("version"))
    fail("damaged: its state cannot be read");
  if (json["version"] != version)
    fail(
        fmt::format("its state is of version {}, but this program knows version {}: go on with the "
                    "program that wrote it",
                    json["version"].dump(), version));
  try {
    TrainingState state;
    state.flags = flagsFromJson(json.at("flags"));
    for (const Json &each : json.at("results"))
      state.results.push_back(result(each, resultName(state.results.size())));
    state.fit = fit(json.at("fit"));
    for (size_t index = 0; index < json.at("callbacks").get<size_t>(); ++index) {
      std::span<const std::byte> weights = tensor(weightsName(index), "U8").data;
      state.callbacks.push_back({values(callbackName(index)), {weights.begin(), weights.end()}});
    }
    state.optimizerStep = json.at("optimizer_step").get<int64_t>();
    state.complete = json.at("complete").get<bool>();
    state.extensible = json.at("extensible").get<bool>();
    std::vector<double> rate = values("/learning_rate");
    if (rate.size() != 1)
      fail("damaged: its state has no learning rate");
    state.learningRate = static_cast<float>(rate[0]);
    return state;
  } catch (const Json::exception &) {
    fail("damaged: its state is incomplete");
  } catch (const PythonError &error) {
    fail(error.message);
  }
}

} // namespace

TrainingState readTrainingState(const SafetensorsFile &file) { return Reader(file).read(); }

} // namespace ingot::runtime
