// Groups the ops of a step into launches.
//
//   %1 = nn.conv2d %x, %w
//   %2 = nn.map (%1, %bias) { add; relu }
//     ->
//   %2 = kernel.launch "conv2d" (%a = %x, %b = %w, %c = %bias) {
//     %1 = nn.conv2d %a, %b
//     %2 = nn.map (%1, %c) { add; relu }
//     kernel.yield %2
//   }
//
// A launch has one of these forms:
//   - an op that takes an epilogue (anchor), such as a contraction, and the map that alone reads
//     it;
//   - the updates of all parameters whose update is the same function: one pass over memory;
//   - maps and reductions that go over the same rows together (RowChains.cpp);
//   - reductions of one domain that read the same: one pass over memory;
//   - small maps and reductions in sequence: a launch costs about as much as a few thousand
//     elements, so that ops below that size share one;
//   - any other op by itself.
// Groups are joined only if none of them waits for a launch in between. A map that reads a map was
// joined to it before (JoinMaps.cpp), and large reductions are two (SplitReductions.cpp); a reshape
// stays outside, a view.

#include "compiler/Fuse/JoinMaps.h"
#include "compiler/Fuse/RowChains.h"
#include "compiler/Fuse/SplitGradFilters.h"
#include "compiler/Fuse/SplitReductions.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/Epilogues.h"
#include "dialects/NN/ScalarRegion.h"
#include "dialects/Train/Train.h"
#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/SetVector.h"

#include "compiler/Pipeline/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_FUSE
#include "compiler/Pipeline/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// Domains of at most so many points are worth less than a launch of their own.
static constexpr int64_t smallDomain = 4096;

namespace {
/// The ops of one launch, in order.
using Group = SmallVector<Operation *>;

class Grouping {
public:
  Grouping(train::StepOp step, int64_t batch) : body(step.getBody().front()), batch(batch) {}

  LogicalResult run() {
    groupUpdates();
    groupEpilogues();
    for (Operation &op : body.without_terminator())
      if (!isa<nn::ReshapeOp>(op) && !groupOf.contains(&op))
        add({&op}, /*whole=*/false);
    joinRowChains();
    joinReductions();
    joinSmallOps();
    for (Group *group : inOrder())
      emit(*group);
    if (!sortTopologically(&body))
      return body.getParentOp()->emitOpError("has launches that need one another");
    return success();
  }

private:
  /// `whole` groups are not joined with others.
  void add(Group group, bool whole) {
    groups.push_back(std::make_unique<Group>(std::move(group)));
    for (Operation *op : *groups.back())
      groupOf[op] = groups.back().get();
    if (whole)
      wholeGroups.insert(groups.back().get());
  }

  //===- Which ops go together ----------------------------------------------------------------===//

  /// Maps whose results are successors of parameters, neighbours with the same function together.
  void groupUpdates() {
    SmallVector<Group> updates;
    for (OpOperand &result : body.getTerminator()->getOpOperands()) {
      auto map = result.get().getDefiningOp<nn::MapOp>();
      if (!map || !fuse::isUpdate(map) || result.get() != map.getResult(0))
        continue;
      // Parameters lie in memory in this order: a launch takes only neighbours.
      auto alike = [&](const Group &group) {
        return sharesScalars(group.front(), map) &&
               OperationEquivalence::isRegionEquivalentTo(&group.front()->getRegion(0),
                                                          &map.getBody(),
                                                          OperationEquivalence::IgnoreLocations);
      };
      if (updates.empty() || !alike(updates.back()))
        updates.push_back({map});
      else
        updates.back().push_back(map);
    }
    for (Group &group : updates)
      add(std::move(group), /*whole=*/true);
  }

  /// True if both read the same scalars at the same positions.
  static bool sharesScalars(Operation *a, Operation *b) {
    return a->getNumOperands() == b->getNumOperands() &&
           llvm::all_of(llvm::zip(a->getOperands(), b->getOperands()), [](auto pair) {
             auto [left, right] = pair;
             return cast<RankedTensorType>(left.getType()).getRank() > 0 || left == right;
           });
  }

  /// An anchor and the map that alone reads it.
  void groupEpilogues() {
    for (Operation &op : body.without_terminator()) {
      if (!nn::takesEpilogue(&op))
        continue;
      Group group{&op};
      if (op.getResult(0).hasOneUse()) {
        OpOperand &use = *op.getResult(0).use_begin();
        auto map = dyn_cast<nn::MapOp>(use.getOwner());
        if (map && !groupOf.contains(map) && map.getNumResults() == 1 &&
            !fuse::usesPositions(map) &&
            map.getDims(use.getOperandNumber()) == nn::allDims(map.getIterationDomain().size()))
          group.push_back(map);
      }
      add(std::move(group), /*whole=*/true);
    }
  }

