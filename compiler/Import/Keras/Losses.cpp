// Losses and metrics: a row each, and the functions and short names of the same.

#include "compiler/Import/Keras/Api.h"

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;
using Kind = ApiEntry::Kind;

constexpr const char *kLosses = "keras.losses";
constexpr const char *kMetrics = "keras.metrics";
constexpr const char *kBoth = "keras.losses keras.metrics";

#define INGOT_LOSS_PARAMETERS                                                                      \
  {"reduction", Text, "sum_over_batch_size", OnlyDefault}, {"name", Name, nullptr}, {              \
    "dtype", DType, nullptr                                                                        \
  }
#define INGOT_METRIC_PARAMETERS                                                                    \
  {"name", Name, nullptr}, { "dtype", DType, nullptr }

constexpr Parameter plainLoss[] = {INGOT_LOSS_PARAMETERS};
constexpr Parameter sparseCrossentropyLoss[] = {
    {"from_logits", Boolean, false},
    {"ignore_class", Any, nullptr, OnlyDefault},
    {"reduction", Text, "sum_over_batch_size", OnlyDefault},
    {"axis", Integer, -1, OnlyDefault},
    {"name", Name, nullptr},
    {"dtype", DType, nullptr}};
constexpr Parameter crossentropyLoss[] = {{"from_logits", Boolean, false},
                                          {"label_smoothing", Float, 0.0},
                                          {"axis", Integer, -1, OnlyDefault},
                                          INGOT_LOSS_PARAMETERS};
constexpr Parameter huberLoss[] = {{"delta", Float, 1.0}, INGOT_LOSS_PARAMETERS};
constexpr Parameter cosineLoss[] = {{"axis", Integer, -1, OnlyDefault}, INGOT_LOSS_PARAMETERS};

constexpr Parameter plainMetric[] = {INGOT_METRIC_PARAMETERS};
constexpr Parameter sparseCrossentropyMetric[] = {
    INGOT_METRIC_PARAMETERS, {"from_logits", Boolean, false}, {"axis", Integer, -1, OnlyDefault}};
constexpr Parameter crossentropyMetric[] = {INGOT_METRIC_PARAMETERS,
                                            {"from_logits", Boolean, false},
                                            {"label_smoothing", Float, 0.0},
                                            {"axis", Integer, -1, OnlyDefault}};
constexpr Parameter binaryAccuracy[] = {INGOT_METRIC_PARAMETERS, {"threshold", Float, 0.5}};
constexpr Parameter topK[] = {{"k", Count, 5}, INGOT_METRIC_PARAMETERS};

Fault checkLoss(const Config &config) {
  double smoothing = numberArgument(config, "label_smoothing");
  if (!(smoothing >= 0 && smoothing <= 1))
    return {"label_smoothing", fmt::format("must be from 0 to 1, not {}", smoothing)};
  if (config.arguments.count("delta") && !(numberArgument(config, "delta") > 0))
    return {"delta",
            fmt::format("must be a positive number, not {}", numberArgument(config, "delta"))};
  return {};
}

constexpr ApiEntry loss(std::string_view name, std::span<const Parameter> parameters = plainLoss) {
  return {.name = name,
          .kind = Kind::Loss,
          .modules = kLosses,
          .supported = true,
          .parameters = parameters,
          .check = checkLoss};
}
constexpr ApiEntry metric(std::string_view name,
                          std::span<const Parameter> parameters = plainMetric) {
  return {.name = name,
          .kind = Kind::Metric,
          .modules = kMetrics,
          .supported = true,
          .parameters = parameters,
          .check = checkLoss};
}
constexpr ApiEntry lossFunction(std::string_view name, std::string_view of) {
  return {.name = name, .kind = Kind::Loss, .modules = kBoth, .supported = true, .aliasOf = of};
}
constexpr ApiEntry metricFunction(std::string_view name, std::string_view of) {
  return {
      .name = name, .kind = Kind::Metric, .modules = kMetrics, .supported = true, .aliasOf = of};
}

