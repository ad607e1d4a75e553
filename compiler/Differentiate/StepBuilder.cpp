// One step function, in the order in which a person would write a training step: gather the batch,
// run the model, take the loss and the metrics, and, when training, the gradients and the update.

#include "compiler/Differentiate/StepBuilder.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::differentiate;

namespace {
class StepBuilder {
public:
  StepBuilder(train::ProgramOp program, nn::ModelOp model, train::CompileOp compile,
              train::StepKind kind, train::ArrayOp images, train::ArrayOp labels)
      : program(program), model(model), compile(compile), kind(kind), images(images),
        labels(labels), builder(OpBuilder::atBlockEnd(&program.getBody().front())) {}

  FailureOr<train::StepOp> build(StringRef name) {
    declareArguments();
    OperationState state(model.getLoc(), train::StepOp::getOperationName());
    state.addAttribute("sym_name", builder.getStringAttr(name));
    state.addAttribute("kind", train::StepKindAttr::get(builder.getContext(), kind));
    state.addAttribute("function_type", TypeAttr::get(builder.getFunctionType({}, {})));
    state.addRegion()->emplaceBlock();
    auto step = cast<train::StepOp>(builder.create(state));
    Block &body = step.getBody().front();
    for (auto [type, attributes, loc] :
         llvm::zip_equal(argumentTypes, argumentAttributes, argumentLocations))
      body.addArgument(type, loc);
    builder.setInsertionPointToEnd(&body);

    if (failed(buildBody(body)))
      return failure();
    decomposeStopGradients(body);
    step.setFunctionType(builder.getFunctionType(argumentTypes, resultTypes));
    step.setArgAttrsAttr(dictionaries(argumentAttributes));
    step.setResAttrsAttr(dictionaries(resultAttributes));
    return step;
  }

private:
  //===- Signature ----------------------------------------------------------------------------===//

  unsigned addArgument(Type type, StringRef attribute, Attribute value, StringRef name) {
    argumentTypes.push_back(type);
    argumentAttributes.push_back(builder.getNamedAttr(attribute, value));
    argumentLocations.push_back(named(name, program.getLoc()));
    return argumentTypes.size() - 1;
  }

  Type samplesOf(train::ArrayOp array) {
    auto sample = cast<RankedTensorType>(array.getSamples());
    SmallVector<int64_t> shape{ShapedType::kDynamic};
    llvm::append_range(shape, sample.getShape());
    return RankedTensorType::get(shape, sample.getElementType());
  }

  void declareArguments() {
    auto scalar = [&](Type type) { return RankedTensorType::get({}, type); };
    auto field = [&](Type type, StringRef name) {
      return addArgument(scalar(type), "train.step_state", builder.getStringAttr(name), name);
    };
    auto rows = RankedTensorType::get({ShapedType::kDynamic}, builder.getI32Type());
    imagesArgument =
        addArgument(samplesOf(images), "train.images", FlatSymbolRefAttr::get(images), "images");
    if (needsLabels())
      labelsArgument =
          addArgument(samplesOf(labels), "train.labels", FlatSymbolRefAttr::get(labels), "labels");
    orderArgument = addArgument(rows, "train.order", builder.getUnitAttr(), "order");
    if (needsLabels())
      countArgument = field(builder.getI64Type(), "valid_count");
    if (kind == train::StepKind::Train) {
      rateArgument = field(builder.getF32Type(), "learning_rate");
      stepArgument = field(builder.getI64Type(), "step");
    }
    for (train::ParameterOp parameter : program.getOps<train::ParameterOp>())
      if (kind == train::StepKind::Train || parameter.getRole() != train::Role::Slot)
        parameterArguments[parameter.getSymName()] =
            addArgument(parameter.getType(), "train.parameter", FlatSymbolRefAttr::get(parameter),
                        parameter.getSymName());
  }

  bool needsLabels() { return kind != train::StepKind::Predict; }

  void addResult(Value value, StringRef attribute, Attribute attributeValue) {
    results.push_back(value);
    resultTypes.push_back(value.getType());
    resultAttributes.push_back(builder.getNamedAttr(attribute, attributeValue));
  }

