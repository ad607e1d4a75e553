// Range reduction, then a polynomial (Muller, "Elementary Functions", 2016, chapters 3 and 11). The
// coefficients are minimax fits of the functions named beside them, by weighted least squares
// in float64, whose errors stay below a third of an ulp; what remains is the rounding of the last
// steps.

#include "compiler/Codegen/CPU/VectorMath.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace {
// (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2
constexpr double expCoefficients[] = {0.5, 0.166665181517601, 0.04166620597243309,
                                      0.008368889801204205, 0.0013950489228591323};
// (log(1 + f) - f + f^2 / 2) / f^3 for sqrt(1/2) <= 1 + f <= sqrt(2)
constexpr double logCoefficients[] = {
    0.3333333134651184,  -0.250008225440979,  0.20001226663589478, -0.16623355448246002,
    0.14201760292053223, -0.1316019892692566, 0.12761567533016205, -0.07634441554546356};
// (tanh(x) - x) / x^3 as a polynomial in x^2, for |x| < 0.625
constexpr double tanhCoefficients[] = {-0.3333328366279602, 0.13331490755081177,
                                       -0.05374349653720856, 0.020650578662753105,
                                       -0.005717036779969931};
// erf(x) / x - 1 as a polynomial in x^2, for |x| < 0.93
constexpr double erfCoefficients[] = {0.12837915122509003, -0.37612494826316833,
                                      0.11281802505254745, -0.02676556631922722,
                                      0.00499098002910614, -0.0005976893589831889};
// log(1 - erf(x)) for 0.92 <= x <= 4
constexpr double erfcCoefficients[] = {
    0.00017468443547841161, -1.1295149326324463,  -0.6333469152450562,   -0.10828009247779846,
    0.02511942759156227,    -0.00417106319218874, 0.0004344626213423908, -2.1095051124575548e-05};
// log(2) in two parts; the first has so few digits that its product with an exponent is exact.
constexpr double ln2High = 0.693145751953125, ln2Low = 1.428606765330187e-06;

class VectorMath {
public:
  VectorMath(OpBuilder &builder, Location loc, VectorType type)
      : builder(builder), loc(loc), type(type), integers(type.clone(builder.getI32Type())) {}

  Value exp(Value x) {
    Reduced reduced = reduce(x);
    return scale(add(f(1), reduced.power), reduced.exponent);
  }

  Value expm1(Value x) {
    // Below, the result is -1, and s would be no normal number.
    Reduced reduced = reduce(select(less(x, f(-30)), f(-30), x));
    Value s = powerOfTwo(reduced.exponent);
    Value exact = fma(s, reduced.power, sub(s, f(1)));
    // Of large results the 1 is lost anyway, and s may be infinite.
    return select(greater(x, f(20)), scale(add(f(1), reduced.power), reduced.exponent), exact);
  }

  Value log(Value x) {
    Value tiny = less(x, f(0x1p-126));
    Value normal = select(tiny, mul(x, f(0x1p23)), x);
    Value bits = cast<arith::BitcastOp>(integers, normal);
    Value exponent = binary<arith::ShRSIOp>(binary<arith::SubIOp>(bits, i(0x3f3504f3)), i(23));
    Value mantissa = binary<arith::SubIOp>(bits, binary<arith::ShLIOp>(exponent, i(23)));
    Value fraction = sub(cast<arith::BitcastOp>(type, mantissa), f(1));
    Value k = add(cast<arith::SIToFPOp>(type, exponent), select(tiny, f(-23), f(0)));
    Value t = fma(fraction, polynomial(fraction, logCoefficients), f(-0.5));
    Value low = fma(mul(fraction, fraction), t, mul(k, f(ln2Low)));
    Value result = add(mul(k, f(ln2High)), add(fraction, low));
    result = select(compare(arith::CmpFPredicate::UGE, x, f(INFINITY)), x, result);
    result = select(less(x, f(0)), f(NAN), result);
    return select(compare(arith::CmpFPredicate::OEQ, x, f(0)), f(-INFINITY), result);
  }

  /// What 1 + x loses to rounding is added again, to first order.
  Value log1p(Value x) {
    Value u = add(f(1), x), logarithm = log(u);
    Value lost = sub(x, sub(u, f(1)));
    Value corrected = add(logarithm, binary<arith::DivFOp>(lost, u));
    Value edge = binary<arith::OrIOp>(compare(arith::CmpFPredicate::UGE, u, f(INFINITY)),
                                      compare(arith::CmpFPredicate::OEQ, u, f(0)));
    return select(edge, logarithm, corrected);
  }

  Value tanh(Value x) {
    Value magnitude = unary<math::AbsFOp>(x), square = mul(x, x);
    Value small = fma(mul(x, square), polynomial(square, tanhCoefficients), x);
    Value power = exp(add(magnitude, magnitude));
    Value large = sub(f(1), binary<arith::DivFOp>(f(2), add(power, f(1))));
    return select(less(magnitude, f(0.625)), small, binary<math::CopySignOp>(large, x));
  }

