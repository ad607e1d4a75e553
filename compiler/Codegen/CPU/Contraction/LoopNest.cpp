// Folding index arithmetic, loops with carried values, and loads and stores of flattened buffers.
#include "compiler/Codegen/CPU/Contraction/LoopNest.h"
#include "compiler/Codegen/CPU/Contraction/Emit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace ingot::cpu {

Value LoopNest::value(Index index) {
  if (index.isConstant())
    return arith::ConstantIndexOp::create(builder, loc, index.constant);
  if (index.constant == 0)
    return index.base;
  Value constant = arith::ConstantIndexOp::create(builder, loc, index.constant);
  return arith::AddIOp::create(builder, loc, index.base, constant);
}

Index LoopNest::add(Index a, Index b) {
  int64_t constant = a.constant + b.constant;
  if (!a.base || !b.base)
    return Index(a.base ? a.base : b.base, constant);
  return Index(arith::AddIOp::create(builder, loc, a.base, b.base), constant);
}

Index LoopNest::sub(Index a, Index b) {
  if (!b.base)
    return Index(a.base, a.constant - b.constant);
  Value left = value(Index(a.base, a.constant - b.constant));
  return Index(arith::SubIOp::create(builder, loc, left, b.base));
}

Index LoopNest::mul(Index a, int64_t factor) {
  if (!a.base || factor == 0)
    return Index(a.constant * factor);
  if (factor == 1)
    return a;
  Value constant = value(Index(factor));
  return Index(arith::MulIOp::create(builder, loc, a.base, constant), a.constant * factor);
}

Index LoopNest::floorDiv(Index a, int64_t divisor) {
  if (a.isConstant())
    return Index(a.constant / divisor);
  if (divisor == 1)
    return a;
  return Index(arith::DivUIOp::create(builder, loc, value(a), value(Index(divisor))));
}

Index LoopNest::rem(Index a, int64_t divisor) {
  if (a.isConstant())
    return Index(a.constant % divisor);
  if (divisor == 1)
    return Index(0);
  return Index(arith::RemUIOp::create(builder, loc, value(a), value(Index(divisor))));
}

Index LoopNest::max(Index a, Index b) {
  if (a.isConstant() && b.isConstant())
    return Index(std::max(a.constant, b.constant));
  return Index(arith::MaxSIOp::create(builder, loc, value(a), value(b)));
}

Index LoopNest::min(Index a, Index b) {
  if (a.isConstant() && b.isConstant())
    return Index(std::min(a.constant, b.constant));
  return Index(arith::MinSIOp::create(builder, loc, value(a), value(b)));
}

Value LoopNest::less(Index a, Index b) {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, value(a), value(b));
}

LoopNest::Values LoopNest::loop(Index lower, Index upper, int64_t step, Values init, BodyFn body) {
  if (lower.base == upper.base) {
    int64_t trips = ceilDiv(upper.constant - lower.constant, step);
    if (trips <= 0)
      return init;
    if (trips == 1)
      return body(lower, std::move(init));
  }
  auto loop =
      scf::ForOp::create(builder, loc, value(lower), value(upper), value(Index(step)), init);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  ValueRange carried = loop.getRegionIterArgs();
  Values results = body(Index(loop.getInductionVar()), Values(carried.begin(), carried.end()));
  // A loop without results gets its terminator from its builder.
  if (!init.empty())
    scf::YieldOp::create(builder, loc, results);
  return Values(loop.result_begin(), loop.result_end());
}

void LoopNest::loop(Index lower, Index upper, int64_t step, llvm::function_ref<void(Index)> body) {
  loop(lower, upper, step, {}, [&](Index iv, Values) -> Values {
    body(iv);
    return {};
  });
}

void LoopNest::when(Value condition, llvm::function_ref<void()> then) {
  if (!condition)
    return then();
  auto branch = scf::IfOp::create(builder, loc, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&branch.getThenRegion().front());
  then();
}

VectorType LoopNest::vector(int64_t lanes) {
  return VectorType::get({lanes}, builder.getF32Type());
}

Value LoopNest::zero(int64_t lanes) {
  return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(vector(lanes)));
}

Value LoopNest::broadcastAt(Value flat, Index offset, int64_t lanes) {
  Value scalar = memref::LoadOp::create(builder, loc, flat, value(offset));
  return vector::BroadcastOp::create(builder, loc, vector(lanes), scalar);
}

Value LoopNest::sum(Value vector) {
  return vector::ReductionOp::create(builder, loc, vector::CombiningKind::ADD, vector,
                                     arith::FastMathFlags::reassoc);
}

Value LoopNest::fma(Value a, Value b, Value c) {
  return vector::FMAOp::create(builder, loc, a, b, c);
}

Value LoopNest::mask(Index valid, int64_t lanes) {
  auto type = VectorType::get({lanes}, builder.getI1Type());
  return vector::CreateMaskOp::create(builder, loc, type, value(valid));
}

Value flatten(OpBuilder &builder, Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  if (type.getRank() <= 1)
    return buffer;
  ReassociationIndices all;
  for (int64_t i = 0; i < type.getRank(); ++i)
    all.push_back(i);
  return memref::CollapseShapeOp::create(builder, loc, buffer, ArrayRef<ReassociationIndices>{all});
}

Value loadAt(OpBuilder &builder, Location loc, Value flat, VectorType type, Value offset,
             Value mask) {
  if (!mask)
    return vector::LoadOp::create(builder, loc, type, flat, offset);
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  return vector::MaskedLoadOp::create(builder, loc, type, flat, offset, mask, zero);
}

void storeAt(OpBuilder &builder, Location loc, Value vector, Value flat, Value offset, Value mask) {
  if (mask)
    vector::MaskedStoreOp::create(builder, loc, flat, offset, mask, vector);
  else
    vector::StoreOp::create(builder, loc, vector, flat, offset);
}

} // namespace ingot::cpu
