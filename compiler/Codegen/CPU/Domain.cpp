#include "compiler/Codegen/CPU/Domain.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::cpu;

Domain::Domain(ArrayRef<int64_t> shape, int64_t batch)
    : shape(shape), batch(batch), apart(shape.size(), false) {}

void Domain::access(ArrayRef<int64_t> dims) {
  std::optional<bool> before;
  for (auto [dim, size] : llvm::enumerate(shape)) {
    if (size == 1)
      continue;
    bool runs = llvm::is_contained(dims, dim);
    if (before && *before != runs)
      apart[dim] = true;
    before = runs;
  }
}

void Domain::separate(int64_t dim) {
  int64_t rank = shape.size();
  while (dim < rank && shape[dim] == 1)
    ++dim;
  if (dim < rank)
    apart[dim] = true;
}

void Domain::positionsOf(Block &body) {
  for (auto index : body.getOps<nn::IndexOp>()) {
    separate(index.getDim());
    separate(index.getDim() + 1);
  }
}

SmallVector<SmallVector<int64_t>> Domain::groups() const {
  SmallVector<SmallVector<int64_t>> groups;
  for (auto [dim, size] : llvm::enumerate(shape)) {
    if (size == 1)
      continue;
    if (groups.empty() || apart[dim])
      groups.emplace_back();
    groups.back().push_back(dim);
  }
  return groups;
}

unsigned Domain::rankBefore(int64_t dim) const {
  return llvm::count_if(groups(), [&](ArrayRef<int64_t> group) { return group.front() < dim; });
}

int64_t Domain::capacity(unsigned i) const {
  int64_t size = 1;
  SmallVector<int64_t> group = groups()[i];
  for (int64_t dim : group)
    size *= ShapedType::isDynamic(shape[dim]) ? batch : shape[dim];
  return size;
}

bool Domain::isDynamic(unsigned i) const {
  return ShapedType::isDynamic(shape[groups()[i].front()]);
}

Value Domain::size(OpBuilder &builder, Location loc, unsigned i, Value count) const {
  if (!isDynamic(i))
    return arith::ConstantIndexOp::create(builder, loc, capacity(i));
  return arith::MulIOp::create(builder, loc, count,
                               arith::ConstantIndexOp::create(builder, loc, capacity(i) / batch));
}

SmallVector<int64_t> Domain::strides(ArrayRef<int64_t> dims) const {
  SmallVector<int64_t> ofDim(shape.size(), 0), result;
  int64_t stride = 1;
  for (int64_t dim : llvm::reverse(dims)) {
    ofDim[dim] = stride;
    stride *= ShapedType::isDynamic(shape[dim]) ? batch : shape[dim];
  }
  for (ArrayRef<int64_t> group : groups())
    result.push_back(ofDim[group.back()]);
  return result;
}

Value Domain::position(OpBuilder &builder, Location loc, int64_t dim, ValueRange point) const {
  for (auto [i, group] : llvm::enumerate(groups()))
    if (group.front() == dim)
      return point[i];
  return arith::ConstantIndexOp::create(builder, loc, 0);
}

Value ingot::cpu::offsetAt(OpBuilder &builder, Location loc, ValueRange point,
                           ArrayRef<int64_t> strides) {
  Value offset;
  for (auto [position, stride] : llvm::zip(point, strides)) {
    if (!stride)
      continue;
    Value step = position;
    if (stride != 1)
      step = arith::MulIOp::create(builder, loc, step,
                                   arith::ConstantIndexOp::create(builder, loc, stride));
    offset = offset ? arith::AddIOp::create(builder, loc, offset, step).getResult() : step;
  }
  return offset ? offset : arith::ConstantIndexOp::create(builder, loc, 0).getResult();
}

SmallVector<Value> ingot::cpu::pointOf(OpBuilder &builder, Location loc, Value number,
                                       ArrayRef<int64_t> sizes) {
  SmallVector<Value> point(sizes.size());
  for (size_t i = sizes.size(); i-- > 1;) {
    Value size = arith::ConstantIndexOp::create(builder, loc, sizes[i]);
    point[i] = arith::RemUIOp::create(builder, loc, number, size);
    number = arith::DivUIOp::create(builder, loc, number, size);
  }
  if (!sizes.empty())
    point[0] = number;
  return point;
}
