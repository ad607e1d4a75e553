#include "dialects/Train/LabelledRows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

SmallVector<int64_t> LabelledRows::labelDims() const {
  return nn::allDims(cast<RankedTensorType>(labels.getType()).getRank());
}

Value LabelledRows::labelElement(OpBuilder &b, Location l, Value element) const {
  if (isa<IntegerType>(element.getType()))
    return arith::SIToFPOp::create(b, l, b.getF32Type(), element);
  return element;
}

Value LabelledRows::map(Element element) {
  SmallVector<SmallVector<int64_t>> dims{nn::allDims(type().getRank()), labelDims()};
  return nn::MapOp::create(builder, loc, type(), {output, labels}, dims,
                           [&](OpBuilder &b, Location l, ValueRange e) {
                             Arithmetic a(b, l);
                             return SmallVector<Value>{element(a, e[0], labelElement(b, l, e[1]))};
                           })
      .getResult(0);
}

Value LabelledRows::meanOf(Element element) {
  return mean(sumLast({}, [&](Arithmetic &a, Value x, Value y, ValueRange) {
    return a.divide(element(a, x, y), classes());
  }));
}

Value LabelledRows::sumLast(ValueRange rows, RowElement element) {
  int64_t rank = type().getRank();
  SmallVector<Value> inputs{output, labels};
  SmallVector<SmallVector<int64_t>> dims{nn::allDims(rank), labelDims()};
  for (Value row : rows) {
    inputs.push_back(row);
    dims.push_back(nn::allDims(rank - 1));
  }
  return nn::ReduceOp::create(builder, loc, rowType(), nn::ReduceKind::Sum, inputs, dims,
                              {rank - 1}, [&](OpBuilder &b, Location l, ValueRange e) {
                                Arithmetic a(b, l);
                                return element(a, e[0], labelElement(b, l, e[1]), e.drop_front(2));
                              });
}

Value LabelledRows::reduceLast(nn::ReduceKind kind, Value value) {
  int64_t rank = type().getRank();
  return nn::ReduceOp::create(builder, loc, rowType(), kind, value, {nn::allDims(rank)}, {rank - 1},
                              [](OpBuilder &, Location, ValueRange e) { return e[0]; });
}

Value LabelledRows::position(OpBuilder &b, Location l) const {
  Value along =
      nn::IndexOp::create(b, l, b.getIndexType(), b.getI64IntegerAttr(type().getRank() - 1));
  return arith::IndexCastOp::create(b, l, b.getI32Type(), along);
}

Value LabelledRows::pick(Value value, Value positions) {
  int64_t rank = type().getRank();
  SmallVector<SmallVector<int64_t>> dims{nn::allDims(rank), nn::allDims(rank - 1)};
  return nn::ReduceOp::create(
      builder, loc, rowType(), nn::ReduceKind::Sum, ValueRange{value, positions}, dims, {rank - 1},
      [&](OpBuilder &b, Location l, ValueRange e) -> Value {
        Value here = arith::CmpIOp::create(b, l, arith::CmpIPredicate::eq, position(b, l), e[1]);
        Value zero = arith::ConstantOp::create(b, l, b.getF32FloatAttr(0));
        return arith::SelectOp::create(b, l, here, e[0], zero);
      });
}

// Found as the smallest index among the elements that reach the largest.
Value LabelledRows::argmax(Value value) {
  int64_t rank = type().getRank();
  SmallVector<SmallVector<int64_t>> dims{nn::allDims(rank), nn::allDims(rank - 1)};
  return nn::ReduceOp::create(
      builder, loc, rowType().clone(builder.getI32Type()), nn::ReduceKind::Min,
      ValueRange{value, reduceLast(nn::ReduceKind::Max, value)}, dims, {rank - 1},
      [&](OpBuilder &b, Location l, ValueRange e) -> Value {
        Value none = arith::ConstantOp::create(b, l, b.getI32IntegerAttr(INT32_MAX));
        Value reached = arith::CmpFOp::create(b, l, arith::CmpFPredicate::OEQ, e[0], e[1]);
        return arith::SelectOp::create(b, l, reached, position(b, l), none);
      });
}

Value LabelledRows::labelledClass() {
  auto given = cast<RankedTensorType>(labels.getType());
  return given.getRank() < type().getRank() ? labels : argmax(labels);
}

Value LabelledRows::mean(Value value) {
  auto given = cast<RankedTensorType>(value.getType());
  int64_t rank = given.getRank(), elements = nn::elementsPerRow(given);
  if (rank == 1)
    return value;
  auto samples = RankedTensorType::get({ShapedType::kDynamic}, builder.getF32Type());
  SmallVector<int64_t> axes = llvm::to_vector(llvm::drop_begin(nn::allDims(rank)));
  return nn::ReduceOp::create(builder, loc, samples, nn::ReduceKind::Sum, value,
                              {nn::allDims(rank)}, axes,
                              [&](OpBuilder &b, Location l, ValueRange e) {
                                return Arithmetic(b, l).divide(e[0], elements);
                              });
}
