// Building scalar expressions of floats, as formulas are written.

#ifndef INGOT_DIALECTS_TRAIN_ARITHMETIC_H
#define INGOT_DIALECTS_TRAIN_ARITHMETIC_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"

namespace ingot::train {

/// Operands of one expression have one type; a number takes the type of the other operand.
class Arithmetic {
public:
  Arithmetic(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  mlir::Value constant(mlir::Type type, double value) {
    return mlir::arith::ConstantOp::create(builder, loc, builder.getFloatAttr(type, value));
  }

  mlir::Value add(mlir::Value a, mlir::Value b) { return make<mlir::arith::AddFOp>(a, b); }
  mlir::Value add(mlir::Value a, double b) { return add(a, like(a, b)); }
  mlir::Value subtract(mlir::Value a, mlir::Value b) { return make<mlir::arith::SubFOp>(a, b); }
  mlir::Value subtract(mlir::Value a, double b) { return subtract(a, like(a, b)); }
  mlir::Value subtract(double a, mlir::Value b) { return subtract(like(b, a), b); }
  mlir::Value multiply(mlir::Value a, mlir::Value b) { return make<mlir::arith::MulFOp>(a, b); }
  mlir::Value multiply(mlir::Value a, double b) { return multiply(a, like(a, b)); }
  mlir::Value divide(mlir::Value a, mlir::Value b) { return make<mlir::arith::DivFOp>(a, b); }
  mlir::Value divide(mlir::Value a, double b) { return divide(a, like(a, b)); }
  mlir::Value divide(double a, mlir::Value b) { return divide(like(b, a), b); }
  mlir::Value maximum(mlir::Value a, mlir::Value b) { return make<mlir::arith::MaximumFOp>(a, b); }
  mlir::Value maximum(mlir::Value a, double b) { return maximum(a, like(a, b)); }
  mlir::Value minimum(mlir::Value a, mlir::Value b) { return make<mlir::arith::MinimumFOp>(a, b); }
  mlir::Value minimum(mlir::Value a, double b) { return minimum(a, like(a, b)); }
  mlir::Value power(mlir::Value a, mlir::Value b) { return make<mlir::math::PowFOp>(a, b); }
  mlir::Value power(mlir::Value a, double b) { return power(a, like(a, b)); }
  mlir::Value power(double a, mlir::Value b) { return power(like(b, a), b); }

  mlir::Value negate(mlir::Value a) { return make<mlir::arith::NegFOp>(a); }
  mlir::Value square(mlir::Value a) { return multiply(a, a); }
  mlir::Value root(mlir::Value a) { return make<mlir::math::SqrtOp>(a); }
  mlir::Value absolute(mlir::Value a) { return make<mlir::math::AbsFOp>(a); }
  mlir::Value exponential(mlir::Value a) { return make<mlir::math::ExpOp>(a); }
  mlir::Value logarithm(mlir::Value a) { return make<mlir::math::LogOp>(a); }
  mlir::Value cosine(mlir::Value a) { return make<mlir::math::CosOp>(a); }
  mlir::Value sine(mlir::Value a) { return make<mlir::math::SinOp>(a); }
  mlir::Value floor(mlir::Value a) { return make<mlir::math::FloorOp>(a); }
  mlir::Value ceiling(mlir::Value a) { return make<mlir::math::CeilOp>(a); }

  /// Ordered comparisons: false where an operand is NaN.
  mlir::Value less(mlir::Value a, mlir::Value b) {
    return mlir::arith::CmpFOp::create(builder, loc, mlir::arith::CmpFPredicate::OLT, a, b);
  }
  mlir::Value less(mlir::Value a, double b) { return less(a, like(a, b)); }
  mlir::Value less(double a, mlir::Value b) { return less(like(b, a), b); }
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b) {
    return mlir::arith::SelectOp::create(builder, loc, condition, a, b);
  }

  /// -1, 0 or 1.
  mlir::Value sign(mlir::Value a) {
    mlir::Value zero = like(a, 0);
    return select(less(zero, a), like(a, 1), select(less(a, zero), like(a, -1), zero));
  }
  /// a, but `low` where it is less and `high` where it is more; both themselves pass a gradient.
  mlir::Value clip(mlir::Value a, double low, double high) {
    mlir::Value raised = select(less(a, low), like(a, low), a);
    return select(less(high, raised), like(a, high), raised);
  }

  /// Of an f32 or integer as f64, and of an f64 as f32.
  mlir::Value widen(mlir::Value a) {
    mlir::Type f64 = builder.getF64Type();
    if (llvm::isa<mlir::IntegerType>(a.getType()))
      return mlir::arith::SIToFPOp::create(builder, loc, f64, a);
    return mlir::arith::ExtFOp::create(builder, loc, f64, a);
  }
  mlir::Value narrow(mlir::Value a) {
    return mlir::arith::TruncFOp::create(builder, loc, builder.getF32Type(), a);
  }

private:
  mlir::Value like(mlir::Value other, double value) { return constant(other.getType(), value); }
  template <typename Op, typename... Operands> mlir::Value make(Operands... operands) {
    return Op::create(builder, loc, operands...);
  }

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

/// The value of an attribute, and the same rounded to float32, as Keras's constants often are.
inline double number(mlir::FloatAttr attribute) { return attribute.getValueAsDouble(); }
inline double rounded(mlir::FloatAttr attribute) { return static_cast<float>(number(attribute)); }

} // namespace ingot::train

#endif
