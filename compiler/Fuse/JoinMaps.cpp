// Joins maps with the map or reduction that reads them, and lets reshapes step behind maps.
//
//   %1 = nn.map (%a = %x, %b = %bias along [3]) { addf }
//   %2 = nn.map (%a = %1) { maximumf %a, 0 }
//     ->
//   %2 = nn.map (%a = %x, %b = %bias along [3]) { addf; maximumf }
//
//   %1 = nn.reshape %x : [?, 512] -> [?, 2, 2, 128]
//   %2 = nn.map (%a = %1, %b = %y) { … }
//     ->
//   %v = nn.reshape %y : [?, 2, 2, 128] -> [?, 512]
//   %w = nn.map (%a = %x, %b = %v) { … }
//   %2 = nn.reshape %w : [?, 512] -> [?, 2, 2, 128]
//
// The second lets a map ride in the epilogue of the contraction that made %x; a reshape is only a
// view.

#include "compiler/Fuse/JoinMaps.h"

#include "dialects/NN/Epilogues.h"
#include "dialects/NN/ScalarRegion.h"
#include "dialects/Train/Train.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace ingot;

static ArrayAttr dimsOf(Operation *op) { return op->getAttrOfType<ArrayAttr>("operand_dims"); }

static int64_t domainRank(Operation *op) {
  return cast<StructureOpInterface>(op).getIterationDomain().size();
}

/// A map whose elements cost nothing to compute anew, and are the same everywhere.
static bool isConstant(nn::MapOp map) {
  return map.getNumOperands() == 0 && map.getNumResults() == 1 && !fuse::usesPositions(map);
}

/// True if every use of `producer` is an operand of `consumer` that runs along the whole domain.
static bool feedsOnly(nn::MapOp producer, Operation *consumer) {
  int64_t rank = domainRank(consumer);
  for (OpOperand &use : producer.getResult(0).getUses())
    if (use.getOwner() != consumer ||
        nn::operandDims(dimsOf(consumer), use.getOperandNumber()) != nn::allDims(rank))
      return false;
  return true;
}

static bool isContraction(Operation *op) {
  return isa_and_nonnull<nn::MatmulOp, nn::Conv2DOp, nn::Conv2DGradInputOp>(op);
}

namespace {
/// Joins a producing map into `Op`, an nn.map or nn.reduce.
template <typename Op> struct JoinProducer : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op consumer, PatternRewriter &rewriter) const override {
    // Updates stay alike, so that one launch serves all parameters.
    if (auto map = dyn_cast<nn::MapOp>(consumer.getOperation());
        map && (map.getNumResults() > 1 || fuse::isUpdate(map)))
      return failure();
    for (auto [i, input] : llvm::enumerate(consumer.getInputs())) {
      auto producer = input.template getDefiningOp<nn::MapOp>();
      if (!producer || producer->getBlock() != consumer->getBlock() ||
          producer.getNumResults() != 1)
        continue;
      if (keepsEpilogue(producer, consumer))
        continue;
      if (isConstant(producer) ? keepsDomain(consumer, i) : feedsOnly(producer, consumer)) {
        join(consumer, i, producer, rewriter);
        return success();
      }
    }
    return failure();
  }

private:
  /// A map that its producer's kernel can compute stays with it, rather than follow one that it
  /// cannot.
  static bool keepsEpilogue(nn::MapOp producer, Operation *consumer) {
    auto map = dyn_cast<nn::MapOp>(consumer);
    return map && fuse::usesPositions(map) && !fuse::usesPositions(producer) &&
           llvm::any_of(producer.getInputs(), [](Value input) {
             return input.getDefiningOp() && nn::takesEpilogue(input.getDefiningOp());
           });
  }

  /// A reduction must not lose the only operand that tells the size of a dimension.
  static bool keepsDomain(Op consumer, unsigned dropped) {
    if (!std::is_same_v<Op, nn::ReduceOp>)
      return true;
    for (int64_t dim : nn::operandDims(dimsOf(consumer), dropped)) {
      bool covered = false;
      for (unsigned i = 0; i < consumer->getNumOperands(); ++i)
        covered |= i != dropped && consumer->getOperand(i) != consumer->getOperand(dropped) &&
                   llvm::is_contained(nn::operandDims(dimsOf(consumer), i), dim);
      if (!covered)
        return false;
    }
    return true;
  }

  static void join(Op consumer, unsigned i, nn::MapOp producer, PatternRewriter &rewriter) {
    rewriter.modifyOpInPlace(consumer, [&] {
      Block &body = consumer.getBody().front();
      SmallVector<Value> operands(consumer->getOperands());
      SmallVector<Attribute> dims(dimsOf(consumer).getValue());
      SmallVector<Value> elements;
      for (auto [j, input] : llvm::enumerate(producer.getInputs())) {
        operands.push_back(input);
        dims.push_back(dimsOf(producer)[j]);
        elements.push_back(body.addArgument(
            cast<RankedTensorType>(input.getType()).getElementType(), producer.getLoc()));
      }
      operands.erase(operands.begin() + i);
      dims.erase(dims.begin() + i);
      OpBuilder builder = OpBuilder::atBlockBegin(&body);
      // Positions stay positions: producer and consumer share the domain.
      IRMapping mapping;
      mapping.map(producer.getBody().front().getArguments(), ValueRange(elements));
      for (Operation &op : producer.getBody().front().without_terminator())
        builder.clone(op, mapping);
      Value element =
          mapping.lookupOrDefault(producer.getBody().front().getTerminator()->getOperand(0));
      body.getArgument(i).replaceAllUsesWith(element);
      body.eraseArgument(i);
      consumer->setOperands(operands);
      consumer->setAttr("operand_dims", rewriter.getArrayAttr(dims));
    });
    if (producer->use_empty())
      rewriter.eraseOp(producer);
  }
};