  /// A map or reduction of few points.
  bool isSmall(Operation *op) {
    if (!isa<nn::MapOp, nn::ReduceOp>(op))
      return false;
    int64_t points = 1;
    for (int64_t size : cast<StructureOpInterface>(op).getIterationDomain())
      points *= ShapedType::isDynamic(size) ? batch : size;
    return points <= smallDomain;
  }

  /// Producers and consumers that go over the same rows, as long as there are some.
  void joinRowChains() {
    for (bool changed = true; changed;) {
      changed = false;
      for (Operation &op : body.without_terminator())
        for (Value operand : op.getOperands())
          if (Operation *before = operand.getDefiningOp())
            changed |= joinIf(groupOf.lookup(before), groupOf.lookup(&op), [&](const Group &ops) {
              return fuse::isRowChain(ops) &&
                     !llvm::all_of(ops, [&](Operation *each) { return isSmall(each); });
            });
    }
  }

  /// Large reductions that read the same.
  void joinReductions() {
    auto reduces = llvm::to_vector(body.getOps<nn::ReduceOp>());
    for (auto [i, later] : llvm::enumerate(reduces))
      for (nn::ReduceOp earlier : ArrayRef(reduces).take_front(i))
        if (!isSmall(later))
          joinIf(groupOf.lookup(earlier), groupOf.lookup(later), fuse::isReductionBundle);
  }

  /// Small ops in program order.
  void joinSmallOps() {
    Group *current = nullptr;
    for (Operation &op : body.without_terminator()) {
      Group *group = groupOf.lookup(&op);
      if (!isSmall(&op) || group->size() > 1 || wholeGroups.contains(group))
        continue;
      if (!joinIf(current, group, [](const Group &ops) { return !isOneFunction(ops); }))
        current = group;
    }
  }

  /// Maps of one function, which later phases take for updates of parameters that lie side by side.
  static bool isOneFunction(const Group &ops) {
    return llvm::all_of(ops, [&](Operation *op) {
      return isa<nn::MapOp>(op) && isa<nn::MapOp>(ops.front()) &&
             OperationEquivalence::isRegionEquivalentTo(&ops.front()->getRegion(0),
                                                        &op->getRegion(0),
                                                        OperationEquivalence::IgnoreLocations);
    });
  }

