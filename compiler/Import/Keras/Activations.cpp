// Activations as functions: a row each, with the parameters that follow the tensor.

#include "compiler/Import/Keras/Api.h"

namespace ingot::import {

namespace {
using enum ArgumentKind;
using Kind = ApiEntry::Kind;

constexpr Parameter reluParameters[] = {
    {"negative_slope", Float, 0.0}, {"max_value", FloatOrNone, nullptr}, {"threshold", Float, 0.0}};
constexpr Parameter leakyReluParameters[] = {{"negative_slope", Float, 0.2}};
constexpr Parameter alphaParameters[] = {{"alpha", Float, 1.0}};
constexpr Parameter geluParameters[] = {{"approximate", Boolean, false}};
constexpr Parameter axisParameters[] = {{"axis", Integer, -1}};
constexpr Parameter shrinkParameters[] = {{"threshold", Float, 0.5}};
constexpr Parameter thresholdParameters[] = {{"threshold", Float}, {"default_value", Float}};
constexpr Parameter squareplusParameters[] = {{"b", Float, 4.0}};

constexpr const char *kKeras = "keras.activations keras.ops";
constexpr const char *kBoth = "keras.activations keras.ops tensorflow.nn";
constexpr const char *kMath =
    "keras.activations keras.ops tensorflow.nn tensorflow.math tensorflow";

constexpr ApiEntry entries[] = {
    {"celu", Kind::Activation, kKeras, true, alphaParameters},
    {"elu", Kind::Activation, kBoth, true, alphaParameters},
    {"exponential", Kind::Activation, "keras.activations", true},
    {"gelu", Kind::Activation, kBoth, true, geluParameters},
    {"hard_shrink", Kind::Activation, kKeras, true, shrinkParameters},
    {"hard_sigmoid", Kind::Activation, kKeras, true},
    {"hard_silu", Kind::Activation, kKeras, true},
    {"hard_swish", Kind::Activation, kKeras, true, {}, nullptr, nullptr, nullptr, "hard_silu"},
    {"hard_tanh", Kind::Activation, kKeras, true},
    {"leaky_relu", Kind::Activation, kBoth, true, leakyReluParameters},
    {"linear", Kind::Activation, "keras.activations", true},
    {"log_sigmoid", Kind::Activation, kKeras, true},
    {"log_softmax", Kind::Activation, kBoth, true, axisParameters},
    {"mish", Kind::Activation, "keras.activations", true},
    {"relu", Kind::Activation, kBoth, true, reluParameters},
    {"relu6", Kind::Activation, kBoth, true},
    {"selu", Kind::Activation, kBoth, true},
    {"sigmoid", Kind::Activation, kMath, true},
    {"silu", Kind::Activation, kBoth, true},
    {"soft_shrink", Kind::Activation, kKeras, true, shrinkParameters},
    {"softmax", Kind::Activation, kBoth, true, axisParameters},
    {"softplus", Kind::Activation, "keras.activations keras.ops tensorflow.nn tensorflow.math",
     true},
    {"softsign", Kind::Activation, "keras.activations keras.ops tensorflow.nn tensorflow.math",
     true},
    {"sparse_plus", Kind::Activation, kKeras, true},
    {"sparse_sigmoid", Kind::Activation, kKeras, true},
    {"squareplus", Kind::Activation, kKeras, true, squareplusParameters},
    {"swish", Kind::Activation, kBoth, true, {}, nullptr, nullptr, nullptr, "silu"},
    {"tanh", Kind::Activation, kMath, true},
    {"tanh_shrink", Kind::Activation, kKeras, true},
    {"threshold", Kind::Activation, kKeras, true, thresholdParameters},
};
} // namespace

std::span<const ApiEntry> activationEntries() { return entries; }

} // namespace ingot::import
