// The activations: a row each. Most are a scalar function of an element; formulas, and what they do
// at their kinks, are those of keras/src/backend/tensorflow/nn.py.

#include "compiler/Import/EmitIR/Emitter.h"

#include "compiler/Import/Keras/Api.h"
#include "dialects/NN/Activations.h"

#include <numbers>

using namespace mlir;
using namespace ingot;
using ingot::import::Config;
using ingot::import::ConfigValue;
using ingot::import::numberArgument;

namespace {
/// A scalar expression: operators build arith ops.
struct Scalar {
  OpBuilder *builder;
  Location loc;
  Value value;

  Scalar with(Value other) const { return {builder, loc, other}; }
  Scalar number(double constant) const {
    return with(arith::ConstantOp::create(*builder, loc,
                                          builder->getF32FloatAttr(static_cast<float>(constant))));
  }
};

template <typename Op> Scalar binary(const Scalar &a, const Scalar &b) {
  return a.with(Op::create(*a.builder, a.loc, a.value, b.value));
}
template <typename Op> Scalar unary(const Scalar &x) {
  return x.with(Op::create(*x.builder, x.loc, x.value));
}
Scalar operator+(const Scalar &a, const Scalar &b) { return binary<arith::AddFOp>(a, b); }
Scalar operator-(const Scalar &a, const Scalar &b) { return binary<arith::SubFOp>(a, b); }
Scalar operator*(const Scalar &a, const Scalar &b) { return binary<arith::MulFOp>(a, b); }
Scalar operator/(const Scalar &a, const Scalar &b) { return binary<arith::DivFOp>(a, b); }
Scalar operator+(const Scalar &a, double b) { return a + a.number(b); }
Scalar operator-(const Scalar &a, double b) { return a - a.number(b); }
Scalar operator*(const Scalar &a, double b) { return a * a.number(b); }
Scalar operator/(const Scalar &a, double b) { return a / a.number(b); }
Scalar operator-(const Scalar &x) { return unary<arith::NegFOp>(x); }

/// Against a constant: the gradient is 0 where both are equal.
Scalar maximum(const Scalar &x, double bound) {
  return binary<arith::MaximumFOp>(x, x.number(bound));
}
Scalar minimum(const Scalar &x, double bound) {
  return binary<arith::MinimumFOp>(x, x.number(bound));
}
/// `yes` where x compares so with the bound, else `no`.
Scalar where(const Scalar &x, arith::CmpFPredicate predicate, double bound, const Scalar &yes,
             const Scalar &no) {
  Value condition =
      arith::CmpFOp::create(*x.builder, x.loc, predicate, x.value, x.number(bound).value);
  return x.with(
      arith::SelectOp::create(*x.builder, x.loc, condition, yes.value, no.value).getResult());
}
constexpr auto greater = arith::CmpFPredicate::OGT, atLeast = arith::CmpFPredicate::OGE,
               less = arith::CmpFPredicate::OLT, atMost = arith::CmpFPredicate::OLE;

Scalar sigmoid(const Scalar &x, const Config & = {}) {
  return x.with(nn::buildSigmoid(*x.builder, x.loc, x.value));
}

Scalar relu6(const Scalar &x, const Config & = {}) { return minimum(maximum(x, 0), 6); }

/// keras/src/activations/activations.py, class ReLU.
Scalar relu(const Scalar &x, const Config &config) {
  double slope = numberArgument(config, "negative_slope"),
         threshold = numberArgument(config, "threshold"),
         bound = numberArgument(config, "max_value", -1);
  bool bounded = bound >= 0;
  if (slope != 0 && !bounded && threshold == 0)
    return where(x, greater, 0, x, x * slope);
  // A product, not a choice: what is not finite shows.
  Scalar result =
      threshold != 0 ? x * where(x, greater, threshold, x.number(1), x.number(0)) : maximum(x, 0);
  if (bounded && bound == 6 && threshold == 0)
    result = minimum(result, 6);
  else if (bounded)
    result = where(result, greater, bound, x.number(bound), result);
  return slope != 0 ? result - maximum(x.number(threshold) - x, 0) * slope : result;
}

Scalar leakyRelu(const Scalar &x, const Config &config) {
  return where(x, greater, 0, x, x * numberArgument(config, "negative_slope", 0.2));
}

/// The exponential minus one of what is negative, so that the other branch of a select never
/// overflows.
Scalar negativeExpm1(const Scalar &x) { return unary<math::ExpM1Op>(minimum(x, 0)); }

Scalar elu(const Scalar &x, const Config &config) {
  double alpha = numberArgument(config, "alpha", 1);
  Scalar result = where(x, atLeast, 0, x, negativeExpm1(x));
  return alpha == 1 ? result : where(x, greater, 0, result, result * alpha);
}

/// tf.nn.selu's constants.
Scalar selu(const Scalar &x, const Config &) {
  constexpr double alpha = 1.6732632423543772848170429916717,
                   scale = 1.0507009873554804934193349852946;
  return where(x, atLeast, 0, x, negativeExpm1(x) * alpha) * scale;
}

Scalar celu(const Scalar &x, const Config &config) {
  double alpha = numberArgument(config, "alpha", 1);
  return where(x, atLeast, 0, x, unary<math::ExpM1Op>(minimum(x, 0) / alpha) * alpha);
}

Scalar gelu(const Scalar &x, const Config &config) {
  auto approximate = config.arguments.find("approximate");
  if (approximate == config.arguments.end() || !std::get<bool>(approximate->second))
    return x * 0.5 * (unary<math::ErfOp>(x * (1 / std::numbers::sqrt2)) + 1);
  Scalar inner = (x + x * x * x * 0.044715) * (std::numbers::sqrt2 * std::numbers::inv_sqrtpi);
  return x * 0.5 * (unary<math::TanhOp>(inner) + 1);
}

Scalar silu(const Scalar &x, const Config &) { return x * sigmoid(x); }
Scalar tanh(const Scalar &x, const Config &) { return unary<math::TanhOp>(x); }
Scalar exponential(const Scalar &x, const Config &) { return unary<math::ExpOp>(x); }

/// -|x|
Scalar negativeMagnitude(const Scalar &x) { return where(x, greater, 0, -x, x); }

/// log(1 + exp(x)), as max(x, 0) + log1p(exp(-|x|)) so that nothing overflows.
Scalar softplus(const Scalar &x, const Config & = {}) {
  return maximum(x, 0) + unary<math::Log1pOp>(unary<math::ExpOp>(negativeMagnitude(x)));
}

Scalar softsign(const Scalar &x, const Config &) {
  return x / (x.number(1) - negativeMagnitude(x));
}
Scalar hardSigmoid(const Scalar &x, const Config & = {}) { return relu6(x + 3) / 6; }
Scalar hardSilu(const Scalar &x, const Config &) { return x * hardSigmoid(x); }
Scalar hardTanh(const Scalar &x, const Config &) {
  return where(x, greater, 1, x.number(1), where(x, less, -1, x.number(-1), x));
}
Scalar mish(const Scalar &x, const Config &) { return x * unary<math::TanhOp>(softplus(x)); }
Scalar logSigmoid(const Scalar &x, const Config &) { return -softplus(-x); }
Scalar tanhShrink(const Scalar &x, const Config &) { return x - unary<math::TanhOp>(x); }
Scalar hardShrink(const Scalar &x, const Config &config) {
  double bound = numberArgument(config, "threshold", 0.5);
  return where(negativeMagnitude(x), less, -bound, x, x.number(0));
}
Scalar softShrink(const Scalar &x, const Config &config) {
  double bound = numberArgument(config, "threshold", 0.5);
  return where(x, greater, bound, x - bound, where(x, less, -bound, x + bound, x.number(0)));
}
Scalar threshold(const Scalar &x, const Config &config) {
  return where(x, greater, numberArgument(config, "threshold"), x,
               x.number(numberArgument(config, "default_value")));
}
Scalar squareplus(const Scalar &x, const Config &config) {
  return (x + unary<math::SqrtOp>(x * x + numberArgument(config, "b", 4))) / 2;
}
Scalar sparsePlus(const Scalar &x, const Config &) {
  Scalar next = x + 1;
  return where(x, atMost, -1, x.number(0), where(x, less, 1, next * next * 0.25, x));
}
Scalar sparseSigmoid(const Scalar &x, const Config &) {
  return where(x, atMost, -1, x.number(0), where(x, atLeast, 1, x.number(1), (x + 1) * 0.5));
}

using Function = Value (*)(OpBuilder &builder, Location loc, const Config &config, Value input);

template <Scalar (*function)(const Scalar &, const Config &)>
Value elementwise(OpBuilder &builder, Location loc, const Config &config, Value input) {
  return nn::buildMap(builder, loc, input.getType(), input,
                      [&](OpBuilder &b, Location l, ValueRange x) -> Value {
                        return function(Scalar{&b, l, x[0]}, config).value;
                      });
}

Value linear(OpBuilder &, Location, const Config &, Value input) { return input; }

Value sigmoidOp(OpBuilder &builder, Location loc, const Config &, Value input) {
  return nn::SigmoidOp::create(builder, loc, input);
}

/// An op along the last dimension, along any: the others are exchanged with it.
template <typename Op>
Value alongAxis(OpBuilder &builder, Location loc, const Config &config, Value input) {
  auto type = cast<RankedTensorType>(input.getType());
  int64_t last = type.getRank() - 1,
          axis = static_cast<int64_t>(numberArgument(config, "axis", -1));
  axis = axis < 0 ? axis + type.getRank() : axis;
  if (axis <= 0 || axis > last) {
    emitError(loc, "softmax needs an axis of its input other than the batch, not ")
        << static_cast<int64_t>(numberArgument(config, "axis", -1));
    return {};
  }
  if (axis == last)
    return Op::create(builder, loc, input);
  SmallVector<int64_t> permutation = nn::allDims(last + 1), shape(type.getShape());
  std::swap(permutation[axis], permutation[last]);
  std::swap(shape[axis], shape[last]);
  Value exchanged = nn::TransposeOp::create(builder, loc, type.clone(shape), input, permutation);
  return nn::TransposeOp::create(builder, loc, type, Op::create(builder, loc, exchanged),
                                 permutation);
}

struct ActivationRow {
  StringLiteral name;
  Function emit;
};
constexpr ActivationRow rows[] = {
    {"celu", elementwise<celu>},
    {"elu", elementwise<elu>},
    {"exponential", elementwise<exponential>},
    {"gelu", elementwise<gelu>},
    {"hard_shrink", elementwise<hardShrink>},
    {"hard_sigmoid", elementwise<hardSigmoid>},
    {"hard_silu", elementwise<hardSilu>},
    {"hard_tanh", elementwise<hardTanh>},
    {"leaky_relu", elementwise<leakyRelu>},
    {"linear", linear},
    {"log_sigmoid", elementwise<logSigmoid>},
    {"log_softmax", alongAxis<nn::LogSoftmaxOp>},
    {"mish", elementwise<mish>},
    {"relu", elementwise<relu>},
    {"relu6", elementwise<relu6>},
    {"selu", elementwise<selu>},
    {"sigmoid", sigmoidOp},
    {"silu", elementwise<silu>},
    {"soft_shrink", elementwise<softShrink>},
    {"softmax", alongAxis<nn::SoftmaxOp>},
    {"softplus", elementwise<softplus>},
    {"softsign", elementwise<softsign>},
    {"sparse_plus", elementwise<sparsePlus>},
    {"sparse_sigmoid", elementwise<sparseSigmoid>},
    {"squareplus", elementwise<squareplus>},
    {"tanh", elementwise<tanh>},
    {"tanh_shrink", elementwise<tanhShrink>},
    {"threshold", elementwise<threshold>},
};
} // namespace

mlir::Value ingot::import::emitActivation(OpBuilder &builder, Location loc,
                                          const Config &activation, mlir::Value input) {
  for (const ActivationRow &row : rows)
    if (row.name == activation.type)
      return row.emit(builder, loc, activation, input);
  emitError(loc, "the activation ") << activation.type << " is not supported yet";
  return {};
}

mlir::Value ingot::import::emitActivation(OpBuilder &builder, Location loc, StringRef name,
                                          mlir::Value input) {
  return emitActivation(builder, loc, Config{name.str(), {}}, input);
}

mlir::Value ingot::import::emitActivationOf(OpBuilder &builder, Location loc, const Config &layer,
                                            mlir::Value input) {
  const ConfigValue &value = layer.arguments.at("activation");
  if (auto *name = std::get_if<std::string>(&value))
    return emitActivation(builder, loc, *name, input);
  return emitActivation(builder, loc, std::get<std::vector<Config>>(value).front(), input);
}
