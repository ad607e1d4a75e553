// Optimizers, losses, metrics and initializers that are supported: a row each.

#include "compiler/Import/Keras/Api.h"

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;
using Kind = ApiEntry::Kind;

constexpr Parameter adamParameters[] = {{"learning_rate", Float, 0.001},
                                        {"beta_1", Float, 0.9},
                                        {"beta_2", Float, 0.999},
                                        {"epsilon", Float, 1e-7},
                                        {"amsgrad", Boolean, false, OnlyDefault},
                                        {"weight_decay", FloatOrNone, nullptr, OnlyDefault},
                                        {"clipnorm", FloatOrNone, nullptr, OnlyDefault},
                                        {"clipvalue", FloatOrNone, nullptr, OnlyDefault},
                                        {"global_clipnorm", FloatOrNone, nullptr, OnlyDefault},
                                        {"use_ema", Boolean, false, OnlyDefault},
                                        {"ema_momentum", Any, 0.99, Ignored},
                                        {"ema_overwrite_frequency", Any, nullptr, Ignored},
                                        {"loss_scale_factor", FloatOrNone, nullptr, OnlyDefault},
                                        {"gradient_accumulation_steps", Any, nullptr, OnlyDefault},
                                        {"name", Name, "adam"}};

constexpr Parameter sparseCrossentropyParameters[] = {
    {"from_logits", Boolean, false},
    {"ignore_class", Any, nullptr, OnlyDefault},
    {"reduction", Text, "sum_over_batch_size", OnlyDefault},
    {"axis", Integer, -1, OnlyDefault},
    {"name", Name, "sparse_categorical_crossentropy"},
    {"dtype", DType, nullptr}};

constexpr Parameter sparseAccuracyParameters[] = {{"name", Name, "sparse_categorical_accuracy"},
                                                  {"dtype", DType, nullptr}};

constexpr Parameter seedOnly[] = {{"seed", Any, nullptr, Ignored}};
constexpr Parameter constantParameters[] = {{"value", Float, 0.0}};
constexpr Parameter uniformParameters[] = {
    {"minval", Float, -0.05}, {"maxval", Float, 0.05}, {"seed", Any, nullptr, Ignored}};
constexpr Parameter normalParameters[] = {
    {"mean", Float, 0.0}, {"stddev", Float, 0.05}, {"seed", Any, nullptr, Ignored}};

constexpr const char *kInitializers = "keras.initializers";

constexpr ApiEntry entries[] = {
    {"Adam", Kind::Optimizer, "keras.optimizers keras.optimizers.legacy", true, adamParameters},
    {"SparseCategoricalCrossentropy", Kind::Loss, "keras.losses", true, sparseCrossentropyParameters},
    {"sparse_categorical_crossentropy", Kind::Loss, "keras.losses keras.metrics", true, {}, nullptr, nullptr,
     nullptr, "SparseCategoricalCrossentropy"},
    {"SparseCategoricalAccuracy", Kind::Metric, "keras.metrics", true, sparseAccuracyParameters},
    {"sparse_categorical_accuracy", Kind::Metric, "keras.metrics", true, {}, nullptr, nullptr, nullptr,
     "SparseCategoricalAccuracy"},
    {"GlorotUniform", Kind::Initializer, kInitializers, true, seedOnly},
    {"GlorotNormal", Kind::Initializer, kInitializers, true, seedOnly},
    {"HeUniform", Kind::Initializer, kInitializers, true, seedOnly},
    {"HeNormal", Kind::Initializer, kInitializers, true, seedOnly},
    {"LecunUniform", Kind::Initializer, kInitializers, true, seedOnly},
    {"LecunNormal", Kind::Initializer, kInitializers, true, seedOnly},
    {"Zeros", Kind::Initializer, kInitializers, true},
    {"Ones", Kind::Initializer, kInitializers, true},
    {"Constant", Kind::Initializer, kInitializers, true, constantParameters},
    {"RandomUniform", Kind::Initializer, kInitializers, true, uniformParameters},
    {"RandomNormal", Kind::Initializer, kInitializers, true, normalParameters},
    {"TruncatedNormal", Kind::Initializer, kInitializers, true, normalParameters},
};
} // namespace

std::span<const ApiEntry> trainingEntries() { return entries; }

} // namespace ingot::import
