// The update of each weight is one map, which does all that happens to an element in a step:
//
//   nn.map (%w = %weight, %g = %grad, %m = %momentum, %lr = %learning_rate, %t = %step) {
//     regularizer's gradient added, clipping, weight decay, the optimizer
//     nn.yield %w_1, %m_1
//   }
//
// so that a step passes once over weights and slots. Only the norms that clipping needs are
// reductions before it, and read gradients another time.

#include "compiler/Differentiate/Updates.h"

#include "compiler/Differentiate/StepBuilder.h"
#include "dialects/Train/Arithmetic.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::differentiate;

/// The sum of a scalar function of whole tensors of one shape.
static Value sum(OpBuilder &builder, Location loc, ValueRange inputs,
                 function_ref<Value(OpBuilder &, Location, ValueRange)> body) {
  int64_t rank = cast<RankedTensorType>(inputs.front().getType()).getRank();
  SmallVector<SmallVector<int64_t>> dims(inputs.size(), nn::allDims(rank));
  auto scalar = RankedTensorType::get({}, builder.getF32Type());
  return nn::ReduceOp::create(builder, loc, scalar, nn::ReduceKind::Sum, inputs, dims,
                              nn::allDims(rank), body);
}

static train::RegularizerAttrInterface regularizerOf(train::ParameterOp parameter) {
  return dyn_cast_if_present<train::RegularizerAttrInterface>(
      parameter.getRegularizer().value_or(Attribute()));
}

Value ingot::differentiate::buildPenalty(OpBuilder &builder, train::ParameterOp parameter,
                                         Value weight) {
  Location loc = named(nameOf(parameter.getLoc()) + ".penalty", parameter.getLoc());
  return sum(builder, loc, weight, [&](OpBuilder &b, Location l, ValueRange e) {
    return regularizerOf(parameter).buildPenalty(b, l, e[0]);
  });
}

namespace {
class UpdateBuilder {
public:
  UpdateBuilder(OpBuilder &builder, train::CompileOp compile, const UpdateContext &context)
      : builder(builder), compile(compile), context(context),
        optimizer(cast<train::OptimizerAttrInterface>(compile.getOptimizer())),
        loc(named("update", compile.getLoc())) {}

  void run(ArrayRef<WeightGradient> weights) {
    for (const train::OptimizerState &scalar : optimizer.getScalars())
      scalars.push_back(context.parameter(train::scalarName(scalar.name)));
    if (clips(train::ClipKind::GlobalNorm))
      globalScale = scaleOfAll(weights);
    for (WeightGradient weight : weights)
      update(weight);
    updateScalars();
  }

private:
  bool clips(train::ClipKind kind) {
    auto clip = compile.getClip();
    return clip && clip->getKind() == kind;
  }
  double limit() { return train::number(compile.getClip()->getLimit()); }

  /// The whole gradient of an element: that of the data's loss and that of the penalty.
  static Value total(OpBuilder &b, Location l, train::ParameterOp parameter, Value gradient,
                     Value weight) {
    if (auto regularizer = regularizerOf(parameter))
      return train::Arithmetic(b, l).add(gradient, regularizer.buildGradient(b, l, weight));
    return gradient;
  }

  //===- Clipping by norms --------------------------------------------------------------------===//

  Value squares(WeightGradient w) {
    SmallVector<Value> inputs{w.gradient};
    if (regularizerOf(w.parameter))
      inputs.push_back(w.weight);
    return sum(builder, named(nameOf(w.parameter.getLoc()) + ".norm", compile.getLoc()), inputs,
               [&](OpBuilder &b, Location l, ValueRange e) {
                 return train::Arithmetic(b, l).square(total(b, l, w.parameter, e[0], e.back()));
               });
  }

  /// The number by which to multiply gradients of which these are the sums of squares.
  Value scale(ValueRange squares) {
    SmallVector<SmallVector<int64_t>> dims(squares.size());
    return nn::MapOp::create(builder, named("norm", compile.getLoc()),
                             RankedTensorType::get({}, builder.getF32Type()), squares, dims,
                             [&](OpBuilder &b, Location l, ValueRange e) {
                               train::Arithmetic a(b, l);
                               Value all = e.front();
                               for (Value more : e.drop_front())
                                 all = a.add(all, more);
                               // A norm that is no finite number spoils every weight rather than be
                               // overlooked.
                               Value norm = a.root(all);
                               Value shrunk = a.minimum(a.divide(1.0, norm), 1.0 / limit());
                               return SmallVector<Value>{
                                   a.add(a.multiply(shrunk, limit()), a.subtract(norm, norm))};
                             })
        .getResult(0);
  }

