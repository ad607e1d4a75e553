// Optimizers, losses and metrics: a row each.

#include "compiler/Import/EmitIR/Emitter.h"

#include "compiler/Import/Keras/Api.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::import;

namespace {
Attribute adam(Builder builder, const Config &config) {
  auto number = [&](const char *name) { return builder.getF64FloatAttr(numberOf(config, name)); };
  return train::AdamAttr::get(builder.getContext(), number("learning_rate"), number("beta_1"),
                              number("beta_2"), number("epsilon"));
}

Attribute sparseCategoricalCrossentropy(Builder builder, const Config &config) {
  return train::SparseCategoricalCrossentropyAttr::get(builder.getContext(),
                                                       boolArgument(config, "from_logits"));
}

Attribute sparseCategoricalAccuracy(Builder builder, StringRef name) {
  return train::SparseCategoricalAccuracyAttr::get(builder.getContext(), name);
}

struct ConfigRow {
  StringLiteral type;
  Attribute (*make)(Builder builder, const Config &config);
};
constexpr ConfigRow optimizers[] = {{"Adam", adam}};
constexpr ConfigRow losses[] = {{"SparseCategoricalCrossentropy", sparseCategoricalCrossentropy}};

struct MetricRow {
  StringLiteral function; // Keras's name of it
  Attribute (*make)(Builder builder, StringRef name);
};
constexpr MetricRow metrics[] = {{"sparse_categorical_accuracy", sparseCategoricalAccuracy}};

Attribute make(ArrayRef<ConfigRow> rows, StringRef kind, const Config &config, Location loc) {
  for (const ConfigRow &row : rows)
    if (row.type == config.type)
      return row.make(Builder(loc.getContext()), config);
  emitError(loc, "the ") << kind << ' ' << config.type << " is not supported yet";
  return {};
}
} // namespace

OptimizerAttrInterface ingot::import::optimizerFor(const Config &config, Location loc) {
  return dyn_cast_if_present<OptimizerAttrInterface>(make(optimizers, "optimizer", config, loc));
}

LossAttrInterface ingot::import::lossFor(const Config &config, Location loc) {
  return dyn_cast_if_present<LossAttrInterface>(make(losses, "loss", config, loc));
}

MetricAttrInterface ingot::import::metricFor(StringRef function, StringRef name, Location loc) {
  for (const MetricRow &row : metrics)
    if (row.function == function)
      return dyn_cast<MetricAttrInterface>(row.make(Builder(loc.getContext()), name));
  emitError(loc, "the metric ") << name << " is not supported yet";
  return {};
}
