#include "compiler/Codegen/CPU/Flat.h"

#include "dialects/NN/ScalarRegion.h"
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

Value ingot::cpu::flatView(OpBuilder &builder, Location loc, Value memory) {
  return flatView(builder, loc, memory, cast<MemRefType>(memory.getType()).getNumElements());
}

Value ingot::cpu::loadMasked(OpBuilder &builder, Location loc, Value flat, Value offset, Value mask,
                             int64_t lanes) {
  auto type = VectorType::get({lanes}, cast<MemRefType>(flat.getType()).getElementType());
  if (!mask)
    return vector::LoadOp::create(builder, loc, type, flat, offset);
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  return vector::MaskedLoadOp::create(builder, loc, type, flat, offset, mask, zero);
}

void ingot::cpu::storeMasked(OpBuilder &builder, Location loc, Value vector, Value flat,
                             Value offset, Value mask) {
  if (mask)
    vector::MaskedStoreOp::create(builder, loc, flat, offset, mask, vector);
  else
    vector::StoreOp::create(builder, loc, vector, flat, offset);
}

Value ingot::cpu::vectorOfPositions(OpBuilder &builder, Location loc, Value start, int64_t lanes) {
  auto type = VectorType::get({lanes}, builder.getIndexType());
  Value first = vector::BroadcastOp::create(builder, loc, type, start);
  return arith::AddIOp::create(builder, loc, first, vector::StepOp::create(builder, loc, type));
}

Value ingot::cpu::linearPositions(OpBuilder &builder, Location loc, Value start, int64_t lanes) {
  Value first = arith::IndexCastOp::create(builder, loc, builder.getI32Type(), start);
  if (!lanes)
    return first;
  auto type = VectorType::get({lanes}, builder.getI32Type());
  auto steps = llvm::to_vector(llvm::seq<int32_t>(lanes));
  return arith::AddIOp::create(
      builder, loc, vector::BroadcastOp::create(builder, loc, type, first),
      arith::ConstantOp::create(builder, loc,
                                DenseElementsAttr::get(type, ArrayRef<int32_t>(steps))));
}

Value ingot::cpu::combineAll(OpBuilder &builder, Location loc, nn::ReduceKind kind,
                             SmallVector<Value> values) {
  while (values.size() > 1) {
    size_t half = (values.size() + 1) / 2;
    for (size_t i = 0; half + i < values.size(); ++i)
      values[i] = nn::combineElements(builder, loc, kind, values[i], values[half + i]);
    values.resize(half);
  }
  return values.front();
}

Value ingot::cpu::combineLanes(OpBuilder &builder, Location loc, nn::ReduceKind kind,
                               Value vector) {
  for (int64_t lanes = cast<VectorType>(vector.getType()).getNumElements() / 2; lanes; lanes /= 2) {
    auto part = [&](int64_t from) -> Value {
      return vector::ExtractStridedSliceOp::create(builder, loc, vector, ArrayRef<int64_t>{from},
                                                   ArrayRef<int64_t>{lanes}, ArrayRef<int64_t>{1});
    };
    vector = nn::combineElements(builder, loc, kind, part(0), part(lanes));
  }
  return vector::ExtractOp::create(builder, loc, vector, ArrayRef<int64_t>{0});
}
