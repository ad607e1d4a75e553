// Finding rows of Keras's tables, and spellings of earlier Keras versions.

#include "compiler/Import/Keras/Api.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ingot::import {

namespace {
/// Whether `word` is one of the words of a list separated by blanks.
bool hasWord(std::string_view list, std::string_view word) {
  for (size_t at = 0; at < list.size();) {
    size_t end = std::min(list.find(' ', at), list.size());
    if (list.substr(at, end - at) == word)
      return true;
    at = end + 1;
  }
  return false;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return result;
}

/// Modules that exist beside those that rows name.
constexpr std::string_view kModules[] = {"tensorflow",
                                         "keras",
                                         "keras.datasets",
                                         "keras.datasets.mnist",
                                         "keras.datasets.fashion_mnist",
                                         "keras.datasets.cifar10",
                                         "keras.datasets.cifar100",
                                         "keras.backend",
                                         "keras.ops",
                                         "keras.random",
                                         "keras.applications",
                                         "keras.saving",
                                         "keras.config",
                                         "keras.mixed_precision",
                                         "tensorflow.random",
                                         "tensorflow.config",
                                         "tensorflow.config.experimental",
                                         "tensorflow.data",
                                         "tensorflow.data.Dataset",
                                         "tensorflow.nn",
                                         "tensorflow.math",
                                         "tensorflow.image",
                                         "tensorflow.io",
                                         "tensorflow.compat",
                                         "tensorflow.compat.v1",
                                         "tensorflow.compat.v1.logging",
                                         "tensorflow.get_logger",
                                         "numpy",
                                         "numpy.random",
                                         "numpy.linalg",
                                         "matplotlib",
                                         "matplotlib.pyplot",
                                         "seaborn",
                                         "os",
                                         "os.path",
                                         "sys",
                                         "random",
                                         "math",
                                         "time",
                                         "itertools",
                                         "sklearn",
                                         "sklearn.metrics",
                                         "sklearn.model_selection",
                                         "sklearn.utils",
                                         "__future__",
                                         "warnings",
                                         "logging"};
} // namespace

bool isModule(std::string_view path) {
  if (std::find(std::begin(kModules), std::end(kModules), path) != std::end(kModules))
    return true;
  return anyEntry([&](const ApiEntry &entry) {
    for (size_t at = 0; at < entry.modules.size();) {
      size_t end = std::min(entry.modules.find(' ', at), entry.modules.size());
      std::string_view module = entry.modules.substr(at, end - at);
      if (module == path || (module.starts_with(path) && module[path.size()] == '.'))
        return true;
      at = end + 1;
    }
    return false;
  });
}

std::string canonicalModule(std::string_view path) {
  if (path.starts_with("tensorflow.keras") && (path.size() == 16 || path[16] == '.'))
    return std::string(path.substr(11));
  return std::string(path);
}

const ApiEntry *findEntry(std::string_view module, std::string_view name) {
  const ApiEntry *found = nullptr;
  anyEntry([&](const ApiEntry &entry) {
    if (entry.name == name && (module.empty() || hasWord(entry.modules, module)))
      found = &entry;
    return found != nullptr;
  });
  return found;
}

const ApiEntry *findByAlias(ApiEntry::Kind kind, std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kShort = {
      {{"zero", "Zeros"},
       {"one", "Ones"},
       {"uniform", "RandomUniform"},
       {"normal", "RandomNormal"},
       {"acc", "accuracy"}}};
  const ApiEntry *found = nullptr;
  anyEntry([&](const ApiEntry &entry) {
    bool same = entry.name == name || snakeCase(entry.name) == name ||
                (kind == ApiEntry::Kind::Optimizer && lower(entry.name) == lower(name));
    for (auto [alias, target] : kShort)
      same |= alias == name && target == entry.name;
    if (entry.kind == kind && same)
      found = &entry;
    return found != nullptr;
  });
  return found;
}

std::vector<std::string_view> moduleNames(std::string_view module) {
  std::vector<std::string_view> names;
  anyEntry([&](const ApiEntry &entry) {
    if (hasWord(entry.modules, module))
      names.push_back(entry.name);
    return false;
  });
  std::string prefix = std::string(module == "tensorflow" ? "tensorflow" : module) + ".";
  for (std::string_view path : kModules)
    if (path.starts_with(prefix) && path.find('.', prefix.size()) == path.npos)
      names.push_back(path.substr(prefix.size()));
  if (module == "tensorflow")
    names.push_back("keras");
  if (module == "keras")
    for (std::string_view name :
         {"layers", "models", "optimizers", "losses", "metrics", "initializers", "activations",
          "regularizers", "callbacks", "utils", "preprocessing"})
      names.push_back(name);
  return names;
}

