// Drives the callbacks through scripted fits and compares all that they do with Keras's traces:
// ingot-callbacks-test CASES.json PROGRAM.so, both made by traces.py; functions are those of the
// program's callbacks. Files are written into the current folder.

#include "runtime/Callbacks/Callback.h"
#include "runtime/Core/Error.h"

#include <cmath>
#include <cstdio>
#include <dlfcn.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

using nlohmann::json;
namespace runtime = ingot::runtime;

namespace {
const IngotProgram *program = nullptr;
int failures = 0;

void expect(const std::string &where, const json &measured, const json &expected) {
  if (measured == expected)
    return;
  ++failures;
  fmt::print("{}: {}, not {}\n", where, measured.dump(), expected.dump());
}

double number(const json &value) {
  if (value.is_null())
    return std::numeric_limits<double>::quiet_NaN();
  if (value == "nan")
    return std::nanf("");
  if (value == "inf")
    return std::numeric_limits<float>::infinity();
  return value.get<double>();
}

/// As Keras holds metrics: a float32's value.
double metric(const json &value) { return static_cast<float>(number(value)); }

/// A model whose weights are the number of the epoch that they are of, over all fits.
class ScriptedTraining : public runtime::Training {
public:
  explicit ScriptedTraining(double rate) : itsRate(static_cast<float>(rate)) {}

  double learningRate() const override { return itsRate; }
  void setLearningRate(double rate) override { itsRate = static_cast<float>(rate); }
  int64_t iterations() const override { return 0; }
  void stop() override { stopped = true; }
  std::vector<std::byte> weights() const override { return {std::byte(epoch)}; }
  void setWeights(const std::vector<std::byte> &weights) override {
    epoch = std::to_integer<int>(weights.front());
  }
  void save(const std::string &path, bool) override {
    saved.push_back({{"file", path}, {"weights", epoch}});
    files.insert(path);
  }
  void print(const std::string &text) override { printed += text; }
  void warn(const std::string &text) override { warnings.push_back(text); }

  int epoch = 0;
  bool stopped = false;
  json saved = json::array(), warnings = json::array();
  std::string printed;
  std::set<std::string> files;

private:
  float itsRate;
};

struct Case {
  const json &data;
  std::string name = data["name"];
  std::vector<IngotCallback> descriptions = {};
  std::vector<std::unique_ptr<runtime::Callback>> callbacks = {};
  ScriptedTraining training;
  int epochsBefore = 0;

  Case(const json &data, double rate) : data(data), training(rate) {
    for (const json &each : data["callbacks"]) {
      IngotCallback callback = {};
      callback.kind = each["kind"];
      callback.flags = each["flags"];
      callback.verbose = each["verbose"];
      callback.higher_is_better = each["higher_is_better"];
      callback.monitor = each["monitor"].get_ref<const std::string &>().c_str();
      callback.path = each["path"].get_ref<const std::string &>().c_str();
      callback.separator = each["separator"].get_ref<const std::string &>().c_str();
      callback.patience = each["patience"];
      callback.cooldown = each["cooldown"];
      callback.start_from_epoch = each["start_from_epoch"];
      callback.save_frequency = each["save_frequency"];
      callback.min_delta = each["min_delta"];
      callback.factor = each["factor"];
      callback.min_lr = each["min_lr"];
      callback.baseline = number(each["baseline"]);
      if (each.contains("function"))
        callback.function = program->callbacks[each["function"].get<size_t>()].function;
      descriptions.push_back(callback);
    }
    for (const IngotCallback &description : descriptions)
      callbacks.push_back(runtime::makeCallback(*program, description));
  }

