// One function a launch.
//
//   kernel.launch "conv2d" (%x = %a, …) outs(%c) schedule <…> after […] { … }
//     ->  func.func @conv2d(%count, %x, %w, %b, %c, %begin, %end) { scf, vector, memref, arith }
//         kernel.call "conv2d" @conv2d(%count, %a, …, %c) grid 32 after […] flops … bytes …
//
// The launch's schedule picks the emitter; the region is what it computes. Equal kernels are
// emitted once.

#include "compiler/Codegen/Kernel.h"
#include "dialects/Train/Train.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

#include "compiler/Pipeline/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_CODEGEN
#include "compiler/Pipeline/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

const Emitter &ingot::codegen::emitterOf(kernel::Algorithm algorithm) {
  switch (algorithm) {
  case kernel::Algorithm::Elementwise:
    return elementwiseEmitter;
  case kernel::Algorithm::Rows:
    return rowsEmitter;
  case kernel::Algorithm::Columns:
    return columnsEmitter;
  case kernel::Algorithm::Gather:
    return gatherEmitter;
  case kernel::Algorithm::GradInputOperand:
    return gradInputOperandEmitter;
  case kernel::Algorithm::Conv2DForward:
  case kernel::Algorithm::MatmulForward:
    return forwardEmitter;
  case kernel::Algorithm::Conv2DGradInput:
  case kernel::Algorithm::MatmulGradInput:
    return gradInputEmitter;
  case kernel::Algorithm::Conv2DGradFilter:
  case kernel::Algorithm::MatmulGradWeights:
    return gradFilterEmitter;
  case kernel::Algorithm::Resample:
    return resampleEmitter;
  case kernel::Algorithm::Window:
    return windowEmitter;
  case kernel::Algorithm::DepthwiseGradFilter:
    return depthwiseGradFilterEmitter;
  case kernel::Algorithm::Reference:
    return referenceEmitter;
  }
  llvm_unreachable("unknown algorithm");
}

namespace {
class KernelModule {
public:
  KernelModule(ModuleOp module, int64_t batch) : module(module), batch(batch) {}

  LogicalResult lower(kernel::EntryOp entry, bool withReference) {
    for (auto launch :
         llvm::make_early_inc_range(entry.getBody().front().getOps<kernel::LaunchOp>()))
      if (failed(lower(launch, withReference)))
        return failure();
    return success();
  }

private:
  LogicalResult lower(kernel::LaunchOp launch, bool withReference) {
    if (!launch.getSchedule() || !launch.getAfter())
      return launch.emitOpError(
          "has no schedule or no dependencies: run the phases before codegen");
    const Emitter &emitter = emitterOf(launch.getSchedule()->getAlgorithm());
    if (failed(check(launch, emitter)))
      return failure();
    FailureOr<func::FuncOp> function = emit(launch, emitter, symbolOf(launch));
    if (failed(function))
      return failure();
    FlatSymbolRefAttr reference;
    if (withReference && &emitter != &referenceEmitter) {
      FailureOr<func::FuncOp> naive =
          emit(launch, referenceEmitter, symbolOf(launch) + ".reference");
      if (failed(naive))
        return failure();
      reference = FlatSymbolRefAttr::get(*naive);
    }
    replaceByCall(launch, *function, reference, emitter.grid(launch, batch));
    return success();
  }

  /// A schedule that was written by hand may not fit its launch.
  LogicalResult check(kernel::LaunchOp launch, const Emitter &emitter) {
    kernel::ScheduleAttr schedule = *launch.getSchedule();
    StringRef name = kernel::stringifyAlgorithm(schedule.getAlgorithm());
    for (NamedAttribute tile : schedule.getTiles())
      if (auto number = dyn_cast<IntegerAttr>(tile.getValue()); !number || number.getInt() < 0)
        return launch.emitOpError("has a schedule whose '")
               << tile.getName().strref() << "' is no number of 0 or more";
    for (StringRef tile : emitter.tiles)
      if (auto number = schedule.getTiles().getAs<IntegerAttr>(tile);
          !number || number.getInt() < 1)
        return launch.emitOpError("needs a schedule of '")
               << name << "' with a '" << tile << "' of 1 or more";
    if (emitter.takes && !emitter.takes(launch, batch))
      return launch.emitOpError("has the schedule '")
             << name << "', which cannot compute its region";
    return success();
  }

  /// The layer's name, as a symbol that assemblers take and that no C library has: a layer may be
  /// called "read".
  static std::string symbolOf(kernel::LaunchOp launch) {
    std::string name = ("kernel." + launch.getLayer()).str();
    for (char &c : name)
      if (!llvm::isAlnum(c) && c != '_' && c != '.')
        c = '_';
    return name;
  }

