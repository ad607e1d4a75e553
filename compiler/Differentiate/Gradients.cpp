// Reverse-mode differentiation over the ops of a block, through GradientOpInterface.
//
//   %1 = nn.conv2d %image, %kernel            %1 = …  %2 = …  %loss = …
//   %2 = nn.map relu %1              ->       %g2 = …gradient of the loss with respect to %2…
//   %loss = … %2 …                            %g1 = nn.map (%2, %g2) …
//                                             %grad_kernel = nn.conv2d_grad_filter %image, %g1
//
// Ops are visited from the last to the first; what several users of a value contribute is summed
// here and nowhere else.

#include "compiler/Differentiate/StepBuilder.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::differentiate;

namespace {
class Differentiator {
public:
  Differentiator(OpBuilder &builder, Value loss) : builder(builder), loss(loss) {}

  FailureOr<SmallVector<Value>> run(ValueRange weights) {
    Block *block = loss.getParentBlock();
    for (Operation &op : llvm::make_early_inc_range(*block))
      forward.push_back(&op);
    gradients[loss] = seed();
    for (Operation *op : llvm::reverse(forward))
      if (reachesWeight(op, weights) && failed(visit(op)))
        return failure();
    SmallVector<Value> result;
    for (Value weight : weights) {
      Value gradient = gradients.lookup(weight);
      result.push_back(gradient ? gradient : zeros(weight));
    }
    return result;
  }

private:
  Value seed() {
    return nn::buildMap(builder, loss.getLoc(), loss.getType(), {},
                        [](OpBuilder &b, Location l, ValueRange) -> Value {
                          return arith::ConstantOp::create(b, l, b.getF32FloatAttr(1));
                        });
  }

  Value zeros(Value weight) {
    return nn::buildMap(builder, weight.getLoc(), weight.getType(), {},
                        [](OpBuilder &b, Location l, ValueRange) -> Value {
                          return arith::ConstantOp::create(b, l, b.getF32FloatAttr(0));
                        });
  }

  /// True if some operand depends on a weight: nothing else needs a gradient.
  bool reachesWeight(Operation *op, ValueRange weights) {
    auto depends = [&](Value value) {
      return llvm::is_contained(weights, value) || dependent.contains(value);
    };
    if (dependent.empty() && !analysed) {
      analysed = true;
      for (Operation *each : forward)
        if (llvm::any_of(each->getOperands(), depends))
          dependent.insert_range(each->getResults());
    }
    return llvm::any_of(op->getOperands(), depends);
  }

  LogicalResult visit(Operation *op) {
    SmallVector<Value> gradResults;
    for (Value result : op->getResults())
      gradResults.push_back(gradients.lookup(result));
    if (llvm::none_of(gradResults, [](Value v) { return static_cast<bool>(v); }))
      return success();
    auto rule = dyn_cast<GradientOpInterface>(op);
    if (!rule)
      return op->emitOpError("has no gradient");
    Operation *last = &builder.getInsertionBlock()->back();
    SmallVector<Value> operandGradients = rule.buildGradients(builder, gradResults);
    if (operandGradients.size() != op->getNumOperands())
      return failure();
    nameGradients(op, last, operandGradients);
    for (auto [operand, gradient] : llvm::zip_equal(op->getOperands(), operandGradients))
      if (gradient)
        accumulate(operand, gradient);
    return success();
  }

  /// What the rule built is named after the layer and what it is the gradient of.
  void nameGradients(Operation *op, Operation *last, ValueRange operandGradients) {
    StringRef layer = nameOf(op->getLoc());
    for (Operation *built = last->getNextNode(); built; built = built->getNextNode())
      built->setLoc(named(layer + "." + built->getName().stripDialect(), op->getLoc()));
    for (auto [operand, gradient] : llvm::zip_equal(op->getOperands(), operandGradients)) {
      if (!gradient || !gradient.getDefiningOp())
        continue;
      StringRef weight =
          isa<BlockArgument>(operand) ? nameOf(operand.getLoc()).rsplit('/').second : "";
      gradient.getDefiningOp()->setLoc(
          named(layer + ".grad_" + (weight.empty() ? "input" : weight), op->getLoc()));
    }
  }

  void accumulate(Value value, Value gradient) {
    Value &sum = gradients[value];
    if (sum)
      sum = nn::buildMap(builder, value.getLoc(), value.getType(), {sum, gradient},
                         [](OpBuilder &b, Location l, ValueRange e) -> Value {
                           return arith::AddFOp::create(b, l, e[0], e[1]);
                         });
    else
      sum = gradient;
  }

  OpBuilder &builder;
  Value loss;
  SmallVector<Operation *> forward;
  llvm::DenseMap<Value, Value> gradients;
  llvm::DenseSet<Value> dependent;
  bool analysed = false;
};
} // namespace

FailureOr<SmallVector<Value>> ingot::differentiate::buildGradients(OpBuilder &builder, Value loss,
                                                                   ValueRange weights) {
  return Differentiator(builder, loss).run(weights);
}

void ingot::differentiate::decompose(Block &block, bool withGradientRule) {
  for (Operation &op : llvm::make_early_inc_range(block))
    if (auto composed = dyn_cast<DecomposeOpInterface>(op);
        composed && isa<GradientOpInterface>(op) == withGradientRule) {
      OpBuilder builder(&op);
      op.replaceAllUsesWith(composed.decompose(builder));
      op.erase();
    }
}

StringRef ingot::differentiate::nameOf(Location loc) {
  if (auto name = dyn_cast<NameLoc>(loc))
    return name.getName().strref();
  return "";
}

Location ingot::differentiate::named(const Twine &name, Location loc) {
  if (auto inner = dyn_cast<NameLoc>(loc))
    loc = inner.getChildLoc();
  return NameLoc::get(StringAttr::get(loc.getContext(), name), loc);
}