  void run();
  void fit(size_t index);
  void batches(size_t epoch, runtime::Logs logs);
  void compareEpoch(const std::string &where, const json &expected, double rate,
                    const runtime::Logs &logs);
};

void Case::batches(size_t epoch, runtime::Logs logs) {
  int64_t count = data.value("batches", 1);
  auto losses = data.find("batch_loss");
  for (int64_t batch = 0; batch < count && !training.stopped; ++batch) {
    if (losses != data.end())
      logs.set("loss", metric((*losses)[epoch][static_cast<size_t>(batch)]));
    for (auto &callback : callbacks)
      callback->onBatchEnd(training, batch, logs);
  }
}

void Case::compareEpoch(const std::string &where, const json &expected, double rate,
                        const runtime::Logs &logs) {
  json names = json::array();
  for (auto &[log, value] : logs.values)
    names.push_back(log);
  expect(where + " logs", names, expected["logs"]);
  expect(where + " learning rate", rate, expected["learning_rate"]);
  expect(where + " learning rate after", training.learningRate(), expected["learning_rate_after"]);
  expect(where + " stop", training.stopped, expected["stop"]);
  expect(where + " printed", training.printed, expected.value("printed", ""));
  expect(where + " warnings", training.warnings, expected.value("warnings", json::array()));
  expect(where + " saved", training.saved, expected.value("saved", json::array()));
  training.printed.clear();
  training.warnings = training.saved = json::array();
}

void Case::fit(size_t index) {
  const json &measured = data["fits"][index], &expected = data["expected"]["fits"][index];
  int64_t first = data.contains("initial_epoch") ? data["initial_epoch"][index].get<int64_t>() : 0;
  training.stopped = false;
  for (auto &callback : callbacks)
    callback->onTrainBegin(training);
  size_t epochs = 0;
  for (auto &[name, values] : measured.items())
    epochs = std::max(epochs, values.size());
  size_t epoch = 0;
  for (; epoch < epochs && !training.stopped; ++epoch) {
    auto number = static_cast<int64_t>(epoch) + first;
    for (auto &callback : callbacks)
      callback->onEpochBegin(training, number);
    double rate = training.learningRate();
    training.epoch = ++epochsBefore;
    runtime::Logs running, logs;
    for (auto &[name, values] : measured.items()) { // sorted by name
      if (values[epoch].is_null())
        continue;
      logs.set(name, metric(values[epoch]));
      if (!name.starts_with("val_"))
        running.set(name, metric(values[epoch]));
    }
    batches(epoch, running);
    for (auto &callback : callbacks)
      callback->onEpochEnd(training, number, logs);
    std::string where = fmt::format("{} fit {} epoch {}", name, index + 1, epoch + 1);
    if (epoch < expected["epochs"].size())
      compareEpoch(where, expected["epochs"][epoch], rate, logs);
  }
  expect(fmt::format("{} fit {} epochs", name, index + 1), epoch, expected["epochs"].size());
  for (auto &callback : callbacks)
    callback->onTrainEnd(training);
  const json atEnd = expected.value("at_end", json::object());
  expect(name + " printed at the end", training.printed, atEnd.value("printed", ""));
  expect(name + " weights", training.epoch, expected["weights"]);
  training.printed.clear();
}

void Case::run() {
  const json before = data.value("before", json::object());
  for (const auto &[file, text] : before.items())
    std::ofstream(file, std::ios::binary) << text.get<std::string>();
  for (size_t index = 0; index < data["fits"].size(); ++index)
    fit(index);
  const json contents = data["expected"].value("contents", json::object());
  for (const auto &[file, text] : contents.items()) {
    std::ostringstream written;
    written << std::ifstream(file, std::ios::binary).rdbuf();
    expect(name + " " + file, written.str(), text);
    std::filesystem::remove(file);
  }
}
} // namespace

int main(int, char **arguments) {
  void *library = dlopen(arguments[2], RTLD_NOW);
  program = static_cast<const IngotProgram *>(library ? dlsym(library, "ingot_program") : nullptr);
  if (!program) {
    fmt::print("{}\n", dlerror());
    return 2;
  }
  json cases = json::parse(std::ifstream(arguments[1]));
  for (const json &data : cases["cases"]) {
    try {
      Case(data, cases["learning_rate"]).run();
    } catch (const runtime::Error &error) {
      std::string raised = data["expected"]["fits"].back().value("raises", "RuntimeError: nothing");
      expect(data["name"], "RuntimeError: " + error.message, raised);
    }
  }
  fmt::print("{} cases, {} failures\n", cases["cases"].size(), failures);
  return failures != 0;
}