std::string snakeCase(std::string_view name) {
  // As Keras's to_snake_case: a capital that starts a word, or follows a small letter or digit,
  // opens a new one.
  auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string result;
  for (size_t i = 0; i < name.size(); ++i) {
    bool opens = i && upper(name[i]) &&
                 (small(name[i - 1]) || (i + 1 < name.size() && small(name[i + 1])) ||
                  (digit(name[i - 1]) && i + 1 < name.size() && small(name[i + 1])));
    if (opens)
      result += '_';
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return result;
}

//===- Earlier spellings ----------------------------------------------------------------------===//

namespace {
struct Renamed {
  std::string_view old, today;
};

constexpr Renamed kParameters[] = {
    {"lr", "learning_rate"},
    {"decay", "weight_decay, or a schedule of keras.optimizers.schedules as learning_rate"},
    {"nb_epoch", "epochs"},
    {"nb_epochs", "epochs"},
    {"input_dim", "input_shape=(n,), or an Input(shape=(n,)) before it"},
    {"batch_input_shape", "Input(batch_shape=...)"},
    {"input_length", "an Input before it"},
    {"output_dim", "units"},
    {"nb_filter", "filters"},
    {"nb_filters", "filters"},
    {"subsample", "strides"},
    {"border_mode", "padding"},
    {"dim_ordering", "data_format"},
    {"init", "kernel_initializer"},
    {"period", "save_freq, in batches"},
    {"W_regularizer", "kernel_regularizer"},
    {"b_regularizer", "bias_regularizer"},
    {"W_constraint", "kernel_constraint"},
    {"bias", "use_bias"},
    {"pool_length", "pool_size"},
    {"samples_per_epoch", "steps_per_epoch"},
    {"nb_val_samples", "validation_steps"},
    {"val_samples", "validation_steps"},
    {"show_accuracy", "compile(metrics=[\"accuracy\"])"},
    {"p", "rate"},
    {"input", "inputs"},
    {"output", "outputs"}};

constexpr Renamed kMethods[] = {{"fit_generator", "fit"},
                                {"evaluate_generator", "evaluate"},
                                {"predict_generator", "predict"},
                                {"predict_classes", "predict(x).argmax(axis=1)"},
                                {"predict_proba", "predict"}};

constexpr Renamed kOldModules[] = {{"keras.utils.np_utils", "keras.utils"},
                                   {"keras.layers.convolutional", "keras.layers"},
                                   {"keras.layers.core", "keras.layers"},
                                   {"keras.layers.pooling", "keras.layers"},
                                   {"keras.layers.normalization", "keras.layers"},
                                   {"keras.layers.merge", "keras.layers"},
                                   {"keras.layers.advanced_activations", "keras.layers"},
                                   {"keras.engine", "keras"},
                                   {"tensorflow.python.keras", "tensorflow.keras"},
                                   {"tensorflow.contrib.keras", "tensorflow.keras"}};
} // namespace

std::string_view todaysParameter(std::string_view owner, std::string_view name) {
  if (name == "lr" && owner == "ReduceLROnPlateau")
    return {};
  for (const Renamed &row : kParameters)
    if (row.old == name)
      return row.today;
  return {};
}

std::string_view todaysMethod(std::string_view name) {
  for (const Renamed &row : kMethods)
    if (row.old == name)
      return row.today;
  return {};
}

std::string_view todaysModule(std::string_view path) {
  for (const Renamed &row : kOldModules)
    if (row.old == path)
      return row.today;
  return {};
}

//===- Configurations -------------------------------------------------------------------------===//

int64_t intArgument(const Config &config, const std::string &name) {
  return std::get<int64_t>(config.arguments.at(name));
}
bool boolArgument(const Config &config, const std::string &name) {
  return std::get<bool>(config.arguments.at(name));
}
const std::string &textArgument(const Config &config, const std::string &name) {
  return std::get<std::string>(config.arguments.at(name));
}
double numberArgument(const Config &config, const std::string &name, double absent) {
  auto found = config.arguments.find(name);
  if (found == config.arguments.end())
    return absent;
  if (auto *integer = std::get_if<int64_t>(&found->second))
    return static_cast<double>(*integer);
  auto *number = std::get_if<double>(&found->second);
  return number ? *number : absent;
}
bool hasArgument(const Config &config, const std::string &name) {
  auto found = config.arguments.find(name);
  return found != config.arguments.end() && !std::holds_alternative<std::monostate>(found->second);
}
const std::vector<int64_t> &intsArgument(const Config &config, const std::string &name) {
  return std::get<std::vector<int64_t>>(config.arguments.at(name));
}

std::string shapeText(const Shape &shape) {
  return shape.empty() ? "()" : fmt::format("{}", fmt::join(shape, "x"));
}

int64_t elementCount(const Shape &shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    if (__builtin_mul_overflow(count, size, &count))
      return std::numeric_limits<int64_t>::max();
  return count;
}

std::string batchShapeText(const Shape &shape) {
  return shape.empty() ? "(None,)" : fmt::format("(None, {})", fmt::join(shape, ", "));
}

} // namespace ingot::import
