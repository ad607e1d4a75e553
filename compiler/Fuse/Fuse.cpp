// Groups the ops of a step into launches.
//
//   %1 = nn.conv2d %x, %w                        %2 = kernel.launch "conv2d" (%a = %x, %b = %w, %c
//   = %bias) { %2 = nn.map (%1, %bias) { add; relu }   ->     %1 = nn.conv2d %a, %b   %2 = nn.map
//   (%1, %c) { add; relu }
//                                                  kernel.yield %2 }
//
// A launch has one of these forms:
//   - an op that takes an epilogue (anchor), such as a contraction, and the map that alone reads it;
//   - small maps and reductions in sequence: a launch costs about as much as a few thousand
//   elements, so that
//     ops below that size share one, as long as none of them needs what another launch makes of the
//     others;
//   - large reductions along the same dimensions that share an operand: one pass over it;
//   - the updates of all parameters whose update is the same function: one pass over memory;
//   - any other op by itself.
// A map that reads a map was joined to it before (JoinMaps.cpp); a reshape stays outside, a view.

#include "compiler/Fuse/JoinMaps.h"
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

  void run() {
    groupUpdates();
    groupEpilogues();
    groupReductions();
    groupSmallOps();
    for (Operation &op : body.without_terminator())
      if (!isa<nn::ReshapeOp>(op) && !groupOf.contains(&op))
        add({&op});
    for (Group *group : inOrder())
      emit(*group);
    sortTopologically(&body);
  }

private:
  void add(Group group) {
    groups.push_back(std::make_unique<Group>(std::move(group)));
    for (Operation *op : *groups.back())
      groupOf[op] = groups.back().get();
  }

  //===- Which ops go together ----------------------------------------------------------------===//

  /// Maps whose results are successors of parameters, neighbours with the same function together.
  void groupUpdates() {
    SmallVector<Group> updates;
    auto step = cast<train::StepOp>(body.getParentOp());
    for (OpOperand &result : body.getTerminator()->getOpOperands()) {
      auto map = result.get().getDefiningOp<nn::MapOp>();
      if (!map || map.getNumResults() < 2 ||
          !step.getResultAttr(result.getOperandNumber(), "train.parameter") ||
          result.get() != map.getResult(0))
        continue;
      // Parameters lie in memory in this order: a launch takes only neighbours.
      auto alike = [&](const Group &group) {
        return OperationEquivalence::isRegionEquivalentTo(
            &group.front()->getRegion(0), &map.getBody(), OperationEquivalence::IgnoreLocations);
      };
      if (updates.empty() || !alike(updates.back()))
        updates.push_back({map});
      else
        updates.back().push_back(map);
    }
    for (Group &group : updates)
      add(std::move(group));
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
      add(std::move(group));
    }
  }

  /// Large reductions that go over the same operand in the same way, none of which needs another:
  /// one pass over memory.
  void groupReductions() {
    for (Operation &op : body.without_terminator()) {
      auto first = dyn_cast<nn::ReduceOp>(op);
      if (!first || groupOf.contains(first) || isSmall(first))
        continue;
      Group group{first};
      llvm::DenseSet<Value> behind; // what depends on the group
      behind.insert(first.getOutput());
      for (Operation *next = op.getNextNode(); next != body.getTerminator();
           next = next->getNextNode()) {
        auto reduce = dyn_cast<nn::ReduceOp>(next);
        if (llvm::any_of(next->getOperands(), [&](Value v) { return behind.contains(v); })) {
          addBehind(next, behind);
        } else if (reduce && !groupOf.contains(reduce) && goTogether(first, reduce)) {
          group.push_back(reduce);
          behind.insert(reduce.getOutput());
        }
      }
      add(std::move(group));
    }
  }

  static bool goTogether(nn::ReduceOp a, nn::ReduceOp b) {
    return a.getAxes() == b.getAxes() && a.getIterationDomain() == b.getIterationDomain() &&
           llvm::any_of(a.getInputs(),
                        [&](Value input) { return llvm::is_contained(b.getInputs(), input); });
  }

  /// Adds what depends on a value of `behind` through `op`: all that its launch makes.
  void addBehind(Operation *op, llvm::DenseSet<Value> &behind) {
    behind.insert_range(op->getResults());
    if (Group *group = groupOf.lookup(op))
      for (Operation *other : *group)
        behind.insert_range(other->getResults());
  }

  bool isSmall(Operation *op) {
    if (!isa<nn::MapOp, nn::ReduceOp>(op) || groupOf.contains(op))
      return false;
    int64_t points = 1;
    for (int64_t size : cast<StructureOpInterface>(op).getIterationDomain())
      points *= ShapedType::isDynamic(size) ? batch : size;
    return points <= smallDomain;
  }

  /// Small ops in program order, in one launch until an op needs what another launch makes of its
  /// results.
  void groupSmallOps() {
    Group current;
    llvm::DenseSet<Value> behind; // values outside that depend on `current`
    auto close = [&] {
      if (!current.empty())
        add(std::exchange(current, {}));
      behind.clear();
    };
    for (Operation &op : llvm::make_early_inc_range(body.without_terminator())) {
      bool needsBehind =
          llvm::any_of(op.getOperands(), [&](Value v) { return behind.contains(v); });
      if (isSmall(&op)) {
        if (needsBehind)
          close();
        current.push_back(&op);
        continue;
      }
      bool reads = llvm::any_of(op.getOperands(), [&](Value v) {
        return llvm::is_contained(current, v.getDefiningOp());
      });
      // An epilogue that depends on the group makes its whole launch depend on it.
      if (reads || needsBehind)
        addBehind(&op, behind);
    }
    close();
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

  Group *producer(Value value) {
    Operation *op = value.getDefiningOp();
    while (op && isa<nn::ReshapeOp>(op))
      op = op->getOperand(0).getDefiningOp();
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
    // What several updates read (one gradient of two weights) is an operand for each of them, since each needs it
    // beside its own neighbours.
    SmallVector<std::pair<Operation *, Value>> further;
    for (Operation *op : group)
      if (op->getNumResults() > 1)
        for (Value operand : op->getOperands())
          if (cast<RankedTensorType>(operand.getType()).getRank() > 0 &&
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
                                 builder.getStringAttr(launchName(group)), operands,
                                 ValueRange(), kernel::ScheduleAttr(), DenseI64ArrayAttr());
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

  static StringRef launchName(const Group &group) {
    for (Operation *op : group)
      if (auto name = dyn_cast<NameLoc>(op->getLoc()))
        return name.getName();
    return group.front()->getName().stripDialect();
  }

  Block &body;
  int64_t batch;
  SmallVector<std::unique_ptr<Group>> groups;
  llvm::DenseMap<Operation *, Group *> groupOf;
};

struct Fuse : ingot::impl::FuseBase<Fuse> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    fuse::populateJoinPatterns(patterns);
    nn::MapOp::getCanonicalizationPatterns(patterns, &getContext());
    FrozenRewritePatternSet frozen(std::move(patterns));
    for (train::ProgramOp program : getOperation().getOps<train::ProgramOp>())
      for (train::StepOp step : llvm::to_vector(program.getOps<train::StepOp>())) {
        if (failed(applyPatternsGreedily(step.getBody(), frozen)))
          return signalPassFailure();
        Grouping(step, program.getBatch()).run();
      }
  }
};
} // namespace
