// Launches whose anchor is a contraction: the register-tiled emitters of Contraction/, with the
// launch's map as what is done to each vector of results before it is stored.

#include "compiler/Codegen/CPU/Contraction/Emit.h"
#include "compiler/Codegen/CPU/ContractionLaunch.h"
#include "compiler/Codegen/CPU/Epilogue.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;
using namespace ingot::cpu;

static Contraction anchorOf(kernel::LaunchOp launch, int64_t batch) {
  return *contractionOf(&launch.getBody().front().front(), batch);
}

template <ContractionRole role> static bool takes(kernel::LaunchOp launch, int64_t batch) {
  Block &body = launch.getBody().front();
  auto contraction = contractionOf(&body.front(), batch);
  if (!contraction || contraction->role != role)
    return false;
  auto ops = llvm::to_vector(llvm::make_pointer_range(body.without_terminator()));
  auto map = ops.size() == 2 ? dyn_cast<nn::MapOp>(ops[1]) : nn::MapOp();
  return ops.size() == 1 || (map && isEpilogue(map, contraction->op->getResult(0)));
}

static UnitRange rangeOf(const Kernel &kernel) { return {kernel.begin, kernel.end, kernel.count}; }

const Emitter ingot::codegen::forwardEmitter = {
    [](kernel::LaunchOp launch, int64_t batch) {
      return gridOfForward(anchorOf(launch, batch).problem, forwardSchedule(*launch.getSchedule()));
    },
    [](OpBuilder &builder, Kernel &kernel) -> LogicalResult {
      Contraction anchor = anchorOf(kernel.launch, kernel.batch);
      Epilogue epilogue(builder, kernel, anchor.op->getResult(0), /*fromBias=*/true);
      auto store = [&](OpBuilder &b, Location l, Value v, const StorePoint &p) {
        epilogue.store(b, l, v, p);
      };
      emitForward(builder, kernel.launch.getLoc(), anchor.problem,
                  forwardSchedule(*kernel.launch.getSchedule()),
                  kernel.input(anchor.op->getOperand(0)).memory,
                  kernel.input(anchor.op->getOperand(1)).memory, rangeOf(kernel), store,
                  epilogue.bias);
      return success();
    },
    {"lanes", "vectors", "images", "rows", "columns", "unit_rows", "filter_block", "unroll"},
    takes<ContractionRole::Forward>,
};

const Emitter ingot::codegen::gradInputEmitter = {
    [](kernel::LaunchOp launch, int64_t batch) {
      return gridOfGradInput(anchorOf(launch, batch).problem,
                             gradInputSchedule(*launch.getSchedule()));
    },
    [](OpBuilder &builder, Kernel &kernel) -> LogicalResult {
      Contraction anchor = anchorOf(kernel.launch, kernel.batch);
      GradInputSchedule schedule = gradInputSchedule(*kernel.launch.getSchedule());
      Value gradOutput = kernel.input(anchor.op->getOperand(0)).memory;
      Value filter = kernel.input(anchor.op->getOperand(1)).memory;
      bool preparedFilter = gradInputOperandIsFilter(schedule);
      Epilogue epilogue(builder, kernel, anchor.op->getResult(0), /*fromBias=*/false);
      auto store = [&](OpBuilder &b, Location l, Value v, const StorePoint &p) {
        epilogue.store(b, l, v, p);
      };
      emitGradInput(builder, kernel.launch.getLoc(), anchor.problem, schedule,
                    preparedFilter ? gradOutput : filter, preparedFilter ? filter : gradOutput,
                    rangeOf(kernel), store);
      return success();
    },
    {"lanes", "vectors", "columns", "filter_block", "source_block"},
    takes<ContractionRole::GradInput>,
};

const Emitter ingot::codegen::gradFilterEmitter = {
    [](kernel::LaunchOp launch, int64_t batch) {
      return gridOfGradFilter(anchorOf(launch, batch).problem,
                              gradFilterSchedule(*launch.getSchedule()));
    },
    [](OpBuilder &builder, Kernel &kernel) -> LogicalResult {
      Contraction anchor = anchorOf(kernel.launch, kernel.batch);
      Epilogue epilogue(builder, kernel, anchor.op->getResult(0), /*fromBias=*/false);
      auto store = [&](OpBuilder &b, Location l, Value v, const StorePoint &p) {
        epilogue.store(b, l, v, p);
      };
      emitGradFilter(builder, kernel.launch.getLoc(), anchor.problem,
                     gradFilterSchedule(*kernel.launch.getSchedule()),
                     kernel.input(anchor.op->getOperand(0)).memory,
                     kernel.input(anchor.op->getOperand(1)).memory, kernel.outputs.front().memory,
                     rangeOf(kernel),
                     epilogue.hasMap() ? std::optional<StoreFn>(store) : std::nullopt);
      return success();
    },
    {"lanes", "vectors", "kernel_rows", "kernel_columns", "channels", "channel_group",
     "filter_block", "image_block", "row_block", "unroll"},
    takes<ContractionRole::GradFilter>,
};

const Emitter ingot::codegen::gradInputOperandEmitter = {
    [](kernel::LaunchOp launch, int64_t batch) {
      GradInputSchedule schedule = gradInputSchedule(*launch.getSchedule());
      return gridOfGradInputOperand(operandProblem(launch, schedule, batch), schedule);
    },
    [](OpBuilder &builder, Kernel &kernel) -> LogicalResult {
      GradInputSchedule schedule = gradInputSchedule(*kernel.launch.getSchedule());
      emitGradInputOperand(
          builder, kernel.launch.getLoc(), operandProblem(kernel.launch, schedule, kernel.batch),
          schedule, kernel.inputs.front().memory, kernel.outputs.front().memory, rangeOf(kernel));
      return success();
    },
};
