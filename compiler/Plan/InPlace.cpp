// Proof of in-place writes, from the structure of the ops in a launch's region.
//
// How a kernel orders the work of its region is the emitter's choice: it may fuse ops point by
// point, run them one after another, or compute a value anew for each of its readers. The proof
// must hold for all of these, so it accepts one chain of ops only: the old value is read by a
// single op, this op's results are read by at most one further op, and so on, up to an op that
// yields the result. Each op reads and writes element by element, at the same place.

#include "compiler/Plan/InPlace.h"

#include "compiler/Plan/Views.h"
#include "dialects/Interfaces/Interfaces.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace ingot;

/// True if `op` computes each element of its results from elements of `values` at the same place.
static bool isElementwiseIn(Operation *op, ArrayRef<Value> values) {
  auto structure = dyn_cast<StructureOpInterface>(op);
  // A result that is filled before the first point has lost the old value by then.
  if (!structure || structure.getInit())
    return false;
  SmallVector<AffineMap> maps = structure.getIndexingMaps();
  ArrayRef<AffineMap> results = ArrayRef(maps).take_back(op->getNumResults());
  // A permutation of the whole domain: nothing is reduced.
  if (!llvm::all_of(results, [](AffineMap map) { return map.isPermutation(); }) ||
      !llvm::all_equal(results))
    return false;
  for (OpOperand &operand : op->getOpOperands())
    if (llvm::is_contained(values, operand.get()) &&
        maps[operand.getOperandNumber()] != results.front())
      return false;
  return true;
}

/// The single op among the users of `values` that is not the terminator; null if there is none,
/// failure if there are several.
static FailureOr<Operation *> singleReader(ArrayRef<Value> values, Operation *terminator) {
  Operation *reader = nullptr;
  for (Value value : values)
    for (Operation *user : value.getUsers()) {
      if (user == terminator || user == reader)
        continue;
      if (reader)
        return failure();
      reader = user;
    }
  return reader;
}

static bool isChainTo(Value yielded, SmallVector<Value> values, Operation *terminator) {
  // An old value that is yielded as it is would be overwritten.
  for (Value value : values)
    if (llvm::is_contained(value.getUsers(), terminator))
      return false;
  while (true) {
    FailureOr<Operation *> reader = singleReader(values, terminator);
    if (failed(reader) || !*reader || !isElementwiseIn(*reader, values))
      return false;
    values = llvm::to_vector_of<Value>((*reader)->getResults());
    if (llvm::is_contained(values, yielded))
      break;
  }
  // The result is the chain's end: a later op would read elements that may be computed anew.
  FailureOr<Operation *> later = singleReader(values, terminator);
  return succeeded(later) && !*later;
}

bool plan::canWriteOver(OpResult result, BlockArgument old) {
  auto launch = dyn_cast<kernel::LaunchOp>(result.getOwner());
  if (!launch || result.getType() != old.getType())
    return false;
  SmallVector<Value> read;
  bool ordered = true;
  forEachUse(old, [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (user == launch)
      read.push_back(launch.getBody().front().getArgument(use.getOperandNumber()));
    else if (!user->isBeforeInBlock(launch))
      ordered = false;
  });
  if (!ordered)
    return false;
  llvm::erase_if(read, [](Value value) { return value.use_empty(); });
  Operation *terminator = launch.getBody().front().getTerminator();
  return read.empty() ||
         isChainTo(terminator->getOperand(result.getResultNumber()), read, terminator);
}
