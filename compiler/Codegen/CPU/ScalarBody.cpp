// Widening a scalar region: an op becomes a vector op as soon as one of its operands is a vector.

#include "compiler/Codegen/CPU/ScalarBody.h"

#include "compiler/Codegen/CPU/VectorMath.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace ingot;

/// Elements of whole bytes: a vector of i1 is packed, memory of i1 is not.
static bool fillsBytes(Type element) {
  return element.isIntOrFloat() && element.getIntOrFloatBitWidth() >= 8;
}

bool ingot::cpu::isVectorizable(Block &body, bool withPositions, bool withLinearPositions) {
  if (!llvm::all_of(body.getArgumentTypes(), fillsBytes) ||
      !llvm::all_of(body.getTerminator()->getOperandTypes(), fillsBytes))
    return false;
  return llvm::all_of(body.without_terminator(), [&](Operation &op) {
    return (withPositions && isa<nn::IndexOp>(op)) ||
           (withLinearPositions && isa<nn::LinearIndexOp>(op)) ||
           op.hasTrait<OpTrait::ConstantLike>() || OpTrait::hasElementwiseMappableTraits(&op);
  });
}

static Value broadcast(OpBuilder &builder, Location loc, Value value, int64_t lanes) {
  if (!lanes || isa<VectorType>(value.getType()))
    return value;
  return vector::BroadcastOp::create(builder, loc, VectorType::get({lanes}, value.getType()),
                                     value);
}

/// max(x, c) against a constant, as compare and select: one instruction where arith.maximumf is
/// several, since the constant is no NaN. A NaN of x passes through, and so does -0 against 0,
/// which equals what arith.maximumf gives.
static Value maximumOfConstant(OpBuilder &builder, Location loc, Value x, Value constant) {
  Value less = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT, x, constant);
  return arith::SelectOp::create(builder, loc, less, constant, x);
}

SmallVector<Value> ingot::cpu::buildScalarBody(OpBuilder &builder, Location loc, Block &body,
                                               ValueRange elements, int64_t lanes,
                                               PositionFn position) {
  IRMapping mapping;
  mapping.map(body.getArguments(), elements);
  for (Operation &op : body.without_terminator()) {
    bool wide = llvm::any_of(op.getOperands(), [&](Value v) {
      return isa<VectorType>(mapping.lookupOrDefault(v).getType());
    });
    if (auto index = dyn_cast<nn::IndexOp>(op)) {
      mapping.map(index.getPosition(), position(index.getDim()));
      continue;
    }
    if (auto index = dyn_cast<nn::LinearIndexOp>(op)) {
      mapping.map(index.getPosition(), position(allDimensions));
      continue;
    }
    Attribute constant;
    if (auto maximum = dyn_cast<arith::MaximumFOp>(op);
        maximum && matchPattern(maximum.getRhs(), m_Constant(&constant))) {
      Value rhs = mapping.lookup(maximum.getRhs());
      mapping.map(maximum.getResult(),
                  maximumOfConstant(builder, loc, mapping.lookup(maximum.getLhs()),
                                    wide ? broadcast(builder, loc, rhs, lanes) : rhs));
      continue;
    }
    if (!wide) {
      builder.clone(op, mapping);
      continue;
    }
    SmallVector<Value> operands;
    for (Value operand : op.getOperands())
      operands.push_back(broadcast(builder, loc, mapping.lookupOrDefault(operand), lanes));
    if (Value result = buildVectorMath(builder, loc, &op, operands)) {
      mapping.map(op.getResult(0), result);
      continue;
    }
    SmallVector<Type> types;
    for (Type type : op.getResultTypes())
      types.push_back(VectorType::get({lanes}, type));
    Operation *widened =
        builder.create(loc, op.getName().getIdentifier(), operands, types, op.getAttrs());
    mapping.map(op.getResults(), widened->getResults());
  }
  SmallVector<Value> yielded;
  for (Value value : body.getTerminator()->getOperands())
    yielded.push_back(broadcast(builder, loc, mapping.lookupOrDefault(value), lanes));
  return yielded;
}