  ArrayAttr dictionaries(ArrayRef<NamedAttribute> attributes) {
    return builder.getArrayAttr(
        llvm::map_to_vector(attributes, [&](NamedAttribute attribute) -> Attribute {
          return builder.getDictionaryAttr(attribute);
        }));
  }

  //===- Body ---------------------------------------------------------------------------------===//

  LogicalResult buildBody(Block &body) {
    Value order = body.getArgument(orderArgument);
    Value image = gather(images, body.getArgument(imagesArgument), order, "gather.images");
    Value label = needsLabels()
                      ? gather(labels, body.getArgument(labelsArgument), order, "gather.labels")
                      : Value();
    Value output = runModel(body, image);
    if (kind == train::StepKind::Predict) {
      addResult(output, "train.output", builder.getUnitAttr());
      finish(body);
      decomposeAll(body);
      return success();
    }
    count = body.getArgument(countArgument);
    Location lossLoc = named("loss", compile.getLoc());
    Value loss =
        mean(lossLoc,
             cast<LossAttrInterface>(compile.getLoss()).buildLoss(builder, lossLoc, output, label));
    addResult(loss, "train.metric", builder.getStringAttr("loss"));
    for (Attribute attribute : compile.getMetrics()) {
      auto metric = cast<MetricAttrInterface>(attribute);
      Location loc = named(metric.getMetricName(), compile.getLoc());
      addResult(mean(loc, metric.buildMetric(builder, loc, output, label)), "train.metric",
                builder.getStringAttr(metric.getMetricName()));
    }
    finish(body);
    decomposeAll(body);
    builder.setInsertionPoint(body.getTerminator());
    if (kind != train::StepKind::Train)
      return success();
    return buildUpdates(body);
  }

  /// The rows of a batch as the model sees them: gathered, then what NumPy did to them before
  /// training.
  Value gather(train::ArrayOp array, Value samples, Value order, StringRef name) {
    Location loc = named(name, array.getLoc());
    Value rows = nn::GatherOp::create(builder, loc, samples.getType(), samples, order);
    auto seen = cast<RankedTensorType>(array.getType());
    if (!array.getPreprocess().empty()) {
      auto mapped = RankedTensorType::get(cast<RankedTensorType>(rows.getType()).getShape(),
                                          seen.getElementType());
      rows = nn::buildMap(
          builder, loc, mapped, rows, [&](OpBuilder &b, Location, ValueRange element) -> Value {
            Block &preprocess = array.getPreprocess().front();
            IRMapping mapping;
            mapping.map(preprocess.getArguments(), element);
            for (Operation &op : preprocess.without_terminator())
              b.clone(op, mapping);
            return mapping.lookupOrDefault(preprocess.getTerminator()->getOperand(0));
          });
    }
    SmallVector<int64_t> shape{ShapedType::kDynamic};
    llvm::append_range(shape, seen.getShape());
    auto type = RankedTensorType::get(shape, seen.getElementType());
    return type == rows.getType() ? rows
                                  : nn::ReshapeOp::create(builder, loc, type, rows).getResult();
  }

  /// The model's ops in place of a call; returns its output.
  Value runModel(Block &body, Value image) {
    IRMapping mapping;
    for (auto [i, argument] : llvm::enumerate(model.getBody().getArguments())) {
      auto parameter = model.getArgAttrOfType<FlatSymbolRefAttr>(i, "nn.parameter");
      mapping.map(argument, parameter
                                ? body.getArgument(parameterArguments.at(parameter.getValue()))
                                : image);
    }
    Block &forward = model.getBody().front();
    for (Operation &op : forward.without_terminator())
      builder.clone(op, mapping);
    return mapping.lookup(forward.getTerminator()->getOperand(0));
  }

  /// The mean over the valid rows: Keras's reduction sum_over_batch_size.
  Value mean(Location loc, Value perSample) {
    auto scalar = RankedTensorType::get({}, builder.getF32Type());
    Value sum =
        nn::ReduceOp::create(builder, loc, scalar, nn::ReduceKind::Sum, perSample, {nn::allDims(1)},
                             {0}, [](OpBuilder &, Location, ValueRange e) { return e[0]; });
    return nn::MapOp::create(builder, loc, scalar, {sum, count}, {nn::allDims(0), nn::allDims(0)},
                             [](OpBuilder &b, Location l, ValueRange e) {
                               Value rows = arith::SIToFPOp::create(b, l, b.getF32Type(), e[1]);
                               return SmallVector<Value>{arith::DivFOp::create(b, l, e[0], rows)};
                             })
        .getResult(0);
  }

