// Matrix product: shape, structure and gradient, over the domain (i, j, k).

#include "dialects/NN/NN.h"

using namespace mlir;
using namespace ingot::nn;

LogicalResult MatmulOp::verify() {
  auto lhs = getLhs().getType(), rhs = getRhs().getType(), output = getOutput().getType();
  if (lhs.getRank() != 2 || rhs.getRank() != 2 || output.getRank() != 2)
    return emitOpError("needs matrices");
  int64_t left = lhs.getDimSize(getLhsTransposed() ? 0 : 1),
          right = rhs.getDimSize(getRhsTransposed() ? 1 : 0);
  if (left != right)
    return emitOpError("multiplies rows of ") << left << " by columns of " << right;
  if (output.getDimSize(0) != lhs.getDimSize(getLhsTransposed() ? 1 : 0) ||
      output.getDimSize(1) != rhs.getDimSize(getRhsTransposed() ? 0 : 1))
    return emitOpError("has a result of the wrong shape: ") << output;
  return success();
}

SmallVector<int64_t> MatmulOp::getIterationDomain() {
  auto output = getOutput().getType();
  int64_t depth = getLhs().getType().getDimSize(getLhsTransposed() ? 0 : 1);
  return {output.getDimSize(0), output.getDimSize(1), depth};
}

SmallVector<AffineMap> MatmulOp::getIndexingMaps() {
  MLIRContext *context = getContext();
  AffineExpr i, j, k;
  bindDims(context, i, j, k);
  auto map = [&](AffineExpr first, AffineExpr second, bool exchange) {
    return exchange ? AffineMap::get(3, 0, {second, first}, context)
                    : AffineMap::get(3, 0, {first, second}, context);
  };
  return {map(i, k, getLhsTransposed()), map(k, j, getRhsTransposed()), map(i, j, false)};
}

SmallVector<bool> MatmulOp::getReducedDims() { return {false, false, true}; }

TypedAttr MatmulOp::getInit() { return Builder(getContext()).getF32FloatAttr(0); }

SmallVector<Value> MatmulOp::buildBody(OpBuilder &builder, ValueRange elements, ValueRange) {
  Value product = arith::MulFOp::create(builder, getLoc(), elements[0], elements[1]);
  return {arith::AddFOp::create(builder, getLoc(), elements[2], product)};
}

int64_t MatmulOp::getPointFlops() { return 2; }

// output = L R: gradL = gradOutput R^T and gradR = L^T gradOutput; where an operand is stored
// transposed, so is its gradient, whence the two factors change places.
SmallVector<Value> MatmulOp::buildGradients(OpBuilder &builder, ValueRange gradResults) {
  Value grad = gradResults[0];
  bool lhsT = getLhsTransposed(), rhsT = getRhsTransposed();
  auto product = [&](Type type, Value a, bool aT, Value b, bool bT) -> Value {
    return MatmulOp::create(builder, getLoc(), type, a, b, aT, bT);
  };
  Value gradLhs = lhsT ? product(getLhs().getType(), getRhs(), rhsT, grad, true)
                       : product(getLhs().getType(), grad, false, getRhs(), !rhsT);
  Value gradRhs = rhsT ? product(getRhs().getType(), grad, true, getLhs(), lhsT)
                       : product(getRhs().getType(), getLhs(), !lhsT, grad, false);
  return {gradLhs, gradRhs};
}