struct MoveReshapeBehindMap : OpRewritePattern<nn::MapOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::MapOp map, PatternRewriter &rewriter) const override {
    if (map.getNumResults() != 1 || fuse::isUpdate(map) ||
        map.getBody().front().getOps<nn::IndexOp>().begin() !=
            map.getBody().front().getOps<nn::IndexOp>().end())
      return failure();
    nn::ReshapeOp reshape;
    int64_t rank = domainRank(map);
    for (auto [i, input] : llvm::enumerate(map.getInputs())) {
      SmallVector<int64_t> along = map.getDims(i);
      if (along != nn::allDims(rank) && !along.empty())
        return failure();
      auto producer = input.getDefiningOp<nn::ReshapeOp>();
      if (producer && producer->hasOneUse() && isContraction(producer.getInput().getDefiningOp()))
        reshape = producer;
    }
    if (!reshape)
      return failure();
    auto inner = reshape.getInput().getType();
    SmallVector<Value> inputs;
    SmallVector<SmallVector<int64_t>> dims;
    for (auto [i, input] : llvm::enumerate(map.getInputs())) {
      auto type = cast<RankedTensorType>(input.getType());
      bool scalar = map.getDims(i).empty();
      dims.push_back(nn::allDims(scalar ? 0 : inner.getRank()));
      if (scalar)
        inputs.push_back(input);
      else if (input.getDefiningOp() == reshape)
        inputs.push_back(reshape.getInput());
      else
        inputs.push_back(nn::ReshapeOp::create(
            rewriter, reshape.getLoc(),
            RankedTensorType::get(inner.getShape(), type.getElementType()), input));
    }
    auto outer = cast<RankedTensorType>(map.getResult(0).getType());
    auto moved = nn::MapOp::create(
        rewriter, map.getLoc(), RankedTensorType::get(inner.getShape(), outer.getElementType()),
        inputs, dims, [&](OpBuilder &b, Location, ValueRange elements) {
          return nn::cloneScalarBody(b, map.getBody().front(), elements, {});
        });
    rewriter.replaceOpWithNewOp<nn::ReshapeOp>(map, outer, moved.getResult(0));
    return success();
  }
};
} // namespace

bool ingot::fuse::usesPositions(nn::MapOp map) {
  return llvm::any_of(map.getBody().front(),
                      [](Operation &op) { return isa<nn::IndexOp, nn::LinearIndexOp>(op); });
}

bool ingot::fuse::isUpdate(nn::MapOp map) {
  auto step = dyn_cast<train::StepOp>(map->getParentOp());
  return step && llvm::any_of(map.getResult(0).getUses(), [&](OpOperand &use) {
           if (use.getOwner() != step.getBody().front().getTerminator())
             return false;
           auto name = step.getResultAttrOfType<FlatSymbolRefAttr>(use.getOperandNumber(),
                                                                   "train.parameter");
           auto parameter =
               name ? SymbolTable::lookupNearestSymbolFrom<train::ParameterOp>(step, name)
                    : nullptr;
           return parameter && parameter.getRole() == train::Role::Trainable;
         });
}

void ingot::fuse::populateJoinPatterns(RewritePatternSet &patterns) {
  patterns.add<JoinProducer<nn::MapOp>, JoinProducer<nn::ReduceOp>, MoveReshapeBehindMap>(
      patterns.getContext());
}