  Value scaleOfAll(ArrayRef<WeightGradient> weights) {
    SmallVector<Value> sums;
    for (WeightGradient weight : weights)
      sums.push_back(squares(weight));
    return scale(sums);
  }

  //===- The update ---------------------------------------------------------------------------===//

  Value learningRate(OpBuilder &b, Location l, Value given, Value step) {
    auto schedule = dyn_cast_if_present<train::ScheduleAttrInterface>(
        compile.getSchedule().value_or(Attribute()));
    if (!schedule)
      return given;
    train::Arithmetic a(b, l);
    return a.narrow(schedule.buildLearningRate(b, l, a.subtract(a.widen(step), 1.0)));
  }

  void update(WeightGradient w) {
    SmallVector<std::string> names{w.parameter.getSymName().str()};
    SmallVector<Value> inputs{w.weight, w.gradient};
    for (const train::OptimizerState &slot : optimizer.getSlots()) {
      names.push_back(train::slotName(w.parameter.getSymName(), slot.name));
      inputs.push_back(context.parameter(names.back()));
    }
    unsigned slots = names.size() - 1;
    int64_t rank = cast<RankedTensorType>(w.weight.getType()).getRank();
    SmallVector<SmallVector<int64_t>> dims(inputs.size(), nn::allDims(rank));
    inputs.append({context.learningRate, context.step});
    llvm::append_range(inputs, scalars);
    if (Value norm = clips(train::ClipKind::Norm) ? scale(squares(w)) : globalScale)
      inputs.push_back(norm);
    dims.resize(inputs.size());

    SmallVector<Type> types(names.size(), w.weight.getType());
    auto map = nn::MapOp::create(
        builder, loc, types, inputs, dims, [&](OpBuilder &b, Location l, ValueRange e) {
          train::Arithmetic a(b, l);
          ValueRange shared = e.drop_front(2 + slots);
          Value rate = learningRate(b, l, shared[0], shared[1]);
          Value gradient = total(b, l, w.parameter, e[1], e[0]), weight = e[0];
          if (clips(train::ClipKind::Value))
            gradient = a.clip(gradient, -limit(), limit());
          else if (compile.getClip())
            gradient = a.multiply(gradient, shared.back());
          if (auto decay = compile.getWeightDecayAttr())
            weight = a.subtract(weight, a.multiply(a.multiply(weight, train::number(decay)), rate));
          return optimizer.buildUpdate(b, l,
                                       {weight, gradient, e.slice(2, slots),
                                        shared.slice(2, scalars.size()), rate, shared[1]});
        });
    for (auto [name, successor] : llvm::zip_equal(names, map.getResults()))
      context.addSuccessor(name, successor);
  }

  void updateScalars() {
    if (scalars.empty())
      return;
    SmallVector<Value> inputs(scalars);
    inputs.push_back(context.step);
    SmallVector<SmallVector<int64_t>> dims(inputs.size());
    SmallVector<Type> types(scalars.size(), scalars.front().getType());
    auto map = nn::MapOp::create(builder, named("update.scalars", compile.getLoc()), types, inputs,
                                 dims, [&](OpBuilder &b, Location l, ValueRange e) {
                                   return optimizer.buildScalars(b, l, e.drop_back(), e.back());
                                 });
    for (auto [scalar, successor] : llvm::zip_equal(optimizer.getScalars(), map.getResults()))
      context.addSuccessor(train::scalarName(scalar.name), successor);
  }

  OpBuilder &builder;
  train::CompileOp compile;
  const UpdateContext &context;
  train::OptimizerAttrInterface optimizer;
  Location loc;
  SmallVector<Value> scalars;
  Value globalScale;
};
} // namespace

void ingot::differentiate::buildUpdates(OpBuilder &builder, train::CompileOp compile,
                                        ArrayRef<WeightGradient> weights,
                                        const UpdateContext &context) {
  UpdateBuilder(builder, compile, context).run(weights);
}
