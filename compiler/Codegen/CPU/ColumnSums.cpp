// A sum along all dimensions but the last of one operand: the gradient of a bias. A unit is a
// vector of columns; it adds `accumulators` rows at a time to as many sums, since one chain of
// additions would wait for its own latency. The order of additions depends on nothing but the
// shape.

#include "compiler/Codegen/CPU/Flat.h"
#include "compiler/Codegen/CPU/ScalarBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;
using namespace ingot::cpu;

static constexpr int64_t accumulators = 8;

namespace {
class ColumnSums {
public:
  ColumnSums(OpBuilder &builder, Kernel &kernel)
      : builder(builder), kernel(kernel), loc(kernel.launch.getLoc()),
        reduce(*kernel.launch.getBody().front().getOps<nn::ReduceOp>().begin()) {}

  LogicalResult run() {
    auto input = cast<RankedTensorType>(reduce.getInputs()[0].getType());
    columns = input.getShape().back();
    rowsPerSample = nn::elementsPerRow(input) / columns;
    for (Value value : reduce.getInputs())
      sources.push_back(flatView(builder, loc, kernel.input(value).memory,
                                 kernel.batch * rowsPerSample * columns));
    Value target = flatView(builder, loc, kernel.outputs.front().memory, columns);
    auto units = scf::ForOp::create(builder, loc, kernel.begin, kernel.end, index(1));
    builder.setInsertionPointToStart(units.getBody());
    Value first = arith::MulIOp::create(builder, loc, units.getInductionVar(), index(flatLanes));
    Value left = arith::SubIOp::create(builder, loc, index(columns), first);
    mask = vector::CreateMaskOp::create(builder, loc,
                                        VectorType::get({flatLanes}, builder.getI1Type()), left);
    vector::MaskedStoreOp::create(builder, loc, target, first, mask, sum(first));
    return success();
  }

private:
  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

  Value element(Value row, Value first) {
    Value offset = arith::AddIOp::create(
        builder, loc, arith::MulIOp::create(builder, loc, row, index(columns)), first);
    SmallVector<Value> elements;
    auto type = VectorType::get({flatLanes}, builder.getF32Type());
    Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
    for (Value source : sources)
      elements.push_back(
          vector::MaskedLoadOp::create(builder, loc, type, source, offset, mask, zero));
    return buildScalarBody(builder, loc, reduce.getBody().front(), elements, flatLanes)[0];
  }

  Value add(Value a, Value b) { return arith::AddFOp::create(builder, loc, a, b); }

  /// Loop over rows from `from` to `to` by `sums.size()`, adding row i to sum i.
  SmallVector<Value> addRows(Value from, Value to, SmallVector<Value> sums, Value first) {
    auto loop = scf::ForOp::create(builder, loc, from, to, index(sums.size()), sums);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> next;
    for (auto [i, carried] : llvm::enumerate(loop.getRegionIterArgs()))
      next.push_back(add(
          carried,
          element(arith::AddIOp::create(builder, loc, loop.getInductionVar(), index(i)), first)));
    scf::YieldOp::create(builder, loc, next);
    return llvm::to_vector_of<Value>(loop.getResults());
  }

  Value sum(Value first) {
    Value rows = index(rowsPerSample);
    if (kernel.count)
      rows = arith::MulIOp::create(builder, loc, kernel.count, rows);
    Value rest = arith::RemUIOp::create(builder, loc, rows, index(accumulators));
    Value middle = arith::SubIOp::create(builder, loc, rows, rest);
    Value zero = arith::ConstantOp::create(
        builder, loc, builder.getZeroAttr(VectorType::get({flatLanes}, builder.getF32Type())));
    SmallVector<Value> sums =
        addRows(index(0), middle, SmallVector<Value>(accumulators, zero), first);
    while (sums.size() > 1) {
      size_t half = sums.size() / 2;
      for (size_t i = 0; i < half; ++i)
        sums[i] = add(sums[i], sums[half + i]);
      sums.resize(half);
    }
    return addRows(middle, rows, sums, first)[0];
  }

  OpBuilder &builder;
  Kernel &kernel;
  Location loc;
  nn::ReduceOp reduce;
  int64_t columns = 0, rowsPerSample = 0;
  SmallVector<Value> sources;
  Value mask;
};
} // namespace

const Emitter ingot::codegen::columnSumsEmitter = {
    [](kernel::LaunchOp launch, int64_t) -> int64_t {
      auto reduce = *launch.getBody().front().getOps<nn::ReduceOp>().begin();
      return llvm::divideCeil(reduce.getOutput().getType().getDimSize(0), flatLanes);
    },
    [](OpBuilder &builder, Kernel &kernel) { return ColumnSums(builder, kernel).run(); },
};
