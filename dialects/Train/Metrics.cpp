// Metrics, built from the model's output and the labels (keras/src/metrics): one value a sample,
// whose mean is reported.

#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/LabelledRows.h"
#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

StringRef SparseCategoricalAccuracyAttr::getMetricName() const { return getName(); }
Value SparseCategoricalAccuracyAttr::buildMetric(OpBuilder &builder, Location loc, Value output,
                                                 Value labels) const {
  auto type = cast<RankedTensorType>(labels.getType()).clone(builder.getF32Type());
  return nn::SparseHitsOp::create(builder, loc, type, output, labels);
}

StringRef CategoricalAccuracyAttr::getMetricName() const { return getName(); }
Value CategoricalAccuracyAttr::buildMetric(OpBuilder &builder, Location loc, Value output,
                                           Value labels) const {
  LabelledRows rows(builder, loc, output, labels);
  Value classes = rows.labelledClass();
  auto type = cast<RankedTensorType>(classes.getType()).clone(builder.getF32Type());
  return rows.mean(nn::SparseHitsOp::create(builder, loc, type, output, classes));
}

StringRef BinaryAccuracyAttr::getMetricName() const { return getName(); }
Value BinaryAccuracyAttr::buildMetric(OpBuilder &builder, Location loc, Value output,
                                      Value labels) const {
  double threshold = number(getThreshold());
  return LabelledRows(builder, loc, output, labels).meanOf([&](Arithmetic &a, Value p, Value y) {
    Value one = a.constant(p.getType(), 1), zero = a.constant(p.getType(), 0);
    Value side = a.select(a.less(threshold, p), one, zero);
    return a.select(a.less(0.0, a.absolute(a.subtract(side, y))), zero, one);
  });
}

StringRef TopKCategoricalAccuracyAttr::getMetricName() const { return getName(); }
// Scores that tie with the k-th count as well. A score that is no finite number hits nothing.
Value TopKCategoricalAccuracyAttr::buildMetric(OpBuilder &builder, Location loc, Value output,
                                               Value labels) const {
  LabelledRows rows(builder, loc, output, labels);
  Value score = rows.pick(output, rows.labelledClass());
  Value greater = rows.sumLast({score}, [](Arithmetic &a, Value p, Value, ValueRange row) {
    Value one = a.constant(p.getType(), 1), zero = a.constant(p.getType(), 0);
    return a.select(a.less(row[0], p), one, zero);
  });
  return rows.mean(nn::buildMap(
      builder, loc, score.getType(), {score, greater},
      [&](OpBuilder &b, Location l, ValueRange e) -> Value {
        Arithmetic a(b, l);
        Value one = a.constant(b.getF32Type(), 1), zero = a.constant(b.getF32Type(), 0);
        Value finite = a.less(a.subtract(e[0], e[0]), 1.0);
        return a.select(finite, a.select(a.less(e[1], static_cast<double>(getK())), one, zero),
                        zero);
      }));
}

StringRef LossMetricAttr::getMetricName() const { return getName(); }
Value LossMetricAttr::buildMetric(OpBuilder &builder, Location loc, Value output,
                                  Value labels) const {
  return cast<LossAttrInterface>(getLoss()).buildLoss(builder, loc, output, labels);
}
