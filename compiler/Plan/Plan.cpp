// Gives every value its memory and every launch the launches that it waits for.
//
//   train.step train @train_step(%x: tensor<…> {train.images = @x},
//                                %k: tensor<…> {train.parameter = @k}, …) {
//     %0 = kernel.launch "conv2d" (%a = %x, %b = %k) -> tensor<…> { … }
//     …
//   }
//     ->
//   kernel.entry @train_step attributes {kind = 0, images = @x, metrics = […]} {
//     %x = kernel.buffer samples[0] …
//     %k = kernel.buffer arena[0] …
//     %0 = kernel.buffer arena[1048576] …
//     kernel.launch "conv2d" (%a = %x, %b = %k) outs(%0) after [] { … }
//     …
//   }
//
// Parameters lie at the arena's start (Parameters.cpp); successors are written over them where that
// is proven to be safe, else copied (Successors.cpp, InPlace.cpp); what one flat kernel touches
// lies side by side (Segments.cpp, Runs.cpp); everything else shares memory by lifetime
// (Placement.cpp); launches in conflict are ordered (Dependencies.cpp). Steps never run at the same
// time and share what lies behind the parameters.

#include "compiler/Plan/EntryPlan.h"
#include "compiler/Plan/Parameters.h"
#include "compiler/Plan/Placement.h"
#include "compiler/Plan/Views.h"
#include "dialects/NN/NN.h"
#include "mlir/Pass/Pass.h"

namespace ingot {
#define GEN_PASS_DEF_PLAN
#include "compiler/Pipeline/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;
using namespace ingot::plan;

/// The arena's parts begin on pages.
static constexpr int64_t pageBytes = 4096;

namespace {
/// Writes the entry that a planned step becomes.
class EntryWriter {
public:
  EntryWriter(train::StepOp step, const EntryPlan &plan)
      : step(step), plan(plan), batch(step->getParentOfType<train::ProgramOp>().getBatch()),
        builder(step) {}

  LogicalResult write() {
    FlatSymbolRefAttr images = arrayOf("train.images"), labels = arrayOf("train.labels");
    if (!images)
      return step.emitOpError("needs an argument with train.images");
    auto entry =
        kernel::EntryOp::create(builder, step.getLoc(), step.getSymNameAttr(),
                                builder.getI32IntegerAttr(static_cast<int32_t>(step.getKind())),
                                metrics(), output(), images, labels);
    builder.setInsertionPointToEnd(&entry.getBody().emplaceBlock());
    for (auto [launch, after] : llvm::zip_equal(plan.launches, plan.after))
      writeLaunch(launch, after);
    return success();
  }

private:
  FlatSymbolRefAttr arrayOf(StringRef name) {
    for (unsigned i = 0; i < step.getNumArguments(); ++i)
      if (auto array = step.getArgAttrOfType<FlatSymbolRefAttr>(i, name))
        return array;
    return {};
  }

  int64_t offsetOf(Value value) { return plan.places.lookup(rootOf(value)).offset; }

  ArrayAttr metrics() {
    SmallVector<Attribute> metrics;
    for (OpOperand &operand : step.getBody().front().getTerminator()->getOpOperands())
      if (auto name =
              step.getResultAttrOfType<StringAttr>(operand.getOperandNumber(), "train.metric"))
        metrics.push_back(builder.getDictionaryAttr(
            {builder.getNamedAttr("name", name),
             builder.getNamedAttr("offset", builder.getI64IntegerAttr(offsetOf(operand.get())))}));
    return builder.getArrayAttr(metrics);
  }

  /// Of the prediction: the shape of one row, and where the rows begin.
  DictionaryAttr output() {
    for (OpOperand &operand : step.getBody().front().getTerminator()->getOpOperands())
      if (step.getResultAttr(operand.getOperandNumber(), "train.output")) {
        auto shape = cast<RankedTensorType>(operand.get().getType()).getShape().drop_front();
        return builder.getDictionaryAttr(
            {builder.getNamedAttr("offset", builder.getI64IntegerAttr(offsetOf(operand.get()))),
             builder.getNamedAttr("shape", builder.getDenseI64ArrayAttr(shape))});
      }
    return {};
  }

  void writeLaunch(kernel::LaunchOp launch, ArrayRef<int64_t> after) {
    SmallVector<Value> inputs =
        llvm::map_to_vector(launch.getInputs(), [&](Value v) { return bufferOf(v); });
    SmallVector<Value> outputs =
        llvm::map_to_vector(launch.getResults(), [&](OpResult v) -> Value { return bufferOf(v); });
    auto onBuffers = kernel::LaunchOp::create(
        builder, launch.getLoc(), TypeRange(), launch.getLayerAttr(), inputs, outputs,
        launch.getScheduleAttr(), builder.getDenseI64ArrayAttr(after));
    onBuffers->setDiscardableAttrs(launch->getDiscardableAttrDictionary());
    onBuffers.getBody().takeBody(launch.getBody());
  }

  /// The buffer of a value; equal memory of equal type is one buffer.
  Value bufferOf(Value value) {
    Place place = plan.places.lookup(rootOf(value));
    auto type = cast<RankedTensorType>(value.getType());
    auto memory = kernel::physicalType(type, batch);
    Value &buffer = buffers[{static_cast<int32_t>(place.space), place.offset, memory}];
    if (!buffer) {
      auto op =
          kernel::BufferOp::create(builder, value.getLoc(), memory, place.space, place.offset);
      // The runtime tells valid rows from others where memory is [batch][...]; of samples it knows
      // the number.
      if (nn::isBatched(type) && !type.getEncoding() && place.space != kernel::Space::Samples)
        op->setAttr("batched", builder.getUnitAttr());
      buffer = op;
    }
    return buffer;
  }

  train::StepOp step;
  const EntryPlan &plan;
  int64_t batch;
  OpBuilder builder;
  llvm::DenseMap<std::tuple<int32_t, int64_t, Type>, Value> buffers;
};

struct Plan : ingot::impl::PlanBase<Plan> {
  using Base::Base;

  LogicalResult plan(train::ProgramOp program) {
    FailureOr<int64_t> parametersEnd = placeParameters(program);
    if (failed(parametersEnd))
      return failure();
    int64_t state = alignUp(*parametersEnd, pageBytes), end = state;
    for (auto step : llvm::make_early_inc_range(program.getBody().getOps<train::StepOp>())) {
      FailureOr<EntryPlan> plan = planEntry(step, state);
      if (failed(plan) || failed(EntryWriter(step, *plan).write()))
        return failure();
      end = std::max(end, plan->end);
      step.erase();
    }
    program.setState(state);
    program.setArena(alignUp(end, pageBytes));
    return success();
  }

  void runOnOperation() override {
    for (auto program : getOperation().getOps<train::ProgramOp>())
      if (failed(plan(program)))
        return signalPassFailure();
  }
};
} // namespace
