// Initializers and regularizers that are supported: a row each.

#include "compiler/Import/Keras/Api.h"

#include <cmath>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;
using Kind = ApiEntry::Kind;

constexpr Parameter seedOnly[] = {{"seed", Any, nullptr, Ignored}};
constexpr Parameter constantParameters[] = {{"value", Float, 0.0}};
constexpr Parameter uniformParameters[] = {
    {"minval", Float, -0.05}, {"maxval", Float, 0.05}, {"seed", Any, nullptr, Ignored}};
constexpr Parameter normalParameters[] = {
    {"mean", Float, 0.0}, {"stddev", Float, 0.05}, {"seed", Any, nullptr, Ignored}};

constexpr Parameter l1Parameters[] = {{"l1", Float, 0.01}};
constexpr Parameter l2Parameters[] = {{"l2", Float, 0.01}};
constexpr Parameter l1L2Parameters[] = {{"l1", Float, 0.0}, {"l2", Float, 0.0}};

Fault checkRegularizer(const Config &config) {
  for (const char *name : {"l1", "l2"})
    if (!(numberArgument(config, name) >= 0) || !std::isfinite(numberArgument(config, name)))
      return {name, "must be 0 or more"};
  return {};
}

constexpr const char *kRegularizers = "keras.regularizers";
constexpr const char *kInitializers = "keras.initializers";

constexpr ApiEntry regularizer(std::string_view name, std::span<const Parameter> parameters) {
  return {.name = name,
          .kind = Kind::Regularizer,
          .modules = kRegularizers,
          .supported = true,
          .parameters = parameters,
          .check = checkRegularizer};
}

constexpr ApiEntry entries[] = {
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
    regularizer("L1", l1Parameters),
    regularizer("L2", l2Parameters),
    regularizer("L1L2", l1L2Parameters),
    regularizer("l1", l1Parameters),
    regularizer("l2", l2Parameters),
    regularizer("l1_l2", l1L2Parameters),
};
} // namespace

std::span<const ApiEntry> trainingEntries() { return entries; }

} // namespace ingot::import
