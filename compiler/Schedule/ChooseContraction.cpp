// Schedules of convolutions and matrix products, and the layouts that they need.
//
//   %1 = kernel.launch "conv2d_1" (%x, %w : tensor<3x3x32x64xf32>) { conv2d }
//     ->  %1 = kernel.launch "conv2d_1" (%x, %w : tensor<3x3x32x64xf32, #kernel.blocked<64>>)
//     schedule <conv2d_forward, …>
//
// A weight's block is fixed by its forward pass and holds for the weight, its gradient and its
// slots, in all steps. A weight that something reads or makes in a way that cannot take a blocked
// layout keeps its plain one, and its launches the reference lowering. The gradient of an input
// reads one operand in an order of its own; a launch before it prepares that operand.

#include "compiler/Codegen/CPU/ContractionLaunch.h"
#include "compiler/Schedule/Choose.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::cpu;
using namespace ingot::schedule;

namespace {
class ContractionChoice {
public:
  ContractionChoice(train::ProgramOp program, const Machine &machine)
      : program(program), machine(machine), batch(program.getBatch()) {}

  void run() {
    program.walk([&](kernel::LaunchOp launch) {
      if (auto contraction = scheduled(launch);
          contraction && contraction->role == ContractionRole::Forward)
        considerWeight(launch, *contraction);
    });
    for (auto &[name, block] : blocks)
      applyBlock(name, block);
    program.walk([&](kernel::LaunchOp launch) {
      if (auto contraction = scheduled(launch))
        choose(launch, *contraction);
    });
  }

private:
  /// The launch's contraction, if it has one whose epilogue the emitters can take.
  std::optional<Contraction> scheduled(kernel::LaunchOp launch) {
    Block &body = launch.getBody().front();
    auto contraction = contractionOf(&body.front(), batch);
    if (!contraction)
      return std::nullopt;
    auto ops = llvm::to_vector(llvm::make_pointer_range(body.without_terminator()));
    if (ops.size() > 2 || body.getTerminator()->getNumOperands() != 1)
      return std::nullopt;
    if (ops.size() == 2) {
      auto map = dyn_cast<nn::MapOp>(ops[1]);
      if (!map || contraction->role == ContractionRole::GradFilter ||
          !isEpilogue(map, contraction->op->getResult(0)))
        return std::nullopt;
    }
    return contraction;
  }

  static Value operandOf(kernel::LaunchOp launch, Value argument) {
    auto block = dyn_cast<BlockArgument>(argument);
    return block ? launch.getInputs()[block.getArgNumber()] : Value();
  }

  /// The parameter that a value of a step is, or null.
  static StringAttr parameterOf(Value value) {
    auto argument = dyn_cast_if_present<BlockArgument>(value);
    auto step =
        argument ? dyn_cast<train::StepOp>(argument.getOwner()->getParentOp()) : train::StepOp();
    auto symbol =
        step ? step.getArgAttrOfType<FlatSymbolRefAttr>(argument.getArgNumber(), "train.parameter")
             : FlatSymbolRefAttr();
    return symbol ? symbol.getAttr() : StringAttr();
  }

  void considerWeight(kernel::LaunchOp launch, const Contraction &contraction) {
    StringAttr name = parameterOf(operandOf(launch, contraction.filter()));
    if (name && !blocks.count(name) && takesBlocks(name))
      blocks[name] = chooseFilterBlock(contraction.problem, machine);
  }

  /// True if every launch can read and make this weight, its slots and its gradient in blocks.
  bool takesBlocks(StringAttr name) {
    bool takes = true;
    program.walk([&](train::StepOp step) {
      for (BlockArgument argument : step.getBody().getArguments())
        if (parameterOf(argument) == name)
          for (Operation *user : argument.getUsers())
            takes &= isa<kernel::LaunchOp, train::ReturnOp>(user);
    });
    program.walk([&](nn::MapOp map) {
      auto launch = cast<kernel::LaunchOp>(map->getParentOp());
      if (!isUpdateOf(map, launch, name))
        return;
      for (Value input : map.getInputs()) {
        Value operand = operandOf(launch, input);
        takes &=
            operand && (isa<BlockArgument>(operand) || operand.getDefiningOp<kernel::LaunchOp>());
      }
    });
    return takes;
  }

  static bool isUpdateOf(nn::MapOp map, kernel::LaunchOp launch, StringAttr name) {
    return map.getNumResults() > 1 && parameterOf(operandOf(launch, map.getInputs()[0])) == name;
  }

  //===- Layouts ------------------------------------------------------------------------------===//

