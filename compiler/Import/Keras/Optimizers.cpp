// Optimizers and schedules of learning rates: a row each, with Keras's defaults.

#include "compiler/Import/Keras/Api.h"

#include <cmath>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;
using Kind = ApiEntry::Kind;

// Every optimizer takes these behind its own; AdamW and others have their own default of
// weight_decay.
#define INGOT_OPTIMIZER_PARAMETERS(NAME)                                                           \
  {"clipnorm", FloatOrNone, nullptr}, {"clipvalue", FloatOrNone, nullptr},                         \
      {"global_clipnorm", FloatOrNone, nullptr}, {"use_ema", Boolean, false, OnlyDefault},         \
      {"ema_momentum", Any, 0.99, Ignored}, {"ema_overwrite_frequency", Any, nullptr, Ignored},    \
      {"loss_scale_factor", FloatOrNone, nullptr, OnlyDefault},                                    \
      {"gradient_accumulation_steps", Any, nullptr, OnlyDefault}, {                                \
    "name", Name, NAME                                                                             \
  }
#define INGOT_WEIGHT_DECAY {"weight_decay", FloatOrNone, nullptr}

constexpr Parameter sgdParameters[] = {{"learning_rate", Rate, 0.01},
                                       {"momentum", Float, 0.0},
                                       {"nesterov", Boolean, false},
                                       INGOT_WEIGHT_DECAY,
                                       INGOT_OPTIMIZER_PARAMETERS("SGD")};
constexpr Parameter adamParameters[] = {{"learning_rate", Rate, 0.001},    {"beta_1", Float, 0.9},
                                        {"beta_2", Float, 0.999},          {"epsilon", Float, 1e-7},
                                        {"amsgrad", Boolean, false},       INGOT_WEIGHT_DECAY,
                                        INGOT_OPTIMIZER_PARAMETERS("adam")};
constexpr Parameter adamWParameters[] = {{"learning_rate", Rate, 0.001},
                                         {"weight_decay", FloatOrNone, 0.004},
                                         {"beta_1", Float, 0.9},
                                         {"beta_2", Float, 0.999},
                                         {"epsilon", Float, 1e-7},
                                         {"amsgrad", Boolean, false},
                                         INGOT_OPTIMIZER_PARAMETERS("adamw")};
constexpr Parameter rmspropParameters[] = {{"learning_rate", Rate, 0.001},
                                           {"rho", Float, 0.9},
                                           {"momentum", Float, 0.0},
                                           {"epsilon", Float, 1e-7},
                                           {"centered", Boolean, false},
                                           INGOT_WEIGHT_DECAY,
                                           INGOT_OPTIMIZER_PARAMETERS("rmsprop")};
constexpr Parameter adagradParameters[] = {{"learning_rate", Rate, 0.001},
                                           {"initial_accumulator_value", Float, 0.1},
                                           {"epsilon", Float, 1e-7},
                                           INGOT_WEIGHT_DECAY,
                                           INGOT_OPTIMIZER_PARAMETERS("adagrad")};
constexpr Parameter adadeltaParameters[] = {{"learning_rate", Rate, 0.001},
                                            {"rho", Float, 0.95},
                                            {"epsilon", Float, 1e-7},
                                            INGOT_WEIGHT_DECAY,
                                            INGOT_OPTIMIZER_PARAMETERS("adadelta")};
constexpr Parameter betasParameters[] = {
    {"learning_rate", Rate, 0.001}, {"beta_1", Float, 0.9}, {"beta_2", Float, 0.999},
    {"epsilon", Float, 1e-7},       INGOT_WEIGHT_DECAY,     INGOT_OPTIMIZER_PARAMETERS(nullptr)};
constexpr Parameter lionParameters[] = {{"learning_rate", Rate, 0.001},
                                        {"beta_1", Float, 0.9},
                                        {"beta_2", Float, 0.99},
                                        INGOT_WEIGHT_DECAY,
                                        INGOT_OPTIMIZER_PARAMETERS("lion")};

std::string shown(const Config &config, const std::string &name) {
  return fmt::format(", not {}", numberArgument(config, name));
}

/// Bounds of an optimizer's numbers; NaN is within none.
Fault checkOptimizer(const Config &config) {
  struct Bound {
    const char *name;
    bool (*within)(double);
    const char *needed;
  };
  static constexpr Bound bounds[] = {
      {"learning_rate", [](double x) { return x > 0 && std::isfinite(x); },
       "must be a positive number"},
      {"momentum", [](double x) { return x >= 0 && x <= 1; }, "must be from 0 to 1"},
      {"rho", [](double x) { return x >= 0 && x < 1; }, "must be at least 0 and less than 1"},
      {"beta_1", [](double x) { return x >= 0 && x < 1; }, "must be at least 0 and less than 1"},
      {"beta_2", [](double x) { return x >= 0 && x < 1; }, "must be at least 0 and less than 1"},
      {"epsilon", [](double x) { return x > 0 && std::isfinite(x); }, "must be a positive number"},
      {"initial_accumulator_value", [](double x) { return x >= 0 && std::isfinite(x); },
       "must be 0 or more"},
      {"weight_decay", [](double x) { return x >= 0 && std::isfinite(x); }, "must be 0 or more"},
      {"clipnorm", [](double x) { return x > 0; }, "must be a positive number"},
      {"global_clipnorm", [](double x) { return x > 0; }, "must be a positive number"},
      {"clipvalue", [](double x) { return x > 0; }, "must be a positive number"}};
  for (const Bound &bound : bounds)
    if (auto found = config.arguments.find(bound.name); found != config.arguments.end())
      if (auto *number = std::get_if<double>(&found->second); number && !bound.within(*number))
        return {bound.name, bound.needed + shown(config, bound.name)};
  const char *clip = nullptr;
  for (const char *name : {"clipnorm", "global_clipnorm", "clipvalue"})
    if (hasArgument(config, name)) {
      if (clip)
        return {
            name,
            fmt::format(
                "is given beside '{}'; only one of clipnorm, global_clipnorm and clipvalue may be",
                clip)};
      clip = name;
    }
  return {};
}