  /// Gradients of the loss and, from them, the successors of weights and slots.
  LogicalResult buildUpdates(Block &body) {
    Operation *terminator = body.getTerminator();
    SmallVector<Value> weights;
    SmallVector<train::ParameterOp> parameters;
    for (train::ParameterOp parameter : program.getOps<train::ParameterOp>())
      if (parameter.getRole() == train::Role::Trainable) {
        parameters.push_back(parameter);
        weights.push_back(body.getArgument(parameterArguments.at(parameter.getSymName())));
      }
    Value loss = terminator->getOperand(0);
    results.assign(terminator->operand_begin(), terminator->operand_end());
    terminator->erase();
    builder.setInsertionPointToEnd(&body);
    FailureOr<SmallVector<Value>> gradients = buildGradients(builder, loss, weights);
    if (failed(gradients))
      return failure();

    auto optimizer = cast<OptimizerAttrInterface>(compile.getOptimizer());
    for (auto [parameter, weight, gradient] : llvm::zip_equal(parameters, weights, *gradients))
      update(body, optimizer, parameter, weight, gradient);
    finish(body);
    return success();
  }

  void update(Block &body, OptimizerAttrInterface optimizer, train::ParameterOp parameter,
              Value weight, Value gradient) {
    SmallVector<std::string> names{parameter.getSymName().str()};
    for (StringRef slot : optimizer.getSlotNames())
      names.push_back((parameter.getSymName() + "/" + slot).str());
    SmallVector<Value> inputs{weight, gradient};
    for (const std::string &slot : llvm::drop_begin(names))
      inputs.push_back(body.getArgument(parameterArguments.at(slot)));
    int64_t rank = cast<RankedTensorType>(weight.getType()).getRank();
    SmallVector<SmallVector<int64_t>> dims(inputs.size(), nn::allDims(rank));
    inputs.append({body.getArgument(rateArgument), body.getArgument(stepArgument)});
    dims.append(2, nn::allDims(0));
    SmallVector<Type> types(names.size(), weight.getType());
    Location loc = named("update", compile.getLoc());
    auto map = nn::MapOp::create(
        builder, loc, types, inputs, dims, [&](OpBuilder &b, Location l, ValueRange e) {
          ValueRange slots = e.drop_front(2).drop_back(2);
          return optimizer.buildUpdate(b, l, e[0], e[1], slots, e[e.size() - 2], e.back());
        });
    for (auto [name, successor] : llvm::zip_equal(names, map.getResults()))
      addResult(successor, "train.parameter", FlatSymbolRefAttr::get(builder.getContext(), name));
  }

  void finish(Block &body) {
    builder.setInsertionPointToEnd(&body);
    train::ReturnOp::create(builder, program.getLoc(), results);
  }

  static void decomposeStopGradients(Block &body) {
    for (Operation &op : llvm::make_early_inc_range(body))
      if (auto stop = dyn_cast<nn::StopGradientOp>(op)) {
        stop.replaceAllUsesWith(stop.getInput());
        stop.erase();
      }
  }

  train::ProgramOp program;
  nn::ModelOp model;
  train::CompileOp compile;
  train::StepKind kind;
  train::ArrayOp images, labels;
  OpBuilder builder;
  Value count;
  unsigned imagesArgument = 0, labelsArgument = 0, orderArgument = 0, countArgument = 0,
           rateArgument = 0, stepArgument = 0;
  llvm::StringMap<unsigned> parameterArguments;
  SmallVector<Type> argumentTypes, resultTypes;
  SmallVector<NamedAttribute> argumentAttributes, resultAttributes;
  SmallVector<Location> argumentLocations;
  SmallVector<Value> results;
};
} // namespace

FailureOr<train::StepOp>
ingot::differentiate::buildStep(train::ProgramOp program, nn::ModelOp model,
                                train::CompileOp compile, train::StepKind kind, StringRef name,
                                train::ArrayOp images, train::ArrayOp labels) {
  return StepBuilder(program, model, compile, kind, images, labels).build(name);
}
