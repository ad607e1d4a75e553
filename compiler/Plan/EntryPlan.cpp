// From a step's launches to lifetimes, places and dependencies.

#include "compiler/Plan/EntryPlan.h"

#include "compiler/Plan/Arguments.h"
#include "compiler/Plan/Dependencies.h"
#include "compiler/Plan/Placement.h"
#include "compiler/Plan/Runs.h"
#include "compiler/Plan/Views.h"
#include "dialects/NN/NN.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::plan;

namespace {
class Planner {
public:
  Planner(train::StepOp step, int64_t state)
      : step(step), state(state), batch(step->getParentOfType<train::ProgramOp>().getBatch()) {}

  FailureOr<EntryPlan> run() {
    if (failed(checkOps()) || failed(placeArguments(step, plan.places)))
      return failure();
    FailureOr<InPlace> inPlace = resolveSuccessors(step);
    if (failed(inPlace))
      return failure();
    for (auto [result, parameter] : *inPlace)
      plan.places[result] = plan.places.lookup(parameter);
    FailureOr<Runs> runs = formRuns(step, batch, plan.places);
    if (failed(runs))
      return failure();
    number();
    collectItems(*runs);
    if (failed(placeItems()))
      return failure();
    order();
    return std::move(plan);
  }

private:
  /// True if the elements lie in the same order under both types: in plain layouts, and in blocks
  /// of a last dimension that stays.
  static bool keepsOrder(nn::ReshapeOp view) {
    auto input = view.getInput().getType(), output = view.getOutput().getType();
    if (!input.getEncoding() && !output.getEncoding())
      return true;
    return isa_and_nonnull<kernel::BlockedAttr>(input.getEncoding()) &&
           input.getEncoding() == output.getEncoding() &&
           input.getShape().back() == output.getShape().back();
  }

  LogicalResult checkOps() {
    for (Operation &op : step.getBody().front().without_terminator()) {
      if (!isa<kernel::LaunchOp, nn::ReshapeOp>(op))
        return op.emitOpError("is in no launch: run the phases before plan");
      if (auto view = dyn_cast<nn::ReshapeOp>(op); view && !keepsOrder(view))
        return view.emitOpError("is a view, so that its types may not have a layout: ")
               << view.getInput().getType() << " and " << view.getOutput().getType();
    }
    return success();
  }

  int64_t bytesOf(Value value) {
    return kernel::physicalBytes(cast<RankedTensorType>(value.getType()), batch);
  }

  void number() {
    for (auto launch : step.getBody().getOps<kernel::LaunchOp>()) {
      position[launch] = plan.launches.size();
      plan.launches.push_back(launch);
    }
  }

  /// The launches from the one that writes `value` to the last that reads it; what the step returns
  /// lives beyond the last launch.
  Part partOf(Value value, int64_t offset) {
    int64_t first = position.lookup(value.getDefiningOp());
    Part part{offset, bytesOf(value), first, first};
    forEachUse(value, [&](OpOperand &use) {
      bool returned = isa<train::ReturnOp>(use.getOwner());
      part.last = std::max<int64_t>(part.last, returned ? plan.launches.size()
                                                        : position.lookup(use.getOwner()));
    });
    return part;
  }

  void collectItems(const Runs &runs) {
    for (const Run &run : runs) {
      Item &item = items.emplace_back();
      for (auto [value, offset] : llvm::zip(run.values, run.offsets))
        addPart(item, value, offset);
    }
    for (kernel::LaunchOp launch : plan.launches)
      for (Value result : launch.getResults())
        if (!plan.places.contains(result) && !slots.contains(result))
          addPart(items.emplace_back(), result, 0);
    for (kernel::LaunchOp launch : plan.launches) {
      llvm::SetVector<unsigned> used;
      for (Value value : valuesOf(launch))
        if (auto slot = slots.find(value); slot != slots.end())
          used.insert(slot->second.item);
      for (unsigned item : used)
        items[item].peers.insert(items[item].peers.end(), used.begin(), used.end());
    }
  }

  void addPart(Item &item, Value value, int64_t offset) {
    slots[value] = {static_cast<unsigned>(items.size() - 1), offset};
    item.parts.push_back(partOf(value, offset));
  }

  static SmallVector<Value> valuesOf(kernel::LaunchOp launch) {
    SmallVector<Value> values = llvm::map_to_vector(launch.getInputs(), rootOf);
    llvm::append_range(values, launch.getResults());
    return values;
  }

  LogicalResult placeItems() {
    Placement placement = place(items);
    if (std::optional<std::string> fault = findFault(items, placement))
      return step.emitOpError("has no valid memory plan: ") << *fault;
    for (auto [value, slot] : slots)
      plan.places[value] = {kernel::Space::Arena,
                            state + placement.offsets[slot.item] + slot.offset};
    plan.end = state + placement.bytes;
    return success();
  }

  void order() {
    std::vector<std::vector<Access>> accesses;
    for (kernel::LaunchOp launch : plan.launches) {
      auto &own = accesses.emplace_back();
      auto add = [&](Value value, bool written) {
        Place place = plan.places.lookup(rootOf(value));
        if (place.space == kernel::Space::Arena)
          own.push_back({place.offset, place.offset + alignUp(bytesOf(value)), written});
      };
      for (Value input : launch.getInputs())
        add(input, false);
      for (Value result : launch.getResults())
        add(result, true);
    }
    for (const std::vector<int64_t> &after : dependencies(accesses))
      plan.after.emplace_back(after.begin(), after.end());
  }

  struct Slot {
    unsigned item;
    int64_t offset;
  };

  train::StepOp step;
  int64_t state, batch;
  EntryPlan plan;
  llvm::DenseMap<Operation *, int64_t> position;
  std::vector<Item> items;
  llvm::MapVector<Value, Slot> slots;
};
} // namespace

FailureOr<EntryPlan> plan::planEntry(train::StepOp step, int64_t state) {
  return Planner(step, state).run();
}
