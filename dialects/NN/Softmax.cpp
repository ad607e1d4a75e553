// Softmax, its crossentropy and the hits of scores, as compositions of maps and reductions over
// classes.

#include "dialects/NN/NN.h"

using namespace mlir;
using namespace ingot::nn;

using Elements = ValueRange;

static RankedTensorType withoutLast(Value scores, Type elementType) {
  auto type = cast<RankedTensorType>(scores.getType());
  return RankedTensorType::get(type.getShape().drop_back(), elementType);
}

/// Reduces `scores` along its last dimension.
static Value reduceClasses(OpBuilder &builder, Location loc, ReduceKind kind, Value scores) {
  auto type = cast<RankedTensorType>(scores.getType());
  int64_t rank = type.getRank();
  return ReduceOp::create(builder, loc, withoutLast(scores, type.getElementType()), kind, scores,
                          {allDims(rank)}, {rank - 1},
                          [](OpBuilder &, Location, Elements e) { return e[0]; });
}

/// A map over the shape of `scores` whose further operands lack the last dimension.
static Value mapRows(OpBuilder &builder, Location loc, Value scores, ValueRange perRow,
                     function_ref<Value(OpBuilder &, Location, Elements)> body) {
  int64_t rank = cast<RankedTensorType>(scores.getType()).getRank();
  SmallVector<Value> inputs{scores};
  SmallVector<SmallVector<int64_t>> dims{allDims(rank)};
  for (Value value : perRow) {
    inputs.push_back(value);
    dims.push_back(allDims(rank - 1));
  }
  return MapOp::create(builder, loc, scores.getType(), inputs, dims,
                       [&](OpBuilder &b, Location l, Elements e) {
                         return SmallVector<Value>{body(b, l, e)};
                       })
      .getResult(0);
}

/// scores - max along classes; the maximum cancels in every gradient, so none flows through it.
static Value shifted(OpBuilder &builder, Location loc, Value scores) {
  Value maximum = reduceClasses(builder, loc, ReduceKind::Max, scores);
  Value constant = StopGradientOp::create(builder, loc, maximum.getType(), maximum);
  return mapRows(builder, loc, scores, constant, [](OpBuilder &b, Location l, Elements e) -> Value {
    return arith::SubFOp::create(b, l, e[0], e[1]);
  });
}

static Value exponentials(OpBuilder &builder, Location loc, Value scores) {
  return buildMap(builder, loc, scores.getType(), scores,
                  [](OpBuilder &b, Location l, Elements e) -> Value {
                    return math::ExpOp::create(b, l, e[0]);
                  });
}

SmallVector<Value> SoftmaxOp::decompose(OpBuilder &builder) {
  Value powers = exponentials(builder, getLoc(), shifted(builder, getLoc(), getInput()));
  Value sum = reduceClasses(builder, getLoc(), ReduceKind::Sum, powers);
  return {
      mapRows(builder, getLoc(), powers, sum, [](OpBuilder &b, Location l, Elements e) -> Value {
        return arith::DivFOp::create(b, l, e[0], e[1]);
      })};
}

/// True where the class index of the current element is the label.
static Value isLabel(OpBuilder &builder, Location loc, Value label) {
  Value position =
      IndexOp::create(builder, loc, builder.getIndexType(), builder.getI64IntegerAttr(1));
  Value index = arith::IndexCastOp::create(builder, loc, builder.getI32Type(), position);
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, index, label);
}

SmallVector<Value> SparseSoftmaxCrossEntropyOp::decompose(OpBuilder &builder) {
  Value scores = shifted(builder, getLoc(), getLogits());
  Value sum =
      reduceClasses(builder, getLoc(), ReduceKind::Sum, exponentials(builder, getLoc(), scores));
  Value picked = mapRows(builder, getLoc(), scores, getLabels(),
                         [](OpBuilder &b, Location l, Elements e) -> Value {
                           Value zero = arith::ConstantOp::create(b, l, b.getF32FloatAttr(0));
                           return arith::SelectOp::create(b, l, isLabel(b, l, e[1]), e[0], zero);
                         });
  Value labelled = reduceClasses(builder, getLoc(), ReduceKind::Sum, picked);
  return {buildMap(builder, getLoc(), getLoss().getType(), {sum, labelled},
                   [](OpBuilder &b, Location l, Elements e) -> Value {
                     Value logarithm = math::LogOp::create(b, l, e[0]);
                     return arith::SubFOp::create(b, l, logarithm, e[1]);
                   })};
}

// The first class whose score is the largest is found as the smallest index among those that reach
// it.
SmallVector<Value> SparseHitsOp::decompose(OpBuilder &builder) {
  Location loc = getLoc();
  Value maximum = reduceClasses(builder, loc, ReduceKind::Max, getScores());
  Type i32 = builder.getI32Type();
  int64_t rank = getScores().getType().getRank();
  Value first = ReduceOp::create(
      builder, loc, withoutLast(getScores(), i32), ReduceKind::Min,
      ValueRange{getScores(), maximum}, {allDims(rank), allDims(rank - 1)}, {rank - 1},
      [&](OpBuilder &b, Location l, Elements e) -> Value {
        Value position = IndexOp::create(b, l, b.getIndexType(), b.getI64IntegerAttr(rank - 1));
        Value index = arith::IndexCastOp::create(b, l, i32, position);
        Value none = arith::ConstantOp::create(b, l, b.getI32IntegerAttr(INT32_MAX));
        Value reached = arith::CmpFOp::create(b, l, arith::CmpFPredicate::OEQ, e[0], e[1]);
        return arith::SelectOp::create(b, l, reached, index, none);
      });
  return {buildMap(builder, loc, getHits().getType(), {first, getLabels()},
                   [](OpBuilder &b, Location l, Elements e) -> Value {
                     Value one = arith::ConstantOp::create(b, l, b.getF32FloatAttr(1));
                     Value zero = arith::ConstantOp::create(b, l, b.getF32FloatAttr(0));
                     Value hit = arith::CmpIOp::create(b, l, arith::CmpIPredicate::eq, e[0], e[1]);
                     return arith::SelectOp::create(b, l, hit, one, zero);
                   })};
}
