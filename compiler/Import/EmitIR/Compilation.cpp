// Losses and metrics as attributes: a row each.

#include "compiler/Import/EmitIR/Emitter.h"

#include "compiler/Import/Keras/Api.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::import;

namespace {
bool fromLogits(const Config &config) { return boolArgument(config, "from_logits"); }

FloatAttr number(Builder builder, const Config &config, const char *name) {
  return builder.getF64FloatAttr(numberArgument(config, name));
}

struct LossRow {
  StringLiteral type;
  Attribute (*make)(Builder builder, const Config &config);
};
constexpr LossRow losses[] = {
    {"SparseCategoricalCrossentropy",
     [](Builder b, const Config &c) -> Attribute {
       return train::SparseCategoricalCrossentropyAttr::get(b.getContext(), fromLogits(c));
     }},
    {"CategoricalCrossentropy",
     [](Builder b, const Config &c) -> Attribute {
       return train::CategoricalCrossentropyAttr::get(b.getContext(), fromLogits(c),
                                                      number(b, c, "label_smoothing"));
     }},
    {"BinaryCrossentropy",
     [](Builder b, const Config &c) -> Attribute {
       return train::BinaryCrossentropyAttr::get(b.getContext(), fromLogits(c),
                                                 number(b, c, "label_smoothing"));
     }},
    {"Huber",
     [](Builder b, const Config &c) -> Attribute {
       return train::HuberAttr::get(b.getContext(), number(b, c, "delta"));
     }},
    {"CategoricalHinge",
     [](Builder b, const Config &) -> Attribute {
       return train::CategoricalHingeAttr::get(b.getContext());
     }},
    {"CosineSimilarity",
     [](Builder b, const Config &) -> Attribute {
       return train::CosineSimilarityAttr::get(b.getContext());
     }},
};

struct DistanceRow {
  StringLiteral type;
  train::Distance distance;
};
constexpr DistanceRow distances[] = {
    {"MeanSquaredError", train::Distance::MeanSquaredError},
    {"MeanAbsoluteError", train::Distance::MeanAbsoluteError},
    {"MeanAbsolutePercentageError", train::Distance::MeanAbsolutePercentageError},
    {"MeanSquaredLogarithmicError", train::Distance::MeanSquaredLogarithmicError},
    {"LogCosh", train::Distance::LogCosh},
    {"LogCoshError", train::Distance::LogCosh}, // as a metric
    {"KLDivergence", train::Distance::KLDivergence},
    {"Poisson", train::Distance::Poisson},
    {"Hinge", train::Distance::Hinge},
    {"SquaredHinge", train::Distance::SquaredHinge},
};

struct MetricRow {
  StringLiteral type;
  Attribute (*make)(Builder builder, StringRef name, const Config &config);
};
constexpr MetricRow metrics[] = {
    {"SparseCategoricalAccuracy",
     [](Builder b, StringRef name, const Config &) -> Attribute {
       return train::SparseCategoricalAccuracyAttr::get(b.getContext(), name);
     }},
    {"CategoricalAccuracy",
     [](Builder b, StringRef name, const Config &) -> Attribute {
       return train::CategoricalAccuracyAttr::get(b.getContext(), name);
     }},
    {"BinaryAccuracy",
     [](Builder b, StringRef name, const Config &c) -> Attribute {
       return train::BinaryAccuracyAttr::get(b.getContext(), name, number(b, c, "threshold"));
     }},
    {"TopKCategoricalAccuracy",
     [](Builder b, StringRef name, const Config &c) -> Attribute {
       return train::TopKCategoricalAccuracyAttr::get(b.getContext(), name, intArgument(c, "k"));
     }},
    {"SparseTopKCategoricalAccuracy",
     [](Builder b, StringRef name, const Config &c) -> Attribute {
       return train::TopKCategoricalAccuracyAttr::get(b.getContext(), name, intArgument(c, "k"));
     }},
};
} // namespace

LossAttrInterface ingot::import::lossFor(const Config &config, Location loc) {
  Builder builder(loc.getContext());
  for (const LossRow &row : losses)
    if (row.type == config.type)
      return cast<LossAttrInterface>(row.make(builder, config));
  for (const DistanceRow &row : distances)
    if (row.type == config.type)
      return cast<LossAttrInterface>(
          Attribute(train::ElementwiseLossAttr::get(loc.getContext(), row.distance)));
  emitError(loc, "the loss ") << config.type << " is not supported yet";
  return {};
}

MetricAttrInterface ingot::import::metricFor(const Config &config, StringRef name, Location loc) {
  Builder builder(loc.getContext());
  for (const MetricRow &row : metrics)
    if (row.type == config.type)
      return cast<MetricAttrInterface>(row.make(builder, name, config));
  LossAttrInterface loss = lossFor(config, loc);
  return loss ? cast<MetricAttrInterface>(
                    Attribute(train::LossMetricAttr::get(loc.getContext(), name, loss)))
              : MetricAttrInterface();
}
