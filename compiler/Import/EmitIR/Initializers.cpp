// How weights are filled: Keras's initializers as distributions with their numbers.

#include "compiler/Import/EmitIR/Emitter.h"
#include "compiler/Import/Keras/Api.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::import;

namespace {
struct Fans {
  double in = 1, out = 1;
};

/// keras/src/initializers/random_initializers.py, compute_fans: the window counts on both sides.
Fans fansOf(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return {};
  if (shape.size() == 1)
    return {double(shape[0]), double(shape[0])};
  double window = 1;
  for (int64_t size : shape.drop_back(2))
    window *= size;
  return {window * shape[shape.size() - 2], window * shape.back()};
}

enum class Mode { FanIn, FanAverage };

/// A kind of VarianceScaling.
struct VarianceRow {
  StringLiteral type;
  double scale;
  Mode mode;
  bool uniform;
};
constexpr VarianceRow varianceRows[] = {
    {"GlorotUniform", 1, Mode::FanAverage, true}, {"GlorotNormal", 1, Mode::FanAverage, false},
    {"HeUniform", 2, Mode::FanIn, true},          {"HeNormal", 2, Mode::FanIn, false},
    {"LecunUniform", 1, Mode::FanIn, true},       {"LecunNormal", 1, Mode::FanIn, false},
};

/// An initializer whose numbers are arguments.
struct PlainRow {
  StringLiteral type, distribution;
  const char *a, *b;
};
constexpr PlainRow plainRows[] = {
    {"Zeros", "zeros", nullptr, nullptr},
    {"Ones", "ones", nullptr, nullptr},
    {"Constant", "constant", "value", nullptr},
    {"RandomUniform", "uniform", "minval", "maxval"},
    {"RandomNormal", "normal", "mean", "stddev"},
    {"TruncatedNormal", "truncated_normal", "mean", "stddev"},
};

train::InitializerAttr scaled(Builder builder, const VarianceRow &row, ArrayRef<int64_t> shape) {
  Fans fans = fansOf(shape);
  double fan = row.mode == Mode::FanIn ? fans.in : (fans.in + fans.out) / 2;
  double variance = row.scale / std::max(1.0, fan);
  if (row.uniform) {
    double limit = std::sqrt(3 * variance);
    return train::InitializerAttr::get(builder.getContext(), "uniform",
                                       builder.getF64FloatAttr(-limit),
                                       builder.getF64FloatAttr(limit));
  }
  // What is cut off beyond two sigma makes the deviation smaller by this factor.
  double sigma = std::sqrt(variance) / 0.87962566103423978;
  return train::InitializerAttr::get(builder.getContext(), "truncated_normal",
                                     builder.getF64FloatAttr(0), builder.getF64FloatAttr(sigma));
}
} // namespace

train::InitializerAttr ingot::import::initializerFor(const Config &config, ArrayRef<int64_t> shape,
                                                     Location loc) {
  Builder builder(loc.getContext());
  for (const VarianceRow &row : varianceRows)
    if (row.type == config.type)
      return scaled(builder, row, shape);
  for (const PlainRow &row : plainRows)
    if (row.type == config.type) {
      auto number = [&](const char *name) {
        return name ? builder.getF64FloatAttr(numberArgument(config, name)) : FloatAttr();
      };
      return train::InitializerAttr::get(loc.getContext(), row.distribution, number(row.a),
                                         number(row.b));
    }
  emitError(loc, "the initializer ") << config.type << " is not supported yet";
  return {};
}
