// Losses, built from the model's output and the labels (keras/src/losses/losses.py). Each gives one
// value a sample; Keras's mean over the last dimension and then over all others is the mean over a
// sample's elements and then over samples.

#include "dialects/NN/Activations.h"
#include "dialects/NN/NN.h"
#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/LabelledRows.h"
#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

static constexpr double epsilon = 1e-7; // keras.config.epsilon()

/// log(1 + exp(x)) as max(x, 0) + log(1 + exp(-|x|)), which does not overflow. By selection, so
/// that the derivative at 0 is 1/2.
static Value softplus(Arithmetic &a, Value x) {
  Value negative = a.less(x, 0.0), zero = a.constant(x.getType(), 0);
  Value power = a.exponential(a.select(negative, x, a.negate(x)));
  return a.add(a.select(negative, zero, x), a.logarithm(a.add(power, 1.0)));
}

/// y * (1 - smoothing) + smoothing / classes.
static Value smoothed(Arithmetic &a, Value label, double smoothing, double classes) {
  return smoothing == 0 ? label : a.add(a.multiply(label, 1.0 - smoothing), smoothing / classes);
}

//===- Crossentropies over classes ------------------------------------------------------------===//

// A crossentropy of a softmax is that of its logits, whatever from_logits says: Keras marks a
// softmax's output with them (golden semantics 1; keras/src/backend/tensorflow/nn.py).
static Value logitsOf(Value output, bool fromLogits) {
  if (auto softmax = output.getDefiningOp<nn::SoftmaxOp>())
    return softmax.getInput();
  return fromLogits ? output : Value();
}

Value SparseCategoricalCrossentropyAttr::buildLoss(OpBuilder &builder, Location loc, Value output,
                                                   Value labels) const {
  auto type = cast<RankedTensorType>(labels.getType()).clone(builder.getF32Type());
  Value logits = logitsOf(output, getFromLogits());
  // Probabilities: clipped to [1e-7, 1 - 1e-7], and their logarithms taken for logits, which
  // normalises them after clipping (keras/src/backend/tensorflow/nn.py,
  // sparse_categorical_crossentropy).
  if (!logits)
    logits = nn::buildMap(builder, loc, output.getType(), output,
                          [](OpBuilder &b, Location l, ValueRange element) -> Value {
                            Arithmetic a(b, l);
                            return a.logarithm(a.clip(element[0], epsilon, 1.0 - epsilon));
                          });
  return nn::SparseSoftmaxCrossEntropyOp::create(builder, loc, type, logits, labels);
}

// -sum over classes of y * log(p), with log(p) = x - max - log(sum of exp(x - max)) of logits x.
// Probabilities are divided by their sum, then clipped.
Value CategoricalCrossentropyAttr::buildLoss(OpBuilder &builder, Location loc, Value output,
                                             Value labels) const {
  LabelledRows rows(builder, loc, output, labels);
  double classes = rows.classes(), smoothing = number(getLabelSmoothing());
  if (Value logits = logitsOf(output, getFromLogits())) {
    rows.output = logits;
    Value maximum = rows.reduceLast(nn::ReduceKind::Max, logits);
    maximum = nn::StopGradientOp::create(builder, loc, maximum.getType(), maximum);
    Value sum = rows.sumLast({maximum}, [](Arithmetic &a, Value x, Value, ValueRange row) {
      return a.exponential(a.subtract(x, row[0]));
    });
    return rows.mean(
        rows.sumLast({maximum, sum}, [&](Arithmetic &a, Value x, Value y, ValueRange row) {
          Value surprise = a.subtract(a.logarithm(row[1]), a.subtract(x, row[0]));
          return a.multiply(smoothed(a, y, smoothing, classes), surprise);
        }));
  }
  Value sum = rows.sumLast({}, [](Arithmetic &, Value p, Value, ValueRange) { return p; });
  return rows.mean(rows.sumLast({sum}, [&](Arithmetic &a, Value p, Value y, ValueRange row) {
    Value clipped = a.clip(a.divide(p, row[0]), epsilon, 1.0 - epsilon);
    return a.negate(a.multiply(smoothed(a, y, smoothing, classes), a.logarithm(clipped)));
  }));
}

// Of logits x: max(x, 0) - x * y + log(1 + exp(-|x|)); of probabilities, clipped:
// -(y * log(p) + (1 - y) * log(1 - p)). A sigmoid's output is taken by its logits, as a softmax's.
Value BinaryCrossentropyAttr::buildLoss(OpBuilder &builder, Location loc, Value output,
                                        Value labels) const {
  LabelledRows rows(builder, loc, output, labels);
  double smoothing = number(getLabelSmoothing());
  auto sigmoid = output.getDefiningOp<nn::SigmoidOp>();
  if (sigmoid)
    rows.output = sigmoid.getInput();
  if (sigmoid || getFromLogits())
    return rows.meanOf([&](Arithmetic &a, Value x, Value y) {
      return a.subtract(softplus(a, x), a.multiply(x, smoothed(a, y, smoothing, 2)));
    });
  return rows.meanOf([&](Arithmetic &a, Value p, Value label) {
    Value y = smoothed(a, label, smoothing, 2), clipped = a.clip(p, epsilon, 1.0 - epsilon);
    Value one = a.multiply(y, a.logarithm(clipped));
    Value zero = a.multiply(a.subtract(1.0, y), a.logarithm(a.subtract(1.0, clipped)));
    return a.negate(a.add(one, zero));
  });
}

