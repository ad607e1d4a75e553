// The rows of a batch, gathered and mapped, or put elsewhere (Moves.cpp). A unit is a row.

#include "compiler/Codegen/CPU/Flat.h"
#include "compiler/Codegen/CPU/Moves.h"
#include "compiler/Codegen/CPU/ScalarBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;
using namespace ingot::cpu;

static LogicalResult emit(OpBuilder &builder, Kernel &kernel) {
  Location loc = kernel.launch.getLoc();
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Block &body = kernel.launch.getBody().front();
  if (isMove(body))
    return emitMove(builder, kernel);
  auto gather = *body.getOps<nn::GatherOp>().begin();
  auto maps = llvm::to_vector(body.getOps<nn::MapOp>());
  int64_t row = nn::elementsPerRow(gather.getOutput().getType()), total = row * kernel.batch;
  Value samples = flatView(builder, loc, kernel.input(gather.getSamples()).memory, total);
  Value order = kernel.input(gather.getOrder()).memory;
  Value output = flatView(builder, loc, kernel.outputs.front().memory, total);

  Value end = arith::MinSIOp::create(builder, loc, kernel.end, kernel.count);
  auto rows = scf::ForOp::create(builder, loc, kernel.begin, end, index(1));
  builder.setInsertionPointToStart(rows.getBody());
  Value sample = arith::IndexCastOp::create(
      builder, loc, builder.getIndexType(),
      memref::LoadOp::create(builder, loc, order, rows.getInductionVar()));
  Value from = arith::MulIOp::create(builder, loc, sample, index(row));
  Value to = arith::MulIOp::create(builder, loc, rows.getInductionVar(), index(row));
  forEachVector(builder, loc, index(0), index(row), [&](Value position, int64_t lanes) {
    Value element =
        loadFlat(builder, loc, samples, arith::AddIOp::create(builder, loc, from, position), lanes);
    if (!maps.empty())
      element = buildScalarBody(builder, loc, maps[0].getBody().front(), element, lanes)[0];
    storeFlat(builder, loc, element, output, arith::AddIOp::create(builder, loc, to, position));
  });
  return success();
}

const Emitter ingot::codegen::gatherEmitter = {
    [](kernel::LaunchOp, int64_t batch) -> int64_t { return batch; },
    emit,
    {},
    [](kernel::LaunchOp launch, int64_t) {
      Block &body = launch.getBody().front();
      return isa<nn::GatherOp>(body.front()) || isMove(body);
    },
};
