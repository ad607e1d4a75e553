// Schedules of launches that move memory rather than compute: maps, reductions, gathers.

#include "compiler/Schedule/Choose.h"

#include "compiler/Codegen/CPU/Columns.h"
#include "compiler/Codegen/CPU/Flat.h"
#include "compiler/Codegen/CPU/Moves.h"
#include "compiler/Codegen/CPU/Rows.h"
#include "compiler/Codegen/CPU/ScalarBody.h"
#include "dialects/NN/Resample.h"
#include "dialects/NN/ScalarRegion.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::schedule;

/// Elements of a unit of an elementwise launch: enough to be worth the handing out, few enough for
/// some threads.
static constexpr int64_t elementwiseUnit = 4096;

/// True if both maps read the same scalars at the same positions.
static bool sharesScalars(nn::MapOp a, nn::MapOp b) {
  return llvm::all_of(llvm::zip_equal(a.getInputs(), b.getInputs()), [](auto pair) {
    auto [left, right] = pair;
    return cast<RankedTensorType>(left.getType()).getRank() > 0 || left == right;
  });
}

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
    for (Value result : map.getResults())
      if (cast<RankedTensorType>(result.getType()).getEncoding() != type.getEncoding() ||
          !llvm::is_contained(result.getUsers(), body.getTerminator()))
        return false;
    if (type.getEncoding() && llvm::any_of(map.getBody().front(), [](Operation &inner) {
          return isa<nn::LinearIndexOp>(inner);
        }))
      return false;
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
                                                         OperationEquivalence::IgnoreLocations) ||
             !sharesScalars(first, map))
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

/// Vectors of columns of a unit: as many as make rows be read in long stretches, as long as some
/// units are left.
static int64_t columnVectors(const cpu::ColumnLaunch &form) {
  int64_t all = llvm::divideCeil(form.columns(), cpu::flatLanes);
  int64_t chunks = llvm::divideCeil(all, 4);
  while (form.stretches() * chunks < 8 && chunks < all)
    ++chunks;
  return llvm::divideCeil(all, chunks);
}

kernel::ScheduleAttr ingot::schedule::chooseElementwise(kernel::LaunchOp launch, int64_t batch) {
  Block &body = launch.getBody().front();
  if (isElementwise(body))
    return makeSchedule(launch, kernel::Algorithm::Elementwise, {{"unit", elementwiseUnit}},
                        "one pass over memory");
  if (isGather(body) || cpu::isMove(body))
    return makeSchedule(launch, kernel::Algorithm::Gather, {}, "a unit a row");
  if (isa<nn::ResampleOp>(body.front()))
    return makeSchedule(launch, kernel::Algorithm::Resample, {}, "a unit an image");
  if (auto form = cpu::ColumnLaunch::of(launch, batch)) {
    int64_t vectors = columnVectors(*form);
    return makeSchedule(
        launch, kernel::Algorithm::Columns, {{"vectors", vectors}},
        llvm::Twine(form->stretches()) + " x " +
            llvm::Twine(llvm::divideCeil(form->columns(), vectors * cpu::flatLanes)) + " units");
  }
  if (auto form = cpu::RowLaunch::of(launch, batch))
    return makeSchedule(launch, kernel::Algorithm::Rows,
                        {{"pieces", std::max<int64_t>(1, elementwiseUnit / form->pieceElements())}},
                        "rows of " + llvm::Twine(form->rowElements()));
  return makeSchedule(launch, kernel::Algorithm::Reference, {}, "too small, or of no tuned class");
}