//===- Distances ------------------------------------------------------------------------------===//

static Value distance(Distance kind, Arithmetic &a, Value p, Value y) {
  switch (kind) {
  case Distance::MeanSquaredError:
    return a.square(a.subtract(p, y));
  case Distance::MeanAbsoluteError:
    return a.absolute(a.subtract(p, y));
  case Distance::MeanAbsolutePercentageError: {
    Value scale = a.maximum(a.absolute(y), epsilon);
    return a.multiply(a.absolute(a.divide(a.subtract(y, p), scale)), 100.0);
  }
  case Distance::MeanSquaredLogarithmicError: {
    auto level = [&](Value x) { return a.logarithm(a.add(a.maximum(x, epsilon), 1.0)); };
    return a.square(a.subtract(level(p), level(y)));
  }
  case Distance::LogCosh: { // x + log(1 + exp(-2x)) - log(2)
    Value x = a.subtract(p, y);
    return a.subtract(a.add(x, softplus(a, a.multiply(x, -2.0))), std::log(2.0));
  }
  case Distance::Poisson:
    return a.subtract(p, a.multiply(y, a.logarithm(a.add(p, epsilon))));
  case Distance::KLDivergence: {
    Value share = a.clip(y, epsilon, 1.0);
    return a.multiply(share, a.logarithm(a.divide(share, a.clip(p, epsilon, 1.0))));
  }
  case Distance::Hinge:
  case Distance::SquaredHinge: { // labels 0 and 1 stand for -1 and 1
    Value side = a.subtract(a.multiply(y, 2.0), 1.0);
    Value short_ = a.maximum(a.subtract(1.0, a.multiply(side, p)), 0.0);
    return kind == Distance::Hinge ? short_ : a.square(short_);
  }
  }
  llvm_unreachable("all distances are above");
}

Value ElementwiseLossAttr::buildLoss(OpBuilder &builder, Location loc, Value output,
                                     Value labels) const {
  LabelledRows rows(builder, loc, output, labels);
  if (getDistance() == Distance::KLDivergence)
    return rows.mean(rows.sumLast({}, [&](Arithmetic &a, Value p, Value y, ValueRange) {
      return distance(getDistance(), a, p, y);
    }));
  return rows.meanOf(
      [&](Arithmetic &a, Value p, Value y) { return distance(getDistance(), a, p, y); });
}

Value HuberAttr::buildLoss(OpBuilder &builder, Location loc, Value output, Value labels) const {
  double delta = number(getDelta());
  return LabelledRows(builder, loc, output, labels).meanOf([&](Arithmetic &a, Value p, Value y) {
    Value error = a.subtract(p, y), size = a.absolute(error);
    Value inner = a.multiply(a.square(error), 0.5);
    Value outer = a.subtract(a.multiply(size, delta), 0.5 * delta * delta);
    return a.select(a.less(delta, size), outer, inner);
  });
}

// The largest score of a wrong class counts as 0 where it is negative, as Keras's (1 - y) * p does.
Value CategoricalHingeAttr::buildLoss(OpBuilder &builder, Location loc, Value output,
                                      Value labels) const {
  LabelledRows rows(builder, loc, output, labels);
  Value right = rows.sumLast(
      {}, [](Arithmetic &a, Value p, Value y, ValueRange) { return a.multiply(y, p); });
  Value scores =
      rows.map([](Arithmetic &a, Value p, Value y) { return a.multiply(a.subtract(1.0, y), p); });
  // The largest as a sum over classes of which only the first largest counts, so that it has a
  // gradient.
  Value wrong = rows.pick(scores, rows.argmax(scores));
  return rows.mean(nn::buildMap(builder, loc, right.getType(), {right, wrong},
                                [](OpBuilder &b, Location l, ValueRange e) -> Value {
                                  Arithmetic a(b, l);
                                  return a.maximum(a.add(a.subtract(e[1], e[0]), 1.0), 0.0);
                                }));
}

// Both sides are divided by their norms, which count as at least 1e-7 (keras/src/ops/nn.py,
// normalize).
Value CosineSimilarityAttr::buildLoss(OpBuilder &builder, Location loc, Value output,
                                      Value labels) const {
  LabelledRows rows(builder, loc, output, labels);
  Value ofOutput =
      rows.sumLast({}, [](Arithmetic &a, Value p, Value, ValueRange) { return a.square(p); });
  Value ofLabels =
      rows.sumLast({}, [](Arithmetic &a, Value, Value y, ValueRange) { return a.square(y); });
  auto length = [](Arithmetic &a, Value squares) { return a.root(a.maximum(squares, 1e-14)); };
  return rows.mean(
      rows.sumLast({ofOutput, ofLabels}, [&](Arithmetic &a, Value p, Value y, ValueRange row) {
        Value cosine = a.multiply(a.divide(p, length(a, row[0])), a.divide(y, length(a, row[1])));
        return a.negate(cosine);
      }));
}