  void applyBlock(StringAttr name, int64_t block) {
    auto encoding = kernel::BlockedAttr::get(program.getContext(), block);
    for (train::ParameterOp parameter : program.getOps<train::ParameterOp>())
      if (parameter.getSymName() == name ||
          parameter.getSymName().starts_with((name.getValue() + "/").str()))
        parameter.setType(encoded(parameter.getType(), encoding));
    for (train::StepOp step : program.getOps<train::StepOp>()) {
      for (BlockArgument argument : step.getBody().getArguments())
        if (StringAttr parameter = parameterOf(argument))
          if (parameter == name || parameter.getValue().starts_with((name.getValue() + "/").str()))
            retype(argument, encoding);
      step.walk([&](nn::MapOp map) {
        auto launch = cast<kernel::LaunchOp>(map->getParentOp());
        if (isUpdateOf(map, launch, name))
          retypeUpdate(map, launch, encoding);
      });
      updateSignature(step);
    }
  }

  static Type encoded(Type type, Attribute encoding) {
    auto tensor = cast<RankedTensorType>(type);
    return RankedTensorType::get(tensor.getShape(), tensor.getElementType(), encoding);
  }

  /// A value of a step and the region arguments that stand for it.
  static void retype(Value value, Attribute encoding) {
    value.setType(encoded(value.getType(), encoding));
    for (OpOperand &use : value.getUses())
      if (auto launch = dyn_cast<kernel::LaunchOp>(use.getOwner()))
        launch.getBody().front().getArgument(use.getOperandNumber()).setType(value.getType());
  }

  static void retypeUpdate(nn::MapOp map, kernel::LaunchOp launch, Attribute encoding) {
    for (auto [i, input] : llvm::enumerate(map.getInputs())) {
      if (map.getDims(i).empty() &&
          cast<RankedTensorType>(map.getResult(0).getType()).getRank() > 0)
        continue;
      Value operand = operandOf(launch, input);
      retype(operand, encoding);
      if (auto result = dyn_cast<OpResult>(operand))
        result.getOwner()
            ->getRegion(0)
            .front()
            .getTerminator()
            ->getOperand(result.getResultNumber())
            .setType(operand.getType());
    }
    auto yielded = launch.getBody().front().getTerminator()->getOperands();
    for (Value result : map.getResults()) {
      result.setType(encoded(result.getType(), encoding));
      for (auto [i, value] : llvm::enumerate(yielded))
        if (value == result)
          launch.getResult(i).setType(result.getType());
    }
  }

  static void updateSignature(train::StepOp step) {
    Block &body = step.getBody().front();
    step.setFunctionType(FunctionType::get(step.getContext(), body.getArgumentTypes(),
                                           body.getTerminator()->getOperandTypes()));
  }

  //===- Schedules ----------------------------------------------------------------------------===//

  static int64_t blockOf(Value filter) {
    auto blocked = dyn_cast_or_null<kernel::BlockedAttr>(
        cast<RankedTensorType>(filter.getType()).getEncoding());
    return blocked ? blocked.getBlock() : 0;
  }

  void choose(kernel::LaunchOp launch, const Contraction &c) {
    using kernel::Algorithm;
    if (c.role == ContractionRole::GradInput)
      return chooseInput(launch, c);
    int64_t block = blockOf(c.filter());
    if (!block)
      return;
    if (c.role == ContractionRole::Forward) {
      TileSchedule tile = chooseForward(c.problem, block, machine);
      launch.setScheduleAttr(
          makeSchedule(launch, c.isMatmul() ? Algorithm::MatmulForward : Algorithm::Conv2DForward,
                       tilesOf(tile), describe(tile)));
      return;
    }
    GradFilterSchedule tile = chooseGradFilter(c.problem, block, machine);
    launch.setScheduleAttr(makeSchedule(
        launch, c.isMatmul() ? Algorithm::MatmulGradWeights : Algorithm::Conv2DGradFilter,
        tilesOf(tile), describe(tile)));
  }

