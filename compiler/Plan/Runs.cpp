// Runs of gradients beside the parameters that they belong to.

#include "compiler/Plan/Runs.h"

#include "compiler/Plan/Copies.h"
#include "compiler/Plan/Segments.h"
#include "compiler/Plan/Views.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::plan;

namespace {
class RunBuilder {
public:
  RunBuilder(train::StepOp step, int64_t batch, const llvm::DenseMap<Value, Place> &places)
      : step(step), batch(batch), places(places) {}

  FailureOr<Runs> run() {
    for (auto launch : llvm::to_vector(step.getBody().getOps<kernel::LaunchOp>())) {
      std::optional<Segments> segments = findSegments(launch);
      if (!segments)
        continue;
      for (ArrayRef<unsigned> group : segments->inputs)
        if (failed(addInputs(launch, group)))
          return failure();
      for (ArrayRef<unsigned> group : segments->results)
        if (failed(addResults(launch, group)))
          return failure();
    }
    return std::move(runs);
  }

private:
  bool hasPlace(Value value) { return places.contains(value); }

  LogicalResult addInputs(kernel::LaunchOp launch, ArrayRef<unsigned> group) {
    auto inputs = launch.getInputs();
    SmallVector<Value> values = llvm::map_to_vector(group, [&](unsigned i) { return inputs[i]; });
    SmallVector<int64_t> offsets = segmentOffsets(TypeRange(ValueRange(values)), batch);
    SmallVector<Value> roots = llvm::map_to_vector(values, rootOf);
    if (llvm::all_of(roots, [&](Value root) { return isa<BlockArgument>(root); }))
      return checkPlaces(launch, roots, offsets);
    if (llvm::all_of(roots, [&](Value root) { return hasPlace(root); }) &&
        liesSideBySide(roots, offsets))
      return success();
    // One value for several parameters lies beside the first.
    llvm::DenseSet<Value> seen;
    for (auto [i, root] : llvm::zip_equal(group, roots))
      if (!seen.insert(root).second)
        root = copyInput(launch, i);
    if (isFree(roots, offsets)) {
      addRun(roots, offsets);
      return success();
    }
    if (isRun(roots, offsets))
      return success();
    roots = llvm::map_to_vector(group, [&](unsigned i) { return copyInput(launch, i); });
    addRun(roots, offsets);
    return success();
  }

  Value copyInput(kernel::LaunchOp launch, unsigned i) {
    OpBuilder builder(launch);
    Value copy =
        insertCopy(builder, launch.getInputs()[i], (launch.getLayer() + ".copy_" + Twine(i)).str());
    launch.getInputsMutable()[i].set(copy);
    return copy;
  }

  LogicalResult addResults(kernel::LaunchOp launch, ArrayRef<unsigned> group) {
    SmallVector<Value> values =
        llvm::map_to_vector(group, [&](unsigned i) -> Value { return launch.getResult(i); });
    SmallVector<int64_t> offsets = segmentOffsets(TypeRange(ValueRange(values)), batch);
    // Successors puts all of them in place, or none.
    if (hasPlace(values.front()))
      return checkPlaces(launch, values, offsets);
    addRun(values, offsets);
    return success();
  }

  bool liesSideBySide(ArrayRef<Value> roots, ArrayRef<int64_t> offsets) {
    int64_t start = places.lookup(roots.front()).offset;
    return llvm::all_of(llvm::zip(roots, offsets), [&](auto pair) {
      Place place = places.lookup(std::get<0>(pair));
      return place.space == kernel::Space::Arena && place.offset == start + std::get<1>(pair);
    });
  }

  LogicalResult checkPlaces(kernel::LaunchOp launch, ArrayRef<Value> roots,
                            ArrayRef<int64_t> offsets) {
    if (liesSideBySide(roots, offsets))
      return success();
    return launch.emitOpError(
               "updates tensors in one pass that do not lie side by side in memory: give them in ")
           << "the order of the train.parameter ops, without gaps, or update them in launches of "
              "their own";
  }

  /// True if the values can be placed as this run: none has a place or belongs to a run.
  bool isFree(ArrayRef<Value> roots, ArrayRef<int64_t> offsets) {
    llvm::DenseSet<Value> seen;
    return llvm::all_of(llvm::enumerate(roots), [&](auto root) {
      Value value = root.value();
      auto type = cast<RankedTensorType>(value.getType());
      return !hasPlace(value) && !runOf.contains(value) && seen.insert(value).second &&
             kernel::physicalBytes(type, batch) <=
                 offsets[root.index() + 1] - offsets[root.index()];
    });
  }

  /// True if the values form a run already.
  bool isRun(ArrayRef<Value> roots, ArrayRef<int64_t> offsets) {
    auto found = runOf.find(roots.front());
    return found != runOf.end() && ArrayRef<Value>(runs[found->second].values) == roots &&
           ArrayRef<int64_t>(runs[found->second].offsets) == offsets;
  }

  void addRun(ArrayRef<Value> roots, ArrayRef<int64_t> offsets) {
    for (Value root : roots)
      runOf[root] = runs.size();
    runs.push_back({llvm::to_vector(roots), llvm::to_vector(offsets)});
  }

  train::StepOp step;
  int64_t batch;
  const llvm::DenseMap<Value, Place> &places;
  Runs runs;
  llvm::DenseMap<Value, unsigned> runOf;
};
} // namespace

FailureOr<Runs> plan::formRuns(train::StepOp step, int64_t batch,
                               const llvm::DenseMap<Value, Place> &places) {
  return RunBuilder(step, batch, places).run();
}