  /// Puts `from` into `into` if the ops of both are a group as `fits` wants it and no launch would
  /// have to lie between the two.
  bool joinIf(Group *into, Group *from, function_ref<bool(const Group &)> fits) {
    if (!into || !from || into == from || wholeGroups.contains(into) || wholeGroups.contains(from))
      return false;
    Group joined(*into);
    llvm::append_range(joined, *from);
    llvm::sort(joined, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    if (!fits(joined) || readsItself(joined) || isBetween(into, from) || isBetween(from, into))
      return false;
    *into = std::move(joined);
    for (Operation *op : *from)
      groupOf[op] = into;
    from->clear();
    return true;
  }

  /// True if an op reads what another has made through a reshape, which lies outside of the launch
  /// and would need its result.
  static bool readsItself(const Group &group) {
    return llvm::any_of(group, [&](Operation *op) {
      return llvm::any_of(op->getOperands(), [&](Value operand) {
        return operand.getDefiningOp<nn::ReshapeOp>() &&
               llvm::is_contained(group, beforeReshapes(operand));
      });
    });
  }

  /// True if some third group needs `first` and is needed by `last`.
  bool isBetween(Group *first, Group *last) {
    llvm::SetVector<Group *> needed;
    auto addNeededBy = [&](Group *group) {
      for (Operation *op : *group)
        for (Value operand : op->getOperands())
          if (Group *before = producer(operand))
            needed.insert(before);
    };
    addNeededBy(last);
    needed.remove(first);
    needed.remove(last);
    for (size_t i = 0; i < needed.size(); ++i)
      addNeededBy(needed[i]);
    return needed.contains(first);
  }

  //===- From groups to launches --------------------------------------------------------------===//

  /// The groups, each after those whose results it needs.
  SmallVector<Group *> inOrder() {
    llvm::SetVector<Group *> ordered;
    std::function<void(Group *)> visit = [&](Group *group) {
      if (ordered.contains(group))
        return;
      for (Operation *op : *group)
        for (Value operand : op->getOperands())
          if (Group *before = producer(operand); before && before != group)
            visit(before);
      ordered.insert(group);
    };
    for (Operation &op : body.without_terminator())
      if (Group *group = groupOf.lookup(&op))
        visit(group);
    return ordered.takeVector();
  }

  static Operation *beforeReshapes(Value value) {
    Operation *op = value.getDefiningOp();
    while (op && isa<nn::ReshapeOp>(op))
      op = op->getOperand(0).getDefiningOp();
    return op;
  }

  Group *producer(Value value) {
    Operation *op = beforeReshapes(value);
    return op ? groupOf.lookup(op) : nullptr;
  }

  void emit(Group &group) {
    llvm::SetVector<Value> inputs;
    SmallVector<Value> outputs;
    auto inside = [&](Operation *op) { return llvm::is_contained(group, op); };
    for (Operation *op : group) {
      for (Value operand : op->getOperands())
        if (!operand.getDefiningOp() || !inside(operand.getDefiningOp()))
          inputs.insert(operand);
      for (Value result : op->getResults())
        if (llvm::any_of(result.getUsers(), [&](Operation *user) { return !inside(user); }))
          outputs.push_back(result);
    }
    // What several updates read (one gradient of two weights) is an operand for each of them, since
    // each needs it beside its own neighbours.
    SmallVector<std::pair<Operation *, Value>> further;
    for (Operation *op : group)
      if (isa<nn::MapOp>(op) &&
          llvm::is_contained(op->getResult(0).getUsers(), body.getTerminator()))
        for (Value operand : op->getOperands())
          if (inputs.contains(operand) && cast<RankedTensorType>(operand.getType()).getRank() > 0 &&
              llvm::any_of(group, [&](Operation *other) {
                return other != op && other->isBeforeInBlock(op) &&
                       llvm::is_contained(other->getOperands(), operand);
              }))
            further.push_back({op, operand});
    SmallVector<Value> operands(inputs.getArrayRef());
    llvm::append_range(operands, llvm::make_second_range(further));
    Operation *anchor = group.front();
    OpBuilder builder(body.getTerminator());
    auto launch =
        kernel::LaunchOp::create(builder, anchor->getLoc(), TypeRange(ValueRange(outputs)),
                                 builder.getStringAttr(launchName(group)), operands, ValueRange(),
                                 kernel::ScheduleAttr(), DenseI64ArrayAttr());
    Block &block = launch.getBody().emplaceBlock();
    IRMapping mapping;
    for (Value input : inputs)
      mapping.map(input, block.addArgument(input.getType(), input.getLoc()));
    builder.setInsertionPointToEnd(&block);
    for (Operation *op : group) {
      Operation *clone = builder.clone(*op, mapping);
      for (auto [reader, value] : further)
        if (reader == op)
          clone->replaceUsesOfWith(mapping.lookup(value),
                                   block.addArgument(value.getType(), value.getLoc()));
    }
    SmallVector<Value> yielded;
    for (Value output : outputs)
      yielded.push_back(mapping.lookup(output));
    kernel::YieldOp::create(builder, anchor->getLoc(), yielded);
    for (auto [output, result] : llvm::zip_equal(outputs, launch.getResults()))
      output.replaceUsesWithIf(result, [&](OpOperand &use) { return !inside(use.getOwner()); });
    for (Operation *op : llvm::reverse(group)) {
      groupOf.erase(op);
      op->erase();
    }
  }

  /// The name of what the step returns, or else of the first op that has one.
  StringRef launchName(const Group &group) {
    for (Operation *op : group)
      if (auto name = dyn_cast<NameLoc>(op->getLoc());
          name && llvm::is_contained(op->getUsers(), body.getTerminator()))
        return name.getName();
    for (Operation *op : group)
      if (auto name = dyn_cast<NameLoc>(op->getLoc()))
        return name.getName();
    return group.front()->getName().stripDialect();
  }

  Block &body;
  int64_t batch;
  SmallVector<std::unique_ptr<Group>> groups;
  llvm::DenseSet<Group *> wholeGroups;
  llvm::DenseMap<Operation *, Group *> groupOf;
};

struct Fuse : ingot::impl::FuseBase<Fuse> {
  using Base::Base;

  void runOnOperation() override {
    for (train::ProgramOp program : getOperation().getOps<train::ProgramOp>()) {
      RewritePatternSet patterns(&getContext());
      fuse::populateJoinPatterns(patterns);
      fuse::populateSplitPatterns(patterns, program.getBatch());
      fuse::populateSplitGradFilterPatterns(patterns, program.getBatch());
      nn::MapOp::getCanonicalizationPatterns(patterns, &getContext());
      FrozenRewritePatternSet frozen(std::move(patterns));
      for (train::StepOp step : llvm::to_vector(program.getOps<train::StepOp>())) {
        if (failed(applyPatternsGreedily(step.getBody(), frozen)))
          return signalPassFailure();
        if (failed(Grouping(step, program.getBatch()).run()))
          return signalPassFailure();
      }
    }
  }
};
} // namespace