//===- Schedules ------------------------------------------------------------------------------===//

constexpr Parameter exponentialParameters[] = {{"initial_learning_rate", Float},
                                               {"decay_steps", Float},
                                               {"decay_rate", Float},
                                               {"staircase", Boolean, false},
                                               {"name", Name, "ExponentialDecay"}};
constexpr Parameter polynomialParameters[] = {{"initial_learning_rate", Float},
                                              {"decay_steps", Float},
                                              {"end_learning_rate", Float, 0.0001},
                                              {"power", Float, 1.0},
                                              {"cycle", Boolean, false},
                                              {"name", Name, "PolynomialDecay"}};
constexpr Parameter cosineParameters[] = {{"initial_learning_rate", Float},
                                          {"decay_steps", Float},
                                          {"alpha", Float, 0.0},
                                          {"name", Name, "CosineDecay"},
                                          {"warmup_target", FloatOrNone, nullptr},
                                          {"warmup_steps", Float, 0}};
constexpr Parameter restartsParameters[] = {{"initial_learning_rate", Float},
                                            {"first_decay_steps", Float},
                                            {"t_mul", Float, 2.0},
                                            {"m_mul", Float, 1.0},
                                            {"alpha", Float, 0.0},
                                            {"name", Name, "SGDRDecay"}};
constexpr Parameter piecewiseParameters[] = {
    {"boundaries", Floats}, {"values", Floats}, {"name", Name, "PiecewiseConstant"}};

Fault checkSchedule(const Config &config) {
  for (const char *name : {"decay_steps", "first_decay_steps", "t_mul"})
    if (config.arguments.count(name) && !(numberArgument(config, name) > 0))
      return {name, "must be a positive number" + shown(config, name)};
  for (const char *name :
       {"initial_learning_rate", "end_learning_rate", "alpha", "warmup_steps", "warmup_target"})
    if (hasArgument(config, name) && !(numberArgument(config, name) >= 0))
      return {name, "must be 0 or more" + shown(config, name)};
  return {};
}

Fault checkPiecewise(const Config &config) {
  auto &boundaries = std::get<std::vector<double>>(config.arguments.at("boundaries"));
  auto &values = std::get<std::vector<double>>(config.arguments.at("values"));
  if (boundaries.empty() || values.size() != boundaries.size() + 1)
    return {"values",
            fmt::format("must hold one number more than 'boundaries', which holds {}, not {}",
                        boundaries.size(), values.size())};
  for (size_t i = 1; i < boundaries.size(); ++i)
    if (!(boundaries[i - 1] < boundaries[i]))
      return {"boundaries", "must be in increasing order"};
  for (double value : values)
    if (!(value >= 0))
      return {"values", "must hold numbers of 0 or more"};
  return {};
}

constexpr const char *kOptimizers = "keras.optimizers keras.optimizers.legacy";
constexpr const char *kSchedules = "keras.optimizers.schedules";

constexpr ApiEntry optimizer(std::string_view name, std::span<const Parameter> parameters) {
  return {.name = name,
          .kind = Kind::Optimizer,
          .modules = kOptimizers,
          .supported = true,
          .parameters = parameters,
          .check = checkOptimizer};
}
constexpr ApiEntry schedule(std::string_view name, std::span<const Parameter> parameters,
                            CheckFunction check = checkSchedule) {
  return {.name = name,
          .kind = Kind::Schedule,
          .modules = kSchedules,
          .supported = true,
          .parameters = parameters,
          .check = check};
}

constexpr ApiEntry entries[] = {
    optimizer("SGD", sgdParameters),
    optimizer("Adam", adamParameters),
    optimizer("AdamW", adamWParameters),
    optimizer("RMSprop", rmspropParameters),
    optimizer("Adagrad", adagradParameters),
    optimizer("Adadelta", adadeltaParameters),
    optimizer("Adamax", betasParameters),
    optimizer("Nadam", betasParameters),
    optimizer("Lion", lionParameters),
    schedule("ExponentialDecay", exponentialParameters),
    schedule("InverseTimeDecay", exponentialParameters),
    schedule("PolynomialDecay", polynomialParameters),
    schedule("CosineDecay", cosineParameters),
    schedule("CosineDecayRestarts", restartsParameters),
    schedule("PiecewiseConstantDecay", piecewiseParameters, checkPiecewise),
};
} // namespace

std::span<const ApiEntry> optimizerEntries() { return entries; }

} // namespace ingot::import
