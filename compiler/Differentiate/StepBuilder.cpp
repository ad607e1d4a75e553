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
    OperationState state(model.getLoc(), train::StepOp::getOperationName());
    state.addAttribute("sym_name", builder.getStringAttr(name));
    state.addAttribute("kind", train::StepKindAttr::get(builder.getContext(), kind));
    state.addAttribute("function_type", TypeAttr::get(builder.getFunctionType({}, {})));
    state.addRegion()->emplaceBlock();
    auto step = cast<train::StepOp>(builder.create(state));
    body = &step.getBody().front();
    declareArguments();
    builder.setInsertionPointToEnd(body);

    if (failed(buildBody()))
      return failure();
    decompose(*body, /*withGradientRule=*/true);
    step.setFunctionType(builder.getFunctionType(body->getArgumentTypes(), resultTypes));
    step.setArgAttrsAttr(dictionaries(argumentAttributes));
    step.setResAttrsAttr(dictionaries(resultAttributes));
    return step;
  }

private:
  //===- Signature ----------------------------------------------------------------------------===//

  Value addArgument(Type type, StringRef attribute, Attribute value, StringRef name) {
    argumentAttributes.push_back(builder.getNamedAttr(attribute, value));
    return body->addArgument(type, named(name, program.getLoc()));
  }

  /// A field of the step state, which becomes an argument when it is first asked for.
  Value field(StringRef name) {
    Value &argument = fields[name];
    if (!argument) {
      Type type = name == "learning_rate" ? Type(builder.getF32Type()) : builder.getI64Type();
      argument = addArgument(RankedTensorType::get({}, type), "train.step_state",
                             builder.getStringAttr(name), name);
    }
    return argument;
  }

  Type samplesOf(train::ArrayOp array) {
    auto sample = cast<RankedTensorType>(array.getSamples());
    SmallVector<int64_t> shape{ShapedType::kDynamic};
    llvm::append_range(shape, sample.getShape());
    return RankedTensorType::get(shape, sample.getElementType());
  }

  void declareArguments() {
    auto rows = RankedTensorType::get({ShapedType::kDynamic}, builder.getI32Type());
    imageSamples =
        addArgument(samplesOf(images), "train.images", FlatSymbolRefAttr::get(images), "images");
    if (needsLabels())
      labelSamples =
          addArgument(samplesOf(labels), "train.labels", FlatSymbolRefAttr::get(labels), "labels");
    order = addArgument(rows, "train.order", builder.getUnitAttr(), "order");
    if (needsLabels())
      field("valid_count");
    if (kind == train::StepKind::Train)
      for (StringRef name : {"learning_rate", "step"})
        field(name);
    for (train::ParameterOp parameter : program.getOps<train::ParameterOp>())
      if (kind == train::StepKind::Train || parameter.getRole() != train::Role::Slot)
        parameters[parameter.getSymName()] =
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

  LogicalResult buildBody() {
    Value image = gather(images, imageSamples, "gather.images");
    Value label = needsLabels() ? gather(labels, labelSamples, "gather.labels") : Value();
    Value output = runModel(image);
    if (kind == train::StepKind::Predict) {
      addResult(output, "train.output", builder.getUnitAttr());
      finish();
      decompose(*body, /*withGradientRule=*/false);
      return success();
    }
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
    finish();
    decompose(*body, /*withGradientRule=*/false);
    return kind == train::StepKind::Train ? buildUpdates() : success();
  }

  /// The rows of a batch as the model sees them: gathered, then what NumPy did to them before
  /// training.
  Value gather(train::ArrayOp array, Value samples, StringRef name) {
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
    if (type != rows.getType())
      rows = nn::ReshapeOp::create(builder, loc, type, rows);
    if (std::optional<train::ImageGeneratorAttr> generator = array.getGenerator())
      rows = generator->build(builder, named("augment", array.getLoc()), rows,
                              [&](StringRef name) { return field(name); });
    return rows;
  }

  /// The model's ops in place of a call, as they are in a step of this kind; returns its output.
  Value runModel(Value image) {
    IRMapping mapping;
    for (auto [i, argument] : llvm::enumerate(model.getBody().getArguments())) {
      auto parameter = model.getArgAttrOfType<FlatSymbolRefAttr>(i, "nn.parameter");
      mapping.map(argument, parameter ? parameters.at(parameter.getValue()) : image);
    }
    Block &forward = model.getBody().front();
    for (Operation &op : forward.without_terminator())
      specialize(builder.clone(op, mapping), op, mapping);
    for (OpOperand &result : forward.getTerminator()->getOpOperands())
      if (auto weight = model.getResultAttrOfType<FlatSymbolRefAttr>(result.getOperandNumber(),
                                                                     "nn.parameter"))
        successors.push_back({weight, mapping.lookup(result.get())});
    return mapping.lookup(forward.getTerminator()->getOperand(0));
  }

  /// Puts what `op` means in this step in its place, if it means different things in different
  /// steps.
  void specialize(Operation *op, Operation &original, IRMapping &mapping) {
    auto mode = dyn_cast<ModeOpInterface>(op);
    if (!mode)
      return;
    auto state = [&](StringRef name) { return field(name); };
    StepContext context(kind == train::StepKind::Train, state);
    for (auto [result, value] :
         llvm::zip_equal(original.getResults(), mode.specialize(builder, context)))
      mapping.map(result, value);
    op->erase();
  }

  /// The mean over the valid rows: Keras's reduction sum_over_batch_size.
  Value mean(Location loc, Value perSample) {
    auto scalar = RankedTensorType::get({}, builder.getF32Type());
    Value sum =
        nn::ReduceOp::create(builder, loc, scalar, nn::ReduceKind::Sum, perSample, {nn::allDims(1)},
                             {0}, [](OpBuilder &, Location, ValueRange e) { return e[0]; });
    return nn::MapOp::create(builder, loc, scalar, {sum, field("valid_count")},
                             {nn::allDims(0), nn::allDims(0)},
                             [](OpBuilder &b, Location l, ValueRange e) {
                               Value rows = arith::SIToFPOp::create(b, l, b.getF32Type(), e[1]);
                               return SmallVector<Value>{arith::DivFOp::create(b, l, e[0], rows)};
                             })
        .getResult(0);
  }

  /// Gradients of the loss and, from them, the successors of weights and slots.
  LogicalResult buildUpdates() {
    Operation *terminator = body->getTerminator();
    SmallVector<Value> weights;
    SmallVector<train::ParameterOp> trainable;
    for (train::ParameterOp parameter : program.getOps<train::ParameterOp>())
      if (parameter.getRole() == train::Role::Trainable) {
        trainable.push_back(parameter);
        weights.push_back(parameters.at(parameter.getSymName()));
      }
    Value loss = terminator->getOperand(0);
    results.assign(terminator->operand_begin(), terminator->operand_end());
    terminator->erase();
    builder.setInsertionPointToEnd(body);
    FailureOr<SmallVector<Value>> gradients = buildGradients(builder, loss, weights);
    if (failed(gradients))
      return failure();

    auto optimizer = cast<OptimizerAttrInterface>(compile.getOptimizer());
    for (auto [parameter, weight, gradient] : llvm::zip_equal(trainable, weights, *gradients))
      update(optimizer, parameter, weight, gradient);
    for (auto [weight, successor] : successors)
      addResult(successor, "train.parameter", weight);
    finish();
    return success();
  }

  void update(OptimizerAttrInterface optimizer, train::ParameterOp parameter, Value weight,
              Value gradient) {
    SmallVector<std::string> names{parameter.getSymName().str()};
    for (StringRef slot : optimizer.getSlotNames())
      names.push_back((parameter.getSymName() + "/" + slot).str());
    SmallVector<Value> inputs{weight, gradient};
    for (const std::string &slot : llvm::drop_begin(names))
      inputs.push_back(parameters.at(slot));
    int64_t rank = cast<RankedTensorType>(weight.getType()).getRank();
    SmallVector<SmallVector<int64_t>> dims(inputs.size(), nn::allDims(rank));
    inputs.append({field("learning_rate"), field("step")});
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

  void finish() {
    builder.setInsertionPointToEnd(body);
    train::ReturnOp::create(builder, program.getLoc(), results);
  }

  train::ProgramOp program;
  nn::ModelOp model;
  train::CompileOp compile;
  train::StepKind kind;
  train::ArrayOp images, labels;
  OpBuilder builder;
  Block *body = nullptr;
  Value imageSamples, labelSamples, order;
  llvm::StringMap<Value> fields, parameters;                   // arguments
  SmallVector<std::pair<FlatSymbolRefAttr, Value>> successors; // of weights without a gradient
  SmallVector<Type> resultTypes;
  SmallVector<NamedAttribute> argumentAttributes, resultAttributes;
  SmallVector<Value> results;
};
} // namespace

FailureOr<train::StepOp>
ingot::differentiate::buildStep(train::ProgramOp program, nn::ModelOp model,
                                train::CompileOp compile, train::StepKind kind, StringRef name,
                                train::ArrayOp images, train::ArrayOp labels) {
  return StepBuilder(program, model, compile, kind, images, labels).build(name);
}
