// Maps whose operands have the domain's shape or are scalars: one pass over memory, whatever the
// shape.
//
// A launch of several maps with equal bodies is one pass too: `plan` put their operands side by
// side, each segment padded to 64 bytes, so that the pass goes over segments and padding alike.
// Units are stretches of `unit` elements.

#include "compiler/Codegen/CPU/Flat.h"
#include "compiler/Codegen/CPU/ScalarBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;
using namespace ingot::cpu;

/// Elements of all segments, each padded as plan places it; of a single batched map those of the
/// capacity.
static int64_t totalElements(kernel::LaunchOp launch, int64_t batch) {
  auto maps = llvm::to_vector(launch.getBody().front().getOps<nn::MapOp>());
  int64_t total = 0;
  for (nn::MapOp map : maps) {
    int64_t elements =
        kernel::physicalType(cast<RankedTensorType>(map.getResult(0).getType()), batch)
            .getNumElements();
    total += maps.size() == 1 ? elements : llvm::alignTo(elements, 16);
  }
  return total;
}

static LogicalResult emit(OpBuilder &builder, Kernel &kernel) {
  Location loc = kernel.launch.getLoc();
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  auto map = *kernel.launch.getBody().front().getOps<nn::MapOp>().begin();
  auto type = cast<RankedTensorType>(map.getResult(0).getType());
  int64_t total = totalElements(kernel.launch, kernel.batch),
          unit = kernel.launch.getSchedule()->getTile("unit");

  SmallVector<Value> sources, targets;
  for (auto [i, input] : llvm::enumerate(map.getInputs())) {
    Value memory = kernel.input(input).memory;
    bool scalar = map.getDims(i).empty() && type.getRank() > 0;
    sources.push_back(scalar ? memref::LoadOp::create(builder, loc, memory).getResult()
                             : flatView(builder, loc, memory, total));
  }
  for (Value result : map.getResults())
    targets.push_back(flatView(builder, loc, kernel.output(result)->memory, total));

  Value valid = index(total);
  if (nn::isBatched(type))
    valid = arith::MulIOp::create(builder, loc, kernel.count, index(nn::elementsPerRow(type)));
  auto clipped = [&](Value units) -> Value {
    return arith::MinSIOp::create(builder, loc,
                                  arith::MulIOp::create(builder, loc, units, index(unit)), valid);
  };
  forEachVector(
      builder, loc, clipped(kernel.begin), clipped(kernel.end), [&](Value offset, int64_t lanes) {
        SmallVector<Value> elements;
        for (Value source : sources)
          elements.push_back(isa<MemRefType>(source.getType())
                                 ? loadFlat(builder, loc, source, offset, lanes)
                                 : source);
        SmallVector<Value> results =
            buildScalarBody(builder, loc, map.getBody().front(), elements, lanes,
                            [&](int64_t) { return linearPositions(builder, loc, offset, lanes); });
        for (auto [result, target] : llvm::zip_equal(results, targets))
          storeFlat(builder, loc, result, target, offset);
      });
  return success();
}

const Emitter ingot::codegen::elementwiseEmitter = {
    [](kernel::LaunchOp launch, int64_t batch) -> int64_t {
      return llvm::divideCeil(totalElements(launch, batch), launch.getSchedule()->getTile("unit"));
    },
    emit,
    {"unit"},
    [](kernel::LaunchOp launch, int64_t) {
      return llvm::all_of(launch.getBody().front().without_terminator(),
                          [](Operation &op) { return isa<nn::MapOp>(op); });
    },
};