  FailureOr<func::FuncOp> emit(kernel::LaunchOp launch, const Emitter &emitter, std::string name) {
    OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
    Location loc = launch.getLoc();
    SmallVector<Type> types;
    bool batched = isBatched(launch);
    if (batched)
      types.push_back(MemRefType::get({}, builder.getI64Type()));
    llvm::append_range(types, launch.getInputs().getTypes());
    llvm::append_range(types, launch.getOutputs().getTypes());
    types.append(2, builder.getIndexType());
    auto function = func::FuncOp::create(builder, loc, name, builder.getFunctionType(types, {}));
    function->setAttr("kernel.function", builder.getUnitAttr());
    Block *entry = function.addEntryBlock();
    builder.setInsertionPointToEnd(entry);
    auto terminator = func::ReturnOp::create(builder, loc);
    builder.setInsertionPoint(terminator);

    Kernel kernel{launch, batch, {}, *std::prev(entry->args_end(), 2), entry->getArguments().back(),
                  {},     {}};
    ArrayRef<BlockArgument> memory = entry->getArguments().drop_back(2);
    if (batched) {
      Value rows = memref::LoadOp::create(builder, loc, memory.front());
      kernel.count = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), rows);
      memory = memory.drop_front();
    }
    Block &body = launch.getBody().front();
    for (auto [argument, buffer] : llvm::zip(body.getArguments(), memory))
      kernel.inputs.push_back({buffer, cast<RankedTensorType>(argument.getType())});
    for (auto [value, buffer] : llvm::zip_equal(body.getTerminator()->getOperands(),
                                                memory.drop_front(body.getNumArguments())))
      kernel.outputs.push_back({buffer, cast<RankedTensorType>(value.getType())});
    if (failed(emitter.emit(builder, kernel)))
      return failure();
    return unique(function);
  }

  /// The same function if there is one already; else this one under a name that is free.
  func::FuncOp unique(func::FuncOp function) {
    for (func::FuncOp known : functions)
      if (known.getFunctionType() == function.getFunctionType() &&
          OperationEquivalence::isRegionEquivalentTo(&known.getBody(), &function.getBody(),
                                                     OperationEquivalence::IgnoreLocations)) {
        function.erase();
        return known;
      }
    std::string name = function.getSymName().str();
    for (unsigned suffix = 1; !names.insert(function.getSymName()).second; ++suffix)
      function.setSymName(name + "." + std::to_string(suffix));
    functions.push_back(function);
    return function;
  }

  void replaceByCall(kernel::LaunchOp launch, func::FuncOp function, FlatSymbolRefAttr reference,
                     int64_t grid) {
    OpBuilder builder(launch);
    SmallVector<Value> buffers;
    if (isBatched(launch))
      buffers.push_back(kernel::BufferOp::create(builder, launch.getLoc(),
                                                 MemRefType::get({}, builder.getI64Type()),
                                                 kernel::Space::StepState, /*offset=*/0));
    llvm::append_range(buffers, launch.getInputs());
    int64_t outputsBegin = buffers.size();
    llvm::append_range(buffers, launch.getOutputs());
    std::string schedule;
    llvm::raw_string_ostream(schedule)
        << kernel::stringifyAlgorithm(launch.getSchedule()->getAlgorithm()) << ' '
        << launch.getSchedule()->getTiles();
    kernel::CallOp::create(builder, launch.getLoc(), launch.getLayerAttr(),
                           FlatSymbolRefAttr::get(function), reference, buffers,
                           builder.getI64IntegerAttr(outputsBegin), builder.getI64IntegerAttr(grid),
                           launch.getAfterAttr(), builder.getI64IntegerAttr(flopsOf(launch)),
                           builder.getI64IntegerAttr(bytesOf(launch)),
                           builder.getStringAttr(schedule));
    launch.erase();
  }

  /// Floating-point operations of a full batch.
  int64_t flopsOf(kernel::LaunchOp launch) {
    int64_t flops = 0;
    for (Operation &op : launch.getBody().front())
      if (auto structure = dyn_cast<StructureOpInterface>(op)) {
        int64_t points = structure.getPointFlops();
        for (int64_t size : structure.getIterationDomain())
          points *= ShapedType::isDynamic(size) ? batch : size;
        flops += points;
      }
    return flops;
  }

  /// Bytes of all buffers of a full batch; of a gather's samples those that the batch takes.
  int64_t bytesOf(kernel::LaunchOp launch) {
    int64_t bytes = 0;
    Block &body = launch.getBody().front();
    for (ValueRange values :
         {ValueRange(body.getArguments()), ValueRange(body.getTerminator()->getOperands())})
      for (Value value : values)
        bytes += kernel::physicalBytes(cast<RankedTensorType>(value.getType()), batch);
    return bytes;
  }

  ModuleOp module;
  int64_t batch;
  SmallVector<func::FuncOp> functions;
  llvm::StringSet<> names;
};

struct Codegen : ingot::impl::CodegenBase<Codegen> {
  using Base::Base;

  void getDependentDialects(DialectRegistry &registry) const override {
    registry
        .insert<arith::ArithDialect, affine::AffineDialect, func::FuncDialect, math::MathDialect,
                memref::MemRefDialect, scf::SCFDialect, vector::VectorDialect>();
  }

  void runOnOperation() override {
    for (train::ProgramOp program : llvm::to_vector(getOperation().getOps<train::ProgramOp>())) {
      KernelModule kernels(getOperation(), program.getBatch());
      for (kernel::EntryOp entry : program.getOps<kernel::EntryOp>())
        if (failed(kernels.lower(entry, withReference)))
          return signalPassFailure();
    }
  }
};
} // namespace
