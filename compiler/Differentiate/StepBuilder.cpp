// One step function, in the order in which a person would write a training step: gather the batch,
// run the model, take the loss and the metrics, and, when training, the gradients and the update.

#include "compiler/Differentiate/StepBuilder.h"
#include "compiler/Differentiate/Updates.h"
#include "dialects/Train/Arithmetic.h"
#include "dialects/Train/LabelledRows.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::differentiate;

namespace {
class StepBuilder {
public:
  StepBuilder(train::ProgramOp program, nn::ModelOp model, train::CompileOp compile,
              train::StepKind kind, train::ArrayOp images, train::ArrayOp labels,
              DenseF64ArrayAttr classWeight)
      : program(program), model(model), compile(compile), kind(kind), images(images),
        labels(labels), classWeight(classWeight),
        builder(OpBuilder::atBlockEnd(&program.getBody().front())) {}

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
    Value losses =
        cast<LossAttrInterface>(compile.getLoss()).buildLoss(builder, lossLoc, output, label);
    if (classWeight)
      losses = weighted(lossLoc, losses,
                        train::LabelledRows(builder, lossLoc, output, label).labelledClass());
    dataLoss = mean(lossLoc, losses);
    addResult(withPenalties(lossLoc, dataLoss), "train.metric", builder.getStringAttr("loss"));
    for (Attribute attribute : compile.getMetrics()) {
      auto metric = cast<MetricAttrInterface>(attribute);
      Location loc = named(metric.getMetricName(), compile.getLoc());
      addResult(mean(loc, metric.buildMetric(builder, loc, output, label)), "train.metric",
                builder.getStringAttr(metric.getMetricName()));
    }
    finish();
    decompose(*body, /*withGradientRule=*/false);
    return kind == train::StepKind::Train ? buildSuccessors() : success();
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
      SmallVector<Value> operands{rows};
      SmallVector<SmallVector<int64_t>> dims{nn::allDims(mapped.getRank())};
      if (ArrayAttr values = array.getValuesAttr())
        for (auto name : values.getAsRange<FlatSymbolRefAttr>())
          addValues(name, mapped.getRank(), operands, dims);
      rows = nn::MapOp::create(builder, loc, TypeRange{mapped}, operands, dims,
                               [&](OpBuilder &b, Location, ValueRange element) {
                                 Block &preprocess = array.getPreprocess().front();
                                 IRMapping mapping;
                                 mapping.map(preprocess.getArguments(), element);
                                 for (Operation &op : preprocess.without_terminator())
                                   b.clone(op, mapping);
                                 return SmallVector<Value>{mapping.lookupOrDefault(
                                     preprocess.getTerminator()->getOperand(0))};
                               })
                 .getResult(0);
    }
    SmallVector<int64_t> shape{ShapedType::kDynamic};
    llvm::append_range(shape, seen.getShape());
    auto type = RankedTensorType::get(shape, seen.getElementType());
    if (auto classes = array.getOneHot())
      rows = oneHot(loc, *classes, rows);
    if (type != rows.getType())
      rows = nn::ReshapeOp::create(builder, loc, type, rows);
    if (std::optional<train::ImageGeneratorAttr> generator = array.getGenerator())
      rows = generator->build(builder, named("augment", array.getLoc()), rows,
                              [&](StringRef name) { return field(name); });
    return standardized(loc, array, rows);
  }

  /// An operand of a map over samples that lies along their last dimensions.
  void addValues(FlatSymbolRefAttr name, int64_t rank, SmallVector<Value> &operands,
                 SmallVector<SmallVector<int64_t>> &dims) {
    operands.push_back(parameters.at(name.getValue()));
    int64_t own = cast<RankedTensorType>(operands.back().getType()).getRank();
    dims.push_back(llvm::to_vector(llvm::seq<int64_t>(rank - own, rank)));
  }

  /// (x - centre) / (deviation + 1e-6), each channel with its own
  /// (keras/src/legacy/preprocessing/image.py, standardize).
  Value standardized(Location loc, train::ArrayOp array, Value rows) {
    auto type = cast<RankedTensorType>(rows.getType());
    SmallVector<Value> operands{rows};
    SmallVector<SmallVector<int64_t>> dims{nn::allDims(type.getRank())};
    for (FlatSymbolRefAttr name : {array.getCentreAttr(), array.getDeviationAttr()})
      if (name)
        addValues(name, type.getRank(), operands, dims);
    if (operands.size() == 1)
      return rows;
    return nn::MapOp::create(builder, loc, TypeRange{type}, operands, dims,
                             [](OpBuilder &b, Location l, ValueRange e) {
                               train::Arithmetic a(b, l);
                               Value result = a.subtract(e[0], e[1]);
                               if (e.size() > 2)
                                 result = a.divide(result, a.add(e[2], 1e-6));
                               return SmallVector<Value>{result};
                             })
        .getResult(0);
  }

  /// 1 at the class of each row, 0 elsewhere.
  Value oneHot(Location loc, int64_t classes, Value rows) {
    auto batch = RankedTensorType::get({ShapedType::kDynamic},
                                       cast<RankedTensorType>(rows.getType()).getElementType());
    if (rows.getType() != batch)
      rows = nn::ReshapeOp::create(builder, loc, batch, rows);
    auto type = RankedTensorType::get({ShapedType::kDynamic, classes}, builder.getF32Type());
    return nn::MapOp::create(
               builder, loc, type, rows, {{0}},
               [](OpBuilder &b, Location l, ValueRange e) {
                 Value place = nn::IndexOp::create(b, l, b.getIndexType(), b.getI64IntegerAttr(1));
                 Value index = arith::IndexCastOp::create(b, l, e[0].getType(), place);
                 Value here = arith::CmpIOp::create(b, l, arith::CmpIPredicate::eq, index, e[0]);
                 return SmallVector<Value>{arith::UIToFPOp::create(b, l, b.getF32Type(), here)};
               })
        .getResult(0);
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

  /// Each sample's loss times the weight of its class.
  Value weighted(Location loc, Value losses, Value classes) {
    return nn::buildMap(builder, loc, losses.getType(), {losses, classes},
                        [&](OpBuilder &b, Location l, ValueRange e) -> Value {
                          train::Arithmetic a(b, l);
                          Value weight = a.constant(b.getF32Type(), 1);
                          for (auto [index, number] : llvm::enumerate(classWeight.asArrayRef())) {
                            if (number == 1)
                              continue;
                            Value here = arith::CmpIOp::create(
                                b, l, arith::CmpIPredicate::eq, e[1],
                                arith::ConstantOp::create(b, l, b.getI32IntegerAttr(index)));
                            weight = a.select(here, a.constant(b.getF32Type(), number), weight);
                          }
                          return a.multiply(e[0], weight);
                        });
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

  /// The loss of the data, and the penalties of the weights that have one.
  Value withPenalties(Location loc, Value loss) {
    SmallVector<Value> terms{loss};
    for (train::ParameterOp parameter : program.getOps<train::ParameterOp>())
      if (parameter.getRegularizer())
        terms.push_back(buildPenalty(builder, parameter, parameters.at(parameter.getSymName())));
    if (terms.size() == 1)
      return loss;
    return nn::buildMap(builder, loc, loss.getType(), terms,
                        [](OpBuilder &b, Location l, ValueRange e) -> Value {
                          Value sum = e.front();
                          for (Value term : e.drop_front())
                            sum = arith::AddFOp::create(b, l, sum, term);
                          return sum;
                        });
  }

  /// Gradients of the data's loss and, from them, the successors of weights and slots. Those of
  /// penalties are part of the updates.
  LogicalResult buildSuccessors() {
    SmallVector<WeightGradient> updated;
    SmallVector<Value> weights;
    for (train::ParameterOp parameter : program.getOps<train::ParameterOp>())
      if (parameter.getRole() == train::Role::Trainable) {
        weights.push_back(parameters.at(parameter.getSymName()));
        updated.push_back({parameter, weights.back(), Value()});
      }
    Operation *terminator = body->getTerminator();
    results.assign(terminator->operand_begin(), terminator->operand_end());
    terminator->erase();
    builder.setInsertionPointToEnd(body);
    FailureOr<SmallVector<Value>> gradients = buildGradients(builder, dataLoss, weights);
    if (failed(gradients))
      return failure();
    for (auto [update, gradient] : llvm::zip_equal(updated, *gradients))
      update.gradient = gradient;
    buildUpdates(builder, compile, updated,
                 {field("learning_rate"), field("step"),
                  [&](StringRef name) { return parameters.at(name); },
                  [&](StringRef name, Value successor) {
                    addResult(successor, "train.parameter",
                              FlatSymbolRefAttr::get(program.getContext(), name));
                  }});
    for (auto [weight, successor] : successors)
      addResult(successor, "train.parameter", weight);
    finish();
    return success();
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
  DenseF64ArrayAttr classWeight; // null where all weigh alike
  OpBuilder builder;
  Block *body = nullptr;
  Value imageSamples, labelSamples, order, dataLoss;
  llvm::StringMap<Value> fields, parameters;                   // arguments
  SmallVector<std::pair<FlatSymbolRefAttr, Value>> successors; // of weights without a gradient
  SmallVector<Type> resultTypes;
  SmallVector<NamedAttribute> argumentAttributes, resultAttributes;
  SmallVector<Value> results;
};
} // namespace

FailureOr<train::StepOp> ingot::differentiate::buildStep(
    train::ProgramOp program, nn::ModelOp model, train::CompileOp compile, train::StepKind kind,
    StringRef name, train::ArrayOp images, train::ArrayOp labels, DenseF64ArrayAttr classWeight) {
  return StepBuilder(program, model, compile, kind, images, labels, classWeight).build(name);
}
