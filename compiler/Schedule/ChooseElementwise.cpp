// Schedules of launches that move memory rather than compute: maps, reductions, gathers.

#include "compiler/Schedule/Choose.h"

#include "compiler/Codegen/CPU/Moves.h"
#include "compiler/Codegen/CPU/ScalarBody.h"
#include "dialects/NN/ScalarRegion.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::schedule;

/// Elements of a unit of an elementwise launch: enough to be worth the handing out, few enough for
/// some threads.
static constexpr int64_t elementwiseUnit = 4096;

/// All ops are maps of the same function whose operands have the domain's shape and layout, or are
/// scalars. A single one may use positions in the whole domain.
static bool isElementwise(Block &body) {
  nn::MapOp first;
  bool single = std::next(body.begin()) == body.without_terminator().end();
  for (Operation &op : body.without_terminator()) {
    auto map = dyn_cast<nn::MapOp>(op);
    if (!map || !cpu::isVectorizable(map.getBody().front(), /*withPositions=*/false,
                                     /*withLinearPositions=*/single))
      return false;
    auto type = cast<RankedTensorType>(map.getResult(0).getType());
    for (auto [i, input] : llvm::enumerate(map.getInputs())) {
      if (!isa<BlockArgument>(input))
        return false;
      bool scalar = map.getDims(i).empty();
      if (!scalar && (map.getDims(i) != nn::allDims(type.getRank()) ||
                      cast<RankedTensorType>(input.getType()).getEncoding() != type.getEncoding()))
        return false;
    }
    if (!first)
      first = map;
    else if (nn::isBatched(type) || type.getRank() == 0 ||
             !OperationEquivalence::isRegionEquivalentTo(&first.getBody(), &map.getBody(),
                                                         OperationEquivalence::IgnoreLocations))
      return false;
  }
  return first && first.getNumOperands() > 0;
}

/// A gather of plain elements and at most one map of it.
static bool isGather(Block &body) {
  auto ops = body.without_terminator();
  auto gather = dyn_cast<nn::GatherOp>(*ops.begin());
  if (!gather || std::distance(ops.begin(), ops.end()) > 2)
    return false;
  auto map = std::distance(ops.begin(), ops.end()) == 2
                 ? dyn_cast<nn::MapOp>(*std::next(ops.begin()))
                 : nn::MapOp();
  if (std::distance(ops.begin(), ops.end()) == 2 &&
      (!map || map.getNumOperands() != 1 || !cpu::isVectorizable(map.getBody().front())))
    return false;
  return true;
}

/// One floating sum along all dimensions but the last, of operands of the domain's shape.
static bool isColumnSums(Block &body) {
  auto ops = body.without_terminator();
  auto reduce = dyn_cast<nn::ReduceOp>(*ops.begin());
  if (!reduce || std::next(ops.begin()) != ops.end() || reduce.getKind() != nn::ReduceKind::Sum ||
      !reduce.getOutput().getType().getElementType().isF32() ||
      reduce.getOutput().getType().getRank() != 1 || reduce.getAxes().size() == 0 ||
      reduce.getOutput().getType().getEncoding())
    return false;
  int64_t rank = reduce.getAxes().size() + 1;
  if (llvm::is_contained(reduce.getAxes(), rank - 1) ||
      !cpu::isVectorizable(reduce.getBody().front()))
    return false;
  for (auto [i, input] : llvm::enumerate(reduce.getInputs())) {
    auto type = cast<RankedTensorType>(input.getType());
    if (reduce.getDims(i) != nn::allDims(rank) || type.getEncoding() ||
        !type.getElementType().isF32())
      return false;
  }
  return true;
}

kernel::ScheduleAttr ingot::schedule::chooseElementwise(kernel::LaunchOp launch) {
  Block &body = launch.getBody().front();
  if (isElementwise(body))
    return makeSchedule(launch, kernel::Algorithm::Elementwise, {{"unit", elementwiseUnit}},
                        "one pass over memory");
  if (isGather(body) || cpu::isMove(body))
    return makeSchedule(launch, kernel::Algorithm::Gather, {}, "a unit a row");
  if (isColumnSums(body))
    return makeSchedule(launch, kernel::Algorithm::ColumnSums, {},
                        "eight sums against the latency of additions");
  return makeSchedule(launch, kernel::Algorithm::Reference, {}, "too small, or of no tuned class");
}
