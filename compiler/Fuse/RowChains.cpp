#include "compiler/Fuse/RowChains.h"

#include "dialects/NN/NN.h"

using namespace mlir;
using namespace ingot;

/// Elements of a row of all values that a chain may keep from one pass over the row to the next.
static constexpr int64_t mostKept = 32 * 1024;
/// Reductions of one pass: their sums must fit into registers.
static constexpr size_t mostReductions = 4;

static SmallVector<int64_t> domainOf(Operation *op) {
  return cast<StructureOpInterface>(op).getIterationDomain();
}

static SmallVector<int64_t> dimsOf(Operation *op, unsigned operand) {
  auto map = dyn_cast<nn::MapOp>(op);
  return map ? map.getDims(operand) : cast<nn::ReduceOp>(op).getDims(operand);
}

bool ingot::fuse::isRowChain(ArrayRef<Operation *> ops) {
  SmallVector<int64_t> shape;
  nn::ReduceOp reduce;
  for (Operation *op : ops) {
    if (!isa<nn::MapOp, nn::ReduceOp>(op))
      return false;
    SmallVector<int64_t> own = domainOf(op);
    if (own.size() > shape.size())
      shape = own;
    if (auto each = dyn_cast<nn::ReduceOp>(op))
      reduce = each;
  }
  if (!reduce)
    return false;
  size_t leading = reduce.getOutput().getType().getRank(), rank = shape.size();
  if (leading == 0)
    return false;
  int64_t kept = 0;
  for (Operation *op : ops) {
    SmallVector<int64_t> own = domainOf(op);
    if ((own.size() != rank && own.size() != leading) ||
        ArrayRef(own) != ArrayRef(shape).take_front(own.size()))
      return false;
    if (auto each = dyn_cast<nn::ReduceOp>(op))
      if (own.size() != rank || each.getAxes().size() != rank - leading ||
          each.getAxes().front() != static_cast<int64_t>(leading))
        return false;
    for (auto [i, input] : llvm::enumerate(op->getOperands()))
      if (llvm::is_contained(ops, input.getDefiningOp()) &&
          dimsOf(op, i) != nn::allDims(cast<RankedTensorType>(input.getType()).getRank()))
        return false;
    kept += isa<nn::MapOp>(op) && own.size() == rank;
  }
  int64_t row = 1;
  for (int64_t size : ArrayRef(shape).drop_front(leading))
    row *= size;
  return kept * row <= mostKept;
}

bool ingot::fuse::isReductionBundle(ArrayRef<Operation *> ops) {
  if (ops.size() > mostReductions)
    return false;
  auto first = dyn_cast<nn::ReduceOp>(ops.front());
  for (Operation *op : ops) {
    auto reduce = dyn_cast<nn::ReduceOp>(op);
    if (!reduce || reduce.getAxes() != first.getAxes() || domainOf(reduce) != domainOf(first))
      return false;
    for (Value input : op->getOperands())
      if (llvm::is_contained(ops, input.getDefiningOp()))
        return false;
    if (op != first && llvm::none_of(op->getOperands(), [&](Value input) {
          return llvm::is_contained(first->getOperands(), input);
        }))
      return false;
  }
  return true;
}