  void chooseInput(kernel::LaunchOp launch, const Contraction &c) {
    Value filter = operandOf(launch, c.filter());
    // A convolution's filter comes transposed from a launch of its own, which only this one may
    // read.
    kernel::LaunchOp transposing;
    if (!c.isMatmul()) {
      transposing = filter.getDefiningOp<kernel::LaunchOp>();
      if (!transposing || !filter.hasOneUse() || transposing.getNumResults() != 1 ||
          !isa<nn::TransposeOp>(transposing.getBody().front().front()))
        return;
      filter = transposing.getInputs()[0];
    }
    int64_t block = blockOf(filter);
    if (!block)
      return;
    GradInputSchedule schedule = chooseGradInput(c.problem, block, machine);
    bool ofFilter = gradInputOperandIsFilter(schedule);
    unsigned prepared = cast<BlockArgument>(c.op->getOperand(ofFilter ? 1 : 0)).getArgNumber();
    if (!transposing)
      transposing = prepare(launch, prepared);
    auto encoding = ofFilter ? filterOrder(c, schedule) : batchOrder(c, schedule);
    transposing.setScheduleAttr(
        makeSchedule(transposing, kernel::Algorithm::GradInputOperand, tilesOf(schedule),
                     "the operand of " + launch.getLayer() + " in its order"));
    Value inner = transposing.getBody().front().getTerminator()->getOperand(0);
    inner.setType(encoded(inner.getType(), encoding));
    transposing.getResult(0).setType(inner.getType());
    launch.getBody().front().getArgument(prepared).setType(inner.getType());
    launch.setScheduleAttr(makeSchedule(launch,
                                        c.isMatmul() ? kernel::Algorithm::MatmulGradInput
                                                     : kernel::Algorithm::Conv2DGradInput,
                                        tilesOf(schedule), describe(schedule)));
  }

  /// A launch that copies input `index` of `launch`, which then reads the copy.
  static kernel::LaunchOp prepare(kernel::LaunchOp launch, unsigned index) {
    OpBuilder builder(launch);
    Value source = launch.getInputs()[index];
    auto type = cast<RankedTensorType>(source.getType());
    auto plain = RankedTensorType::get(type.getShape(), type.getElementType());
    auto copy =
        kernel::LaunchOp::create(builder, launch.getLoc(), TypeRange(plain),
                                 builder.getStringAttr(launch.getLayer() + ".operand"), source,
                                 ValueRange(), kernel::ScheduleAttr(), DenseI64ArrayAttr());
    Block &body = copy.getBody().emplaceBlock();
    Value argument = body.addArgument(type, launch.getLoc());
    builder.setInsertionPointToEnd(&body);
    Value same = nn::buildMap(builder, launch.getLoc(), plain, argument,
                              [](OpBuilder &, Location, ValueRange element) { return element[0]; });
    kernel::YieldOp::create(builder, launch.getLoc(), same);
    launch->setOperand(index, copy.getResult(0));
    return copy;
  }

  /// [ceil(channels / block)][reversed rows][reversed columns][filters][block] of
  /// [rows][columns][filters][channels], or of a matrix [channels][filters].
  static Attribute filterOrder(const Contraction &c, const GradInputSchedule &schedule) {
    MLIRContext *context = c.op->getContext();
    const ConvProblem &p = c.problem;
    int64_t block = schedule.tile.filterBlock;
    auto dim = [&](unsigned i) { return getAffineDimExpr(i, context); };
    SmallVector<int64_t> shape{ceilDivision(p.inC, block), p.kH, p.kW, p.outC, block};
    SmallVector<AffineExpr> order;
    if (c.isMatmul()) {
      AffineExpr zero = getAffineConstantExpr(0, context);
      order = {dim(0).floorDiv(block), zero, zero, dim(1), dim(0) % block};
    } else {
      order = {dim(3).floorDiv(block), -dim(0) + (p.kH - 1), -dim(1) + (p.kW - 1), dim(2),
               dim(3) % block};
    }
    return kernel::PermutedAttr::get(
        context, AffineMap::get(c.isMatmul() ? 2 : 4, 0, order, context), shape);
  }

  /// [channels][rows] of [batch][channels].
  static Attribute batchOrder(const Contraction &c, const GradInputSchedule &schedule) {
    MLIRContext *context = c.op->getContext();
    int64_t rows = elementsOfGradInputOperand(c.problem, schedule) / c.problem.outC;
    return kernel::PermutedAttr::get(
        context, AffineMap::getPermutationMap(ArrayRef<unsigned>{1, 0}, context),
        ArrayRef<int64_t>{c.problem.outC, rows});
  }

  static int64_t ceilDivision(int64_t a, int64_t b) { return (a + b - 1) / b; }

  train::ProgramOp program;
  const Machine &machine;
  int64_t batch;
  llvm::MapVector<StringAttr, int64_t> blocks;
};
} // namespace

void ingot::schedule::chooseContractions(train::ProgramOp program, StringRef targetFeatures) {
  if (!machineHasKernels(targetFeatures))
    return;
  Machine machine = machineFor(targetFeatures);
  ContractionChoice(program, machine).run();
}
