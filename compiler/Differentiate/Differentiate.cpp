// From a model and what the script does with it to pure step functions.
//
//   nn.model @model …   train.compile @model …
//   train.fit @x, @y validation @u, @v
//     ->
//   train.step train @train_step(…) -> (loss, accuracy, successors)
//   train.step evaluate @evaluate_step(…) -> (loss, accuracy)
//   train.step predict @predict_step(…) -> output
//   train.step predict @predict_step_1(…) -> output     of images without preprocessing
//   train.fit … steps [@train_step, @evaluate_step]
//
// One step is built for each kind and each pair of arrays that the script uses, since preprocessing
// is part of a step. Other models than the compiled one predict alone; their steps come last. The
// models and the compilation are consumed.

#include "compiler/Differentiate/StepBuilder.h"
#include "dialects/Train/Predict.h"
#include "mlir/Pass/Pass.h"

#include "compiler/Pipeline/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "compiler/Pipeline/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;
using namespace ingot::differentiate;

namespace {
class StepTable {
public:
  StepTable(train::ProgramOp program, nn::ModelOp model, train::CompileOp compile)
      : program(program), model(model), compile(compile), symbols(program) {}

  /// The step of that kind on these arrays, built at its first use. `other`: of that model in place
  /// of the compiled one.
  FailureOr<FlatSymbolRefAttr> get(train::StepKind kind, FlatSymbolRefAttr images,
                                   FlatSymbolRefAttr labels, DenseF64ArrayAttr classWeight = {},
                                   FlatSymbolRefAttr other = {}) {
    auto key = std::make_tuple(kind, images.getValue().str(), labels ? labels.getValue().str() : "",
                               classWeight.getAsOpaquePointer(), other.getAsOpaquePointer());
    if (auto known = steps.find(key); known != steps.end())
      return known->second;
    if (kind != train::StepKind::Predict && !compile)
      return program.emitOpError("needs a compilation: it trains or evaluates");
    std::string name = (stringifyStepKind(kind) + "_step").str();
    if (unsigned before = counts[kind]++)
      name += "_" + std::to_string(before);
    auto array = [&](FlatSymbolRefAttr symbol) {
      return symbol ? symbols.lookup<train::ArrayOp>(symbol.getAttr()) : train::ArrayOp();
    };
    for (FlatSymbolRefAttr symbol : {images, labels})
      if (symbol && !array(symbol))
        return program.emitOpError("has an action on ") << symbol << ", which is no train.array";
    auto of = other ? symbols.lookup<nn::ModelOp>(other.getAttr()) : model;
    if (!of)
      return program.emitOpError("predicts with ") << other << ", which is no nn.model";
    auto step =
        buildStep(program, of, compile, kind, name, array(images), array(labels), classWeight);
    if (failed(step))
      return failure();
    return steps[key] = FlatSymbolRefAttr::get(*step);
  }

  /// An array as the model sees `images`, for samples that are given as such and not read.
  FlatSymbolRefAttr prepared(FlatSymbolRefAttr images) {
    auto array = symbols.lookup<train::ArrayOp>(images.getAttr());
    OpBuilder builder(array->getContext());
    builder.setInsertionPointAfter(array);
    auto given = train::ArrayOp::create(
        builder, array.getLoc(), builder.getStringAttr("prepared"), /*reader=*/StringAttr(),
        /*options=*/StringAttr(), builder.getStringAttr(""), array.getKeyAttr(),
        array.getTestAttr(), builder.getI64IntegerAttr(0), array.getTypeAttr(), array.getTypeAttr(),
        /*one_hot=*/IntegerAttr(), /*generator=*/{}, /*values=*/{}, /*centre=*/{},
        /*deviation=*/{});
    return FlatSymbolRefAttr::get(symbols.insert(given));
  }

private:
  train::ProgramOp program;
  nn::ModelOp model;
  train::CompileOp compile;
  SymbolTable symbols;
  std::map<std::tuple<train::StepKind, std::string, std::string, const void *, const void *>,
           FlatSymbolRefAttr>
      steps;
  std::map<train::StepKind, unsigned> counts;
};

struct Differentiate : ingot::impl::DifferentiateBase<Differentiate> {
  using Base::Base;

