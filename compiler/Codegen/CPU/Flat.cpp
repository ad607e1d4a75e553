#include "compiler/Codegen/CPU/Flat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot;

Value ingot::cpu::flatView(OpBuilder &builder, Location loc, Value memory, int64_t elements) {
  auto type = cast<MemRefType>(memory.getType());
  auto flat = MemRefType::get({elements}, type.getElementType());
  if (flat == type)
    return memory;
  return memref::ReinterpretCastOp::create(builder, loc, flat, memory, /*offset=*/0,
                                           ArrayRef<int64_t>{elements}, ArrayRef<int64_t>{1});
}

void ingot::cpu::forEachVector(OpBuilder &builder, Location loc, Value lower, Value upper,
                               function_ref<void(Value, int64_t)> body) {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value size = arith::SubIOp::create(builder, loc, upper, lower);
  Value rest = arith::RemUIOp::create(builder, loc, size, index(flatLanes));
  Value middle = arith::SubIOp::create(builder, loc, upper, rest);
  auto loop = [&](Value from, Value to, int64_t step, int64_t lanes) {
    OpBuilder::InsertionGuard guard(builder);
    auto each = scf::ForOp::create(builder, loc, from, to, index(step));
    builder.setInsertionPointToStart(each.getBody());
    body(each.getInductionVar(), lanes);
  };
  loop(lower, middle, flatLanes, flatLanes);
  loop(middle, upper, 1, 0);
}

Value ingot::cpu::loadFlat(OpBuilder &builder, Location loc, Value flat, Value offset,
                           int64_t lanes) {
  Type element = cast<MemRefType>(flat.getType()).getElementType();
  if (!lanes)
    return memref::LoadOp::create(builder, loc, flat, offset);
  return vector::LoadOp::create(builder, loc, VectorType::get({lanes}, element), flat, offset);
}

void ingot::cpu::storeFlat(OpBuilder &builder, Location loc, Value value, Value flat,
                           Value offset) {
  if (isa<VectorType>(value.getType()))
    vector::StoreOp::create(builder, loc, value, flat, offset);
  else
    memref::StoreOp::create(builder, loc, value, flat, offset);
}
