// Launches whose anchor is a contraction: the register-tiled emitters of Contraction/, with the
// launch's map as what is done to each vector of results before it is stored.

#include "compiler/Codegen/CPU/Contraction/Emit.h"
#include "compiler/Codegen/CPU/ContractionLaunch.h"
#include "compiler/Codegen/CPU/ScalarBody.h"
#include "compiler/Codegen/Kernel.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;
using namespace ingot::cpu;

static Contraction anchorOf(kernel::LaunchOp launch, int64_t batch) {
  return *contractionOf(&launch.getBody().front().front(), batch);
}

namespace {
/// The map behind the anchor, applied to vectors of results.
class Epilogue {
public:
  /// With `fromBias` the anchor can start its sums from a bias.
  Epilogue(OpBuilder &builder, Kernel &kernel, Value anchor, bool fromBias) {
    Location loc = kernel.launch.getLoc();
    target = flatten(builder, loc, kernel.outputs.front().memory);
    for (nn::MapOp each : kernel.launch.getBody().front().getOps<nn::MapOp>())
      map = each.clone();
    if (!map)
      return;
    if (fromBias)
      takeBias(kernel, anchor);
    for (auto [i, input] : llvm::enumerate(map.getInputs())) {
      if (input == anchor)
        sources.push_back({});
      else if (map.getDims(i).empty())
        sources.push_back(memref::LoadOp::create(builder, loc, kernel.input(input).memory));
      else
        sources.push_back(flatten(builder, loc, kernel.input(input).memory));
    }
  }

  void store(OpBuilder &builder, Location loc, Value vector, const StorePoint &point) {
    auto type = cast<VectorType>(vector.getType());
    if (map) {
      SmallVector<Value> elements;
      for (auto [i, source] : llvm::enumerate(sources)) {
        if (!source)
          elements.push_back(vector);
        else if (!isa<MemRefType>(source.getType()))
          elements.push_back(source);
        else
          elements.push_back(loadAt(builder, loc, source, type,
                                    map.getDims(i).size() == 1 ? point.channel : point.offset,
                                    point.mask));
      }
      vector =
          buildScalarBody(builder, loc, map.getBody().front(), elements, type.getNumElements())[0];
    }
    storeAt(builder, loc, vector, target, point.offset, point.mask);
  }

  ~Epilogue() {
    if (map)
      map->erase();
  }
  Epilogue(const Epilogue &) = delete;
  Epilogue &operator=(const Epilogue &) = delete;

  bool hasMap() const { return static_cast<bool>(map); }

  /// The memory of a bias from which the anchor's sums can start, or null.
  Value bias;

private:
  /// Where the map first adds one value a channel to the anchor's result, that addition is taken
  /// out of it: sums that start from the bias save an instruction a vector.
  void takeBias(Kernel &kernel, Value anchor) {
    Block &body = map.getBody().front();
    for (auto [i, input] : llvm::enumerate(map.getInputs())) {
      Value element = body.getArgument(i);
      if (input != anchor || !element.hasOneUse())
        continue;
      auto add = dyn_cast<arith::AddFOp>(*element.user_begin());
      auto other =
          add ? dyn_cast<BlockArgument>(add.getLhs() == element ? add.getRhs() : add.getLhs())
              : BlockArgument();
      if (!other || map.getDims(other.getArgNumber()).size() != 1 || map.getDims(i).size() < 2)
        return;
      bias = kernel.input(map.getInputs()[other.getArgNumber()]).memory;
      add.getResult().replaceAllUsesWith(element);
      add.erase();
      return;
    }
  }

  Value target;
  nn::MapOp map; // a copy
  SmallVector<Value> sources;
};
} // namespace

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