  void runOnOperation() override {
    for (train::ProgramOp program : getOperation().getOps<train::ProgramOp>())
      if (failed(differentiate(program)))
        return signalPassFailure();
  }

  LogicalResult differentiate(train::ProgramOp program) {
    auto models = llvm::to_vector(program.getOps<nn::ModelOp>());
    auto compiles = llvm::to_vector(program.getOps<train::CompileOp>());
    if (models.empty() && compiles.empty())
      return success();
    if (models.empty() || compiles.size() > 1)
      return program.emitOpError("needs a model and at most one compilation, but has ")
             << models.size() << " and " << compiles.size();
    train::CompileOp compile = compiles.empty() ? train::CompileOp() : compiles.front();
    StepTable steps(program, models[0], compile);
    FlatSymbolRefAttr predicted;
    WalkResult result = program.walk([&](Operation *op) -> WalkResult {
      if (auto fit = dyn_cast<train::FitOp>(op))
        return bindFit(fit, steps, predicted);
      if (auto evaluate = dyn_cast<train::EvaluateOp>(op)) {
        auto step = steps.get(train::StepKind::Evaluate, evaluate.getXAttr(), evaluate.getYAttr());
        if (failed(step))
          return failure();
        evaluate.setStepAttr(*step);
        predicted = evaluate.getXAttr();
      }
      if (auto predict = dyn_cast<train::PredictOp>(op); predict && !predict.getModelAttr()) {
        auto step = steps.get(train::StepKind::Predict, predict.getXAttr(), {});
        if (failed(step))
          return failure();
        predict.setStepAttr(*step);
        if (!predicted)
          predicted = predict.getXAttr();
      }
      return success();
    });
    if (result.wasInterrupted())
      return failure();
    // The executable's own predictions: of images as they are loaded, and of prepared ones.
    if (predicted && (failed(steps.get(train::StepKind::Predict, predicted, {})) ||
                      failed(steps.get(train::StepKind::Predict, steps.prepared(predicted), {}))))
      return failure();
    if (failed(bindOthers(program, steps)))
      return failure();
    for (nn::ModelOp model : models)
      model.erase();
    if (compile)
      compile.erase();
    return success();
  }

  /// Predictions of other models. They come last: the executable's own are the first of their kind.
  LogicalResult bindOthers(train::ProgramOp program, StepTable &steps) {
    WalkResult result = program.walk([&](train::PredictOp predict) -> WalkResult {
      if (!predict.getModelAttr())
        return success();
      auto step =
          steps.get(train::StepKind::Predict, predict.getXAttr(), {}, {}, predict.getModelAttr());
      if (succeeded(step))
        predict.setStepAttr(*step);
      return WalkResult(LogicalResult(step));
    });
    return failure(result.wasInterrupted());
  }

  LogicalResult bindFit(train::FitOp fit, StepTable &steps, FlatSymbolRefAttr &predicted) {
    auto train =
        steps.get(train::StepKind::Train, fit.getXAttr(), fit.getYAttr(), fit.getClassWeightAttr());
    if (failed(train))
      return failure();
    SmallVector<Attribute> bound{*train};
    if (!predicted)
      predicted = fit.getXAttr();
    if (auto x = fit.getValidationXAttr()) {
      auto evaluate = steps.get(train::StepKind::Evaluate, x, fit.getValidationYAttr());
      if (failed(evaluate))
        return failure();
      bound.push_back(*evaluate);
      predicted = x;
    }
    fit.setStepsAttr(ArrayAttr::get(fit.getContext(), bound));
    return success();
  }
};
} // namespace
