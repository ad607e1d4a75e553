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
  template <typename Op> Value binary(Value a, Value b) { return Op::create(builder, loc(), a, b); }
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

  LogicalResult propagate(Operation &op, Value g) {
    return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
        .Case([&](arith::AddFOp add) { return each(add, g, g); })
        .Case([&](arith::SubFOp sub) {
          return each(sub, g, arith::NegFOp::create(builder, loc(), g));
        })
        .Case([&](arith::MulFOp mul) {
          return each(mul, binary<arith::MulFOp>(g, get(mul.getRhs())),
                      binary<arith::MulFOp>(g, get(mul.getLhs())));
        })
        .Case([&](arith::DivFOp div) {
          if (Value exponent = exponentOfLogistic(div)) {
            Value y = get(div.getResult());
            Value slope = binary<arith::MulFOp>(
                y, binary<arith::SubFOp>(constant(g.getType(), 1), y)); // of -exponent
            Value product = binary<arith::MulFOp>(g, slope);
            accumulate(exponent, arith::NegFOp::create(builder, loc(), product));
            return success();
          }
          Value toNumerator = binary<arith::DivFOp>(g, get(div.getRhs()));
          Value product = binary<arith::MulFOp>(toNumerator, get(div.getResult()));
          return each(div, toNumerator, arith::NegFOp::create(builder, loc(), product));
        })
        .Case([&](arith::NegFOp neg) {
          accumulate(neg.getOperand(), arith::NegFOp::create(builder, loc(), g));
          return success();
        })
        .Case([&](arith::MaximumFOp max) {
          propagateExtremum(max.getLhs(), max.getRhs(), max.getResult(), g, true);
          return success();
        })
        .Case([&](arith::MinimumFOp min) {
          propagateExtremum(min.getLhs(), min.getRhs(), min.getResult(), g, false);
          return success();
        })
        .Case([&](arith::SelectOp select) {
          Value zero = constant(g.getType(), 0), condition = get(select.getCondition());
          accumulate(select.getTrueValue(),
                     arith::SelectOp::create(builder, loc(), condition, g, zero));
          accumulate(select.getFalseValue(),
                     arith::SelectOp::create(builder, loc(), condition, zero, g));
          return success();
        })
        .Case([&](math::AbsFOp abs) { // 0 at 0
          Value x = get(abs.getOperand()), zero = constant(g.getType(), 0);
          accumulate(abs.getOperand(), binary<arith::SubFOp>(select(greater(x, zero), g, zero),
                                                             select(greater(zero, x), g, zero)));
          return success();
        })
        .Case([&](math::ExpOp exp) {
          accumulate(exp.getOperand(), binary<arith::MulFOp>(g, get(exp.getResult())));
          return success();
        })
        .Case([&](math::ExpM1Op exp) {
          Value slope = binary<arith::AddFOp>(get(exp.getResult()), constant(g.getType(), 1));
          accumulate(exp.getOperand(), binary<arith::MulFOp>(g, slope));
          return success();
        })
        .Case([&](math::Log1pOp log) {
          Value sum = binary<arith::AddFOp>(get(log.getOperand()), constant(g.getType(), 1));
          accumulate(log.getOperand(), binary<arith::DivFOp>(g, sum));
          return success();
        })
        .Case([&](math::ErfOp erf) {
          // 2 / sqrt(pi) * exp(-x^2)
          Value x = get(erf.getOperand());
          Value square = binary<arith::MulFOp>(x, x);
          Value power =
              math::ExpOp::create(builder, loc(), arith::NegFOp::create(builder, loc(), square));
          Value slope =
              binary<arith::MulFOp>(constant(g.getType(), 2 * std::numbers::inv_sqrtpi), power);
          accumulate(erf.getOperand(), binary<arith::MulFOp>(g, slope));
          return success();
        })
        .Case([&](math::LogOp log) {
          accumulate(log.getOperand(), binary<arith::DivFOp>(g, get(log.getOperand())));
          return success();
        })
        .Case([&](math::SqrtOp root) {
          Value twice = binary<arith::MulFOp>(constant(g.getType(), 2), get(root.getResult()));
          accumulate(root.getOperand(), binary<arith::DivFOp>(g, twice));
          return success();
        })
        .Case([&](math::TanhOp tanh) {
          Value y = get(tanh.getResult());
          Value slope =
              binary<arith::SubFOp>(constant(g.getType(), 1), binary<arith::MulFOp>(y, y));
          accumulate(tanh.getOperand(), binary<arith::MulFOp>(g, slope));
          return success();
        })
        .Case([&](arith::TruncFOp cast) {
          accumulate(cast.getIn(),
                     arith::ExtFOp::create(builder, loc(), cast.getIn().getType(), g));
          return success();
        })
        .Case([&](arith::ExtFOp cast) {
          accumulate(cast.getIn(),
                     arith::TruncFOp::create(builder, loc(), cast.getIn().getType(), g));
          return success();
        })
        .Case<arith::ConstantOp, arith::SIToFPOp, arith::UIToFPOp>([](auto) { return success(); })
        .Default([](Operation *other) { return other->emitOpError("has no derivative rule"); });
  }

  template <typename Op> LogicalResult each(Op op, Value toLhs, Value toRhs) {
    accumulate(op.getLhs(), toLhs);
    accumulate(op.getRhs(), toRhs);
    return success();
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