  Value erf(Value x) {
    Value magnitude = unary<math::AbsFOp>(x), square = mul(x, x);
    Value small = fma(x, polynomial(square, erfCoefficients), x);
    Value bounded = select(greater(magnitude, f(4)), f(4), magnitude);
    Value large = sub(f(1), exp(polynomial(bounded, erfcCoefficients)));
    return select(less(magnitude, f(0.925)), small, binary<math::CopySignOp>(large, x));
  }

private:
  /// x = exponent * log(2) + r; power = exp(r) - 1.
  struct Reduced {
    Value exponent, power;
  };

  Reduced reduce(Value x) {
    // Beyond these bounds results are 0 or infinite; NaN passes.
    x = select(less(x, f(-104)), f(-104), x);
    x = select(greater(x, f(89)), f(89), x);
    // Adding 1.5 * 2^23 rounds to an integer, in the low bits.
    Value magic = f(0x1.8p23), shifted = fma(x, f(1.4426950408889634), magic);
    Value n = sub(shifted, magic);
    Value r = fma(n, f(-ln2Low), fma(n, f(-ln2High), x));
    Value power = fma(mul(r, r), polynomial(r, expCoefficients), r);
    Value exponent = binary<arith::SubIOp>(cast<arith::BitcastOp>(integers, shifted),
                                           cast<arith::BitcastOp>(integers, magic));
    return {exponent, power};
  }

  /// 2^n for -127 < n < 128.
  Value powerOfTwo(Value n) {
    Value biased = binary<arith::ShLIOp>(binary<arith::AddIOp>(n, i(127)), i(23));
    return cast<arith::BitcastOp>(type, biased);
  }

  /// x * 2^n, in two steps, since 2^n may be no normal number; the second alone rounds.
  Value scale(Value x, Value n) {
    Value half = binary<arith::ShRSIOp>(n, i(1));
    return mul(mul(x, powerOfTwo(half)), powerOfTwo(binary<arith::SubIOp>(n, half)));
  }

  /// c[0] + c[1] x + c[2] x^2 + …
  Value polynomial(Value x, ArrayRef<double> coefficients) {
    Value sum = f(coefficients.back());
    for (double c : llvm::reverse(coefficients.drop_back()))
      sum = fma(sum, x, f(c));
    return sum;
  }

  Value f(double value) {
    Attribute element = builder.getF32FloatAttr(static_cast<float>(value));
    return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, element));
  }
  Value i(int32_t value) {
    return arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(integers, builder.getI32IntegerAttr(value)));
  }
  template <typename Op> Value unary(Value a) { return Op::create(builder, loc, a); }
  template <typename Op> Value binary(Value a, Value b) { return Op::create(builder, loc, a, b); }
  template <typename Op> Value cast(Type to, Value a) { return Op::create(builder, loc, to, a); }
  Value add(Value a, Value b) { return binary<arith::AddFOp>(a, b); }
  Value sub(Value a, Value b) { return binary<arith::SubFOp>(a, b); }
  Value mul(Value a, Value b) { return binary<arith::MulFOp>(a, b); }
  Value fma(Value a, Value b, Value c) { return math::FmaOp::create(builder, loc, a, b, c); }
  Value compare(arith::CmpFPredicate predicate, Value a, Value b) {
    return arith::CmpFOp::create(builder, loc, predicate, a, b);
  }
  Value less(Value a, Value b) { return compare(arith::CmpFPredicate::OLT, a, b); }
  Value greater(Value a, Value b) { return compare(arith::CmpFPredicate::OGT, a, b); }
  Value select(Value condition, Value a, Value b) {
    return arith::SelectOp::create(builder, loc, condition, a, b);
  }

  OpBuilder &builder;
  Location loc;
  VectorType type, integers;
};
} // namespace

Value ingot::cpu::buildVectorMath(OpBuilder &builder, Location loc, Operation *op,
                                  ValueRange operands) {
  if (operands.empty())
    return {};
  auto type = dyn_cast<VectorType>(operands[0].getType());
  if (!type || !type.getElementType().isF32())
    return {};
  VectorMath math(builder, loc, type);
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<math::ExpOp>([&](auto) { return math.exp(operands[0]); })
      .Case<math::ExpM1Op>([&](auto) { return math.expm1(operands[0]); })
      .Case<math::LogOp>([&](auto) { return math.log(operands[0]); })
      .Case<math::Log1pOp>([&](auto) { return math.log1p(operands[0]); })
      .Case<math::TanhOp>([&](auto) { return math.tanh(operands[0]); })
      .Case<math::ErfOp>([&](auto) { return math.erf(operands[0]); })
      .Default([](Operation *) { return Value(); });
}