constexpr ApiEntry entries[] = {
    loss("SparseCategoricalCrossentropy", sparseCrossentropyLoss),
    loss("CategoricalCrossentropy", crossentropyLoss),
    loss("BinaryCrossentropy", crossentropyLoss),
    loss("MeanSquaredError"),
    loss("MeanAbsoluteError"),
    loss("MeanAbsolutePercentageError"),
    loss("MeanSquaredLogarithmicError"),
    loss("Huber", huberLoss),
    loss("LogCosh"),
    loss("KLDivergence"),
    loss("Poisson"),
    loss("Hinge"),
    loss("SquaredHinge"),
    loss("CategoricalHinge"),
    loss("CosineSimilarity", cosineLoss),
    metric("SparseCategoricalAccuracy"),
    metric("CategoricalAccuracy"),
    metric("BinaryAccuracy", binaryAccuracy),
    metric("TopKCategoricalAccuracy", topK),
    metric("SparseTopKCategoricalAccuracy", topK),
    metric("SparseCategoricalCrossentropy", sparseCrossentropyMetric),
    metric("CategoricalCrossentropy", crossentropyMetric),
    metric("BinaryCrossentropy", crossentropyMetric),
    metric("MeanSquaredError"),
    metric("MeanAbsoluteError"),
    metric("MeanAbsolutePercentageError"),
    metric("MeanSquaredLogarithmicError"),
    metric("LogCoshError"),
    metric("KLDivergence"),
    metric("Poisson"),
    metric("Hinge"),
    metric("SquaredHinge"),
    metric("CategoricalHinge"),
    lossFunction("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"),
    lossFunction("categorical_crossentropy", "CategoricalCrossentropy"),
    lossFunction("binary_crossentropy", "BinaryCrossentropy"),
    lossFunction("bce", "BinaryCrossentropy"),
    lossFunction("BCE", "BinaryCrossentropy"),
    lossFunction("mean_squared_error", "MeanSquaredError"),
    lossFunction("mse", "MeanSquaredError"),
    lossFunction("MSE", "MeanSquaredError"),
    lossFunction("mean_absolute_error", "MeanAbsoluteError"),
    lossFunction("mae", "MeanAbsoluteError"),
    lossFunction("MAE", "MeanAbsoluteError"),
    lossFunction("mean_absolute_percentage_error", "MeanAbsolutePercentageError"),
    lossFunction("mape", "MeanAbsolutePercentageError"),
    lossFunction("MAPE", "MeanAbsolutePercentageError"),
    lossFunction("mean_squared_logarithmic_error", "MeanSquaredLogarithmicError"),
    lossFunction("msle", "MeanSquaredLogarithmicError"),
    lossFunction("MSLE", "MeanSquaredLogarithmicError"),
    lossFunction("huber", "Huber"),
    lossFunction("log_cosh", "LogCosh"),
    lossFunction("logcosh", "LogCosh"),
    lossFunction("kl_divergence", "KLDivergence"),
    lossFunction("kld", "KLDivergence"),
    lossFunction("KLD", "KLDivergence"),
    lossFunction("kullback_leibler_divergence", "KLDivergence"),
    lossFunction("poisson", "Poisson"),
    lossFunction("hinge", "Hinge"),
    lossFunction("squared_hinge", "SquaredHinge"),
    lossFunction("categorical_hinge", "CategoricalHinge"),
    lossFunction("cosine_similarity", "CosineSimilarity"),
    metricFunction("sparse_categorical_accuracy", "SparseCategoricalAccuracy"),
    metricFunction("categorical_accuracy", "CategoricalAccuracy"),
    metricFunction("binary_accuracy", "BinaryAccuracy"),
    metricFunction("top_k_categorical_accuracy", "TopKCategoricalAccuracy"),
    metricFunction("sparse_top_k_categorical_accuracy", "SparseTopKCategoricalAccuracy"),
};
} // namespace

std::span<const ApiEntry> lossEntries() { return entries; }

} // namespace ingot::import
