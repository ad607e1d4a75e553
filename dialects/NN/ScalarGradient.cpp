// Reverse-mode differentiation of a scalar region: one rule for each scalar op.
//
//   ^bb0(%x: f32): %y = math.exp %x; nn.yield %y        with gradient %g of what is yielded
// gives
//   %grad_x = arith.mulf %g, %y
//
// A rule prefers results to operands where it can, so that a map's own result (which is in memory
// anyway) serves the backward pass, and the operand need not be kept.

#include "dialects/NN/NN.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

#include <numbers>

using namespace mlir;
using namespace ingot::nn;

namespace {
class ScalarGradient {
public:
  ScalarGradient(OpBuilder &builder, Block &block, ValueRange elements, ValueRange results)
      : builder(builder), block(block) {
    forward.map(block.getArguments(), elements);
    for (auto [yielded, result] : llvm::zip_equal(block.getTerminator()->getOperands(), results))
      if (result && !isa<BlockArgument>(yielded))
        forward.map(yielded, result);
    for (BlockArgument argument : block.getArguments())
      if (isa<FloatType>(argument.getType()))
        differentiable.insert(argument);
    for (Operation &op : block.without_terminator())
      if (llvm::any_of(op.getOperands(), [&](Value v) { return differentiable.contains(v); }))
        differentiable.insert_range(op.getResults());
  }

  FailureOr<SmallVector<Value>> run(ValueRange gradResults) {
    for (auto [yielded, gradient] :
         llvm::zip_equal(block.getTerminator()->getOperands(), gradResults))
      if (gradient)
        accumulate(yielded, gradient);
    for (Operation &op : llvm::reverse(block.without_terminator()))
      if (op.getNumResults() == 1)
        if (Value gradient = gradients.lookup(op.getResult(0)))
          if (failed(propagate(op, gradient)))
            return failure();
    SmallVector<Value> result;
    for (Value argument : block.getArguments())
      result.push_back(gradients.lookup(argument));
    return result;
  }

private:
  /// The forward value, computed anew unless it is an element or a result at hand.
  Value get(Value value) {
    if (Value known = forward.lookupOrNull(value))
      return known;
    Operation *op = value.getDefiningOp();
    for (Value operand : op->getOperands())
      get(operand);
    builder.clone(*op, forward);
    return forward.lookup(value);
  }

  /// Random numbers, which follow from integers, and constants take no gradient.
  void accumulate(Value value, Value gradient) {
    if (!differentiable.contains(value))
      return;
    Value &slot = gradients[value];
    slot = slot ? arith::AddFOp::create(builder, loc(), slot, gradient).getResult() : gradient;
  }

  Location loc() { return block.getParentOp()->getLoc(); }
  Value constant(Type type, double value) {
    return arith::ConstantOp::create(builder, loc(), builder.getFloatAttr(type, value));
  }
  Value add(Value a, Value b) { return arith::AddFOp::create(builder, loc(), a, b); }
  Value subtract(Value a, Value b) { return arith::SubFOp::create(builder, loc(), a, b); }
  Value multiply(Value a, Value b) { return arith::MulFOp::create(builder, loc(), a, b); }
  Value divide(Value a, Value b) { return arith::DivFOp::create(builder, loc(), a, b); }
  Value negative(Value a) { return arith::NegFOp::create(builder, loc(), a); }
  /// `gradient` where a is greater than b, else 0.
  Value greater(Value a, Value b) {
    return arith::CmpFOp::create(builder, loc(), arith::CmpFPredicate::OGT, a, b);
  }
  Value select(Value condition, Value a, Value b) {
    return arith::SelectOp::create(builder, loc(), condition, a, b);
  }

  /// The larger (or smaller) operand takes the gradient; at equality the second, so that relu has
  /// gradient 0 at 0 as Keras's. Against a constant the result tells as well as the operand.
  void propagateExtremum(Value a, Value b, Value result, Value gradient, bool maximum) {
    Attribute ignored;
    bool constantB = matchPattern(b, m_Constant(&ignored));
    Value left = constantB ? get(result) : get(a), right = get(b);
    Value zero = constant(gradient.getType(), 0);
    Value isA = maximum ? greater(left, right) : greater(right, left);
    accumulate(a, select(isA, gradient, zero));
    if (!constantB)
      accumulate(b, select(isA, zero, gradient));
  }

  /// The z of 1 / (1 + exp(z)), or null. Its derivative is taken as a whole, from the result: the
  /// chain rule would multiply 0 by infinity where exp(z) overflows.
  static Value exponentOfLogistic(arith::DivFOp div) {
    auto sum = div.getRhs().getDefiningOp<arith::AddFOp>();
    if (!sum || !matchPattern(div.getLhs(), m_OneFloat()))
      return {};
    for (auto [term, one] : {std::pair(sum.getLhs(), sum.getRhs()), {sum.getRhs(), sum.getLhs()}})
      if (auto power = term.getDefiningOp<math::ExpOp>(); power && matchPattern(one, m_OneFloat()))
        return power.getOperand();
    return {};
  }

