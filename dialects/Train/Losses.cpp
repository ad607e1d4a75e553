// Losses and metrics, built from the model's output and the labels.

#include "dialects/NN/NN.h"
#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

static Type perSample(OpBuilder &builder) {
  return RankedTensorType::get({ShapedType::kDynamic}, builder.getF32Type());
}

// A crossentropy of a softmax is that of its logits, whatever from_logits says: Keras marks a
// softmax's output with them (golden semantics 1; keras/src/backend/tensorflow/nn.py).
Value SparseCategoricalCrossentropyAttr::buildLoss(OpBuilder &builder, Location loc, Value output,
                                                   Value labels) const {
  Value logits;
  if (auto softmax = output.getDefiningOp<nn::SoftmaxOp>())
    logits = softmax.getInput();
  else if (getFromLogits())
    logits = output;
  if (logits)
    return nn::SparseSoftmaxCrossEntropyOp::create(builder, loc, perSample(builder), logits,
                                                   labels);

  // Probabilities: clipped to [1e-7, 1 - 1e-7], and their logarithms taken for logits, which
  // normalises them after clipping (keras/src/backend/tensorflow/nn.py,
  // sparse_categorical_crossentropy).
  Value logarithms = nn::buildMap(
      builder, loc, output.getType(), output,
      [](OpBuilder &b, Location l, ValueRange element) -> Value {
        auto constant = [&](double value) -> Value {
          return arith::ConstantOp::create(b, l, b.getF32FloatAttr(static_cast<float>(value)));
        };
        // As compare and select, so that a value at a bound passes its gradient, as Keras's clip
        // does.
        auto clip = [&](Value value, arith::CmpFPredicate beyond, double bound) -> Value {
          Value outside = arith::CmpFOp::create(b, l, beyond, value, constant(bound));
          return arith::SelectOp::create(b, l, outside, constant(bound), value);
        };
        Value raised = clip(element[0], arith::CmpFPredicate::OLT, 1e-7);
        Value clipped = clip(raised, arith::CmpFPredicate::OGT, 1.0 - 1e-7);
        return math::LogOp::create(b, l, clipped);
      });
  return nn::SparseSoftmaxCrossEntropyOp::create(builder, loc, perSample(builder), logarithms,
                                                 labels);
}

StringRef SparseCategoricalAccuracyAttr::getMetricName() const { return getName(); }

Value SparseCategoricalAccuracyAttr::buildMetric(OpBuilder &builder, Location loc, Value output,
                                                 Value labels) const {
  return nn::SparseHitsOp::create(builder, loc, perSample(builder), output, labels);
}
