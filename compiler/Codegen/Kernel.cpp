#include "compiler/Codegen/Kernel.h"

#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

SmallVector<Value> Tensor::physicalIndex(OpBuilder &builder, Location loc, ValueRange index) const {
  SmallVector<Value> physical(index);
  if (auto permuted = dyn_cast_or_null<kernel::PermutedAttr>(type.getEncoding()))
    return *affine::expandAffineMap(builder, loc, permuted.getMap(), index);
  auto blocked = dyn_cast_or_null<kernel::BlockedAttr>(type.getEncoding());
  if (!blocked)
    return physical;
  Value size = arith::ConstantIndexOp::create(builder, loc, blocked.getBlock());
  Value last = physical.pop_back_val();
  physical.insert(physical.begin(), arith::DivUIOp::create(builder, loc, last, size));
  physical.push_back(arith::RemUIOp::create(builder, loc, last, size));
  return physical;
}

Value Tensor::load(OpBuilder &builder, Location loc, ValueRange index) const {
  return memref::LoadOp::create(builder, loc, memory, physicalIndex(builder, loc, index));
}

void Tensor::store(OpBuilder &builder, Location loc, Value element, ValueRange index) const {
  memref::StoreOp::create(builder, loc, element, memory, physicalIndex(builder, loc, index));
}

const Tensor *Kernel::output(Value value) const {
  auto yielded = kernel::LaunchOp(launch).getBody().front().getTerminator()->getOperands();
  for (auto [i, each] : llvm::enumerate(yielded))
    if (each == value)
      return &outputs[i];
  return nullptr;
}

bool ingot::codegen::isBatched(kernel::LaunchOp launch) {
  auto batched = [](Value value) { return nn::isBatched(value.getType()); };
  Block &body = launch.getBody().front();
  return llvm::any_of(body.getArguments(), batched) ||
         llvm::any_of(body, [&](Operation &op) { return llvm::any_of(op.getResults(), batched); });
}