  /// The rules: what `g`, the gradient of an operation's result, adds to those of its operands.
  void rule(arith::AddFOp sum, Value g) { each(sum, g, g); }
  void rule(arith::SubFOp sub, Value g) { each(sub, g, negative(g)); }
  void rule(arith::MulFOp mul, Value g) {
    each(mul, multiply(g, get(mul.getRhs())), multiply(g, get(mul.getLhs())));
  }
  void rule(arith::DivFOp div, Value g) {
    if (Value exponent = exponentOfLogistic(div)) {
      Value y = get(div.getResult());
      Value slope = multiply(y, subtract(constant(g.getType(), 1), y)); // of -exponent
      return accumulate(exponent, negative(multiply(g, slope)));
    }
    Value toNumerator = divide(g, get(div.getRhs()));
    each(div, toNumerator, negative(multiply(toNumerator, get(div.getResult()))));
  }
  void rule(arith::NegFOp neg, Value g) { accumulate(neg.getOperand(), negative(g)); }
  void rule(arith::MaximumFOp max, Value g) {
    propagateExtremum(max.getLhs(), max.getRhs(), max.getResult(), g, true);
  }
  void rule(arith::MinimumFOp min, Value g) {
    propagateExtremum(min.getLhs(), min.getRhs(), min.getResult(), g, false);
  }
  void rule(arith::SelectOp choice, Value g) {
    Value zero = constant(g.getType(), 0), condition = get(choice.getCondition());
    accumulate(choice.getTrueValue(), select(condition, g, zero));
    accumulate(choice.getFalseValue(), select(condition, zero, g));
  }
  void rule(math::AbsFOp abs, Value g) { // 0 at 0
    Value x = get(abs.getOperand()), zero = constant(g.getType(), 0);
    accumulate(abs.getOperand(),
               subtract(select(greater(x, zero), g, zero), select(greater(zero, x), g, zero)));
  }
  void rule(math::ExpOp exp, Value g) {
    accumulate(exp.getOperand(), multiply(g, get(exp.getResult())));
  }
  void rule(math::ExpM1Op exp, Value g) {
    Value slope = add(get(exp.getResult()), constant(g.getType(), 1));
    accumulate(exp.getOperand(), multiply(g, slope));
  }
  void rule(math::LogOp log, Value g) {
    accumulate(log.getOperand(), divide(g, get(log.getOperand())));
  }
  void rule(math::Log1pOp log, Value g) {
    Value sum = add(get(log.getOperand()), constant(g.getType(), 1));
    accumulate(log.getOperand(), divide(g, sum));
  }
  void rule(math::ErfOp erf, Value g) { // 2 / sqrt(pi) * exp(-x^2)
    Value x = get(erf.getOperand());
    Value power = math::ExpOp::create(builder, loc(), negative(multiply(x, x)));
    Value slope = multiply(constant(g.getType(), 2 * std::numbers::inv_sqrtpi), power);
    accumulate(erf.getOperand(), multiply(g, slope));
  }
  void rule(math::SqrtOp root, Value g) {
    Value twice = multiply(constant(g.getType(), 2), get(root.getResult()));
    accumulate(root.getOperand(), divide(g, twice));
  }
  void rule(math::TanhOp tanh, Value g) {
    Value y = get(tanh.getResult());
    Value slope = subtract(constant(g.getType(), 1), multiply(y, y));
    accumulate(tanh.getOperand(), multiply(g, slope));
  }
  void rule(arith::TruncFOp cast, Value g) {
    accumulate(cast.getIn(), arith::ExtFOp::create(builder, loc(), cast.getIn().getType(), g));
  }
  void rule(arith::ExtFOp cast, Value g) {
    accumulate(cast.getIn(), arith::TruncFOp::create(builder, loc(), cast.getIn().getType(), g));
  }

  template <typename... Ops> LogicalResult applyRule(Operation &op, Value g) {
    return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
        .Case<Ops...>([&](auto known) {
          rule(known, g);
          return success();
        })
        .template Case<arith::ConstantOp, arith::SIToFPOp, arith::UIToFPOp>(
            [](auto) { return success(); })
        .Default([](Operation *other) { return other->emitOpError("has no derivative rule"); });
  }
  LogicalResult propagate(Operation &op, Value g) {
    return applyRule<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp, arith::NegFOp,
                     arith::MaximumFOp, arith::MinimumFOp, arith::SelectOp, arith::TruncFOp,
                     arith::ExtFOp, math::AbsFOp, math::ExpOp, math::ExpM1Op, math::LogOp,
                     math::Log1pOp, math::ErfOp, math::SqrtOp, math::TanhOp>(op, g);
  }

  template <typename Op> void each(Op op, Value toLhs, Value toRhs) {
    accumulate(op.getLhs(), toLhs);
    accumulate(op.getRhs(), toRhs);
  }

  OpBuilder &builder;
  Block &block;
  IRMapping forward;
  llvm::DenseMap<Value, Value> gradients;
  llvm::DenseSet<Value> differentiable; // what depends on a floating-point element
};
} // namespace

SmallVector<Value> ingot::nn::buildScalarGradients(OpBuilder &builder, Block &block,
                                                   ValueRange elements, ValueRange results,
                                                   ValueRange gradResults) {
  auto gradients = ScalarGradient(builder, block, elements, results).run(gradResults);
  return failed(gradients) ? SmallVector<Value>() : std::move(*gradients);
}
