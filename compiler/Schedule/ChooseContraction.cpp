// Schedules of convolutions and matrix products, and the layouts that they need.
//
//   %1 = kernel.launch "conv2d_1" (%x, %w : tensor<3x3x32x64xf32>) { conv2d }
//     ->
//   %1 = kernel.launch "conv2d_1" (%x, %w : tensor<3x3x32x64xf32, #kernel.blocked<64>>)
//        schedule <conv2d_forward, …> { conv2d }
//
// A weight's block is fixed by its forward pass and holds for all that shares the weight's layout
// (WeightLayout.h), in all steps. A weight that something reads or makes in a way that cannot take
// a blocked layout keeps its plain one, and its launches the reference lowering. The gradient of an
// input reads one operand in an order of its own; a launch before it prepares that operand.

#include "compiler/Codegen/CPU/ContractionLaunch.h"
#include "compiler/Schedule/Choose.h"
#include "compiler/Schedule/WeightLayout.h"

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
    // A transposed convolution has no other forward pass than the gradient of an input.
    for (ContractionRole role : {ContractionRole::Forward, ContractionRole::GradInput})
      program.walk([&](kernel::LaunchOp launch) {
        if (auto contraction = scheduled(launch); contraction && contraction->role == role)
          considerWeight(launch, *contraction);
      });
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
      if (!map || (contraction->role == ContractionRole::GradFilter && isReturned(launch)) ||
          !isEpilogue(map, contraction->op->getResult(0)))
        return std::nullopt;
    }
    return contraction;
  }

  /// The grad_filter kernel keeps its sums in the result while it goes over the batch: a map may
  /// follow unless the result lies where a parameter does that the map reads.
  static bool isReturned(kernel::LaunchOp launch) {
    return llvm::any_of(launch->getUsers(),
                        [](Operation *user) { return isa<train::ReturnOp>(user); });
  }

  static Value operandOf(kernel::LaunchOp launch, Value argument) {
    auto block = dyn_cast<BlockArgument>(argument);
    return block ? launch.getInputs()[block.getArgNumber()] : Value();
  }

  /// The launch that transposes a convolution's filter for the gradient of its input.
  static kernel::LaunchOp transposingOf(kernel::LaunchOp launch, const Contraction &c) {
    if (c.role != ContractionRole::GradInput || c.isMatmul())
      return {};
    auto transposing = operandOf(launch, c.filter()).getDefiningOp<kernel::LaunchOp>();
    if (!transposing || transposing.getNumResults() != 1 ||
        !isa<nn::TransposeOp>(transposing.getBody().front().front()))
      return {};
    return transposing;
  }

  /// The weight of a forward pass or of a gradient of an input, as the step has it, or null.
  static Value weightOf(kernel::LaunchOp launch, const Contraction &c) {
    if (c.role != ContractionRole::GradInput || c.isMatmul())
      return operandOf(launch, c.filter());
    kernel::LaunchOp transposing = transposingOf(launch, c);
    return transposing ? transposing.getInputs()[0] : Value();
  }

  void considerWeight(kernel::LaunchOp launch, const Contraction &c) {
    StringAttr name = parameterOf(weightOf(launch, c));
    bool forward = c.role == ContractionRole::Forward;
    if (!name || blocks.count(name) ||
        !(forward ? missingForward(c.problem, machine) : missingGradInput(c.problem, machine))
             .empty())
      return;
    WeightLayout layout(program, name);
    if (!layout.takesBlocks())
      return;
    blocks[name] = chooseFilterBlock(c.problem, machine);
    layout.apply(blocks[name]);
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
      return useReference(launch, missingForward(c.problem, machine));
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
    Value weight = weightOf(launch, c);
    int64_t block = weight ? blockOf(weight) : 0;
    std::string missing = missingGradInput(c.problem, machine);
    if (!block || !missing.empty())
      return useReference(launch, missing);
    GradInputSchedule schedule = chooseGradInput(c.problem, block, c.isMatmul(), machine);
    bool ofFilter = gradInputOperandIsFilter(schedule);
    unsigned prepared = cast<BlockArgument>(c.op->getOperand(ofFilter ? 1 : 0)).getArgNumber();
    kernel::LaunchOp transposing = transposingOf(launch, c);
    if (!transposing)
      transposing = prepare(launch, prepared);
    else if (!transposing.getResult(0).hasOneUse())
      transposing = copyFor(transposing, launch, prepared);
    auto encoding = ofFilter ? filterOrder(c, schedule) : batchOrder(c, schedule);
    transposing.setScheduleAttr(
        makeSchedule(transposing, kernel::Algorithm::GradInputOperand, tilesOf(schedule),
                     "the operand of " + launch.getLayer() + " in its order"));
    Value inner = transposing.getBody().front().getTerminator()->getOperand(0);
    inner.setType(withEncoding(inner.getType(), encoding));
    transposing.getResult(0).setType(inner.getType());
    launch.getBody().front().getArgument(prepared).setType(inner.getType());
    launch.setScheduleAttr(makeSchedule(launch,
                                        c.isMatmul() ? kernel::Algorithm::MatmulGradInput
                                                     : kernel::Algorithm::Conv2DGradInput,
                                        tilesOf(schedule), describe(schedule)));
  }

  /// A launch that transposes for several others is one for each: orders may differ.
  static kernel::LaunchOp copyFor(kernel::LaunchOp transposing, kernel::LaunchOp launch,
                                  unsigned index) {
    OpBuilder builder(launch);
    auto copy = cast<kernel::LaunchOp>(builder.clone(*transposing));
    copy.removeScheduleAttr();
    launch->setOperand(index, copy.getResult(0));
    return copy;
  }

  /// Says why there is no kernel; without a reason the launch waits for other classes.
  static void useReference(kernel::LaunchOp launch, const Twine &why) {
    if (!why.isTriviallyEmpty() && !why.str().empty())
      launch.setScheduleAttr(makeSchedule(launch, kernel::Algorithm::Reference, {}, why));
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

  /// [ceil(channels / block)][reversed rows][reversed columns][filters / groups][block] of
  /// [rows][columns][filters][channels / groups], or of a matrix [channels][filters].
  static Attribute filterOrder(const Contraction &c, const GradInputSchedule &schedule) {
    MLIRContext *context = c.op->getContext();
    const ConvProblem &p = c.problem;
    int64_t block = schedule.tile.filterBlock;
    auto dim = [&](unsigned i) { return getAffineDimExpr(i, context); };
    SmallVector<int64_t> shape{ceilDivision(p.inC, block), p.kH, p.kW, p.groupOutC(), block};
    SmallVector<AffineExpr> order;
    if (c.isMatmul()) {
      AffineExpr zero = getAffineConstantExpr(0, context);
      order = {dim(0).floorDiv(block), zero, zero, dim(1), dim(0) % block};
    } else {
      AffineExpr filter = dim(2), channel = dim(3);
      if (p.groups > 1) {
        channel = filter.floorDiv(p.groupOutC()) * p.groupInC() + channel;
        filter = filter % p.groupOutC();
      }
      order = {channel.floorDiv(block), -dim(0) + (p.kH - 1), -dim(1) + (p.kW - 1), filter,
               channel % block};
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
