// One module a kernel, compiled as the compiler does it, loaded with ORC.
#include "test/codegen/KernelRun.h"
#include "compiler/Codegen/CPU/Contraction/Emit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace ingot::test {
namespace {

using BodyFn = llvm::function_ref<void(OpBuilder &, Location, ValueRange buffers,
                                       const cpu::UnitRange &range)>;

/// A module with one kernel: the valid count, then buffers of these numbers of floats.
OwningOpRef<ModuleOp> makeModule(MLIRContext &context, StringRef name, ArrayRef<int64_t> sizes,
                                 BodyFn body) {
  Location loc = UnknownLoc::get(&context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  SmallVector<Type> types{MemRefType::get({1}, builder.getI64Type())};
  for (int64_t size : sizes)
    types.push_back(MemRefType::get({size}, builder.getF32Type()));
  types.append(2, builder.getIndexType());
  auto function = func::FuncOp::create(builder, loc, name, builder.getFunctionType(types, {}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value count = memref::LoadOp::create(builder, loc, function.getArgument(0), zero);
  count = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), count);
  ValueRange arguments = function.getArguments();
  body(builder, loc, arguments.slice(1, sizes.size()),
       {arguments[sizes.size() + 1], arguments[sizes.size() + 2], count});
  func::ReturnOp::create(builder, loc);
  return module;
}

OwningOpRef<ModuleOp> forwardModule(MLIRContext &context, const cpu::ConvProblem &conv,
                                    const Kernels &kernels) {
  return makeModule(
      context, "forward",
      {conv.inputElements(), conv.filterElements(kernels.filterBlock), conv.outC,
       conv.outputElements()},
      [&](OpBuilder &builder, Location loc, ValueRange buffers, const cpu::UnitRange &range) {
        auto store = [&](OpBuilder &b, Location l, Value vector, const cpu::StorePoint &point) {
          auto type = cast<VectorType>(vector.getType());
          Value zero = arith::ConstantOp::create(b, l, b.getZeroAttr(type));
          Value positive = arith::CmpFOp::create(b, l, arith::CmpFPredicate::OGT, vector, zero);
          Value relu = arith::SelectOp::create(b, l, positive, vector, zero);
          cpu::storeAt(b, l, relu, buffers[3], point.offset, point.mask);
        };
        cpu::emitForward(builder, loc, conv, kernels.forwardSchedule, buffers[0], buffers[1], range,
                         store, buffers[2]);
      });
}

OwningOpRef<ModuleOp> operandModule(MLIRContext &context, const cpu::ConvProblem &conv,
                                    const Kernels &kernels) {
  const cpu::GradInputSchedule &schedule = kernels.gradInputSchedule;
  int64_t source = cpu::gradInputOperandIsFilter(schedule)
                       ? conv.filterElements(kernels.filterBlock)
                       : conv.outputElements();
  return makeModule(
      context, "operand", {source, cpu::elementsOfGradInputOperand(conv, schedule)},
      [&](OpBuilder &builder, Location loc, ValueRange buffers, const cpu::UnitRange &range) {
        cpu::emitGradInputOperand(builder, loc, conv, schedule, buffers[0], buffers[1], range);
      });
}

OwningOpRef<ModuleOp> gradInputModule(MLIRContext &context, const cpu::ConvProblem &conv,
                                      const Kernels &kernels) {
  const cpu::GradInputSchedule &schedule = kernels.gradInputSchedule;
  int64_t other = cpu::gradInputOperandIsFilter(schedule)
                      ? conv.outputElements()
                      : conv.filterElements(kernels.filterBlock);
  return makeModule(
      context, "gradInput",
      {other, cpu::elementsOfGradInputOperand(conv, schedule), conv.inputElements(),
       conv.inputElements()},
      [&](OpBuilder &builder, Location loc, ValueRange buffers, const cpu::UnitRange &range) {
        auto store = [&](OpBuilder &b, Location l, Value vector, const cpu::StorePoint &point) {
          auto type = cast<VectorType>(vector.getType());
          Value forward = cpu::loadAt(b, l, buffers[2], type, point.offset, point.mask);
          Value zero = arith::ConstantOp::create(b, l, b.getZeroAttr(type));
          Value positive = arith::CmpFOp::create(b, l, arith::CmpFPredicate::OGT, forward, zero);
          Value masked = arith::SelectOp::create(b, l, positive, vector, zero);
          cpu::storeAt(b, l, masked, buffers[3], point.offset, point.mask);
        };
        cpu::emitGradInput(builder, loc, conv, schedule, buffers[0], buffers[1], range, store);
      });
}

OwningOpRef<ModuleOp> gradFilterModule(MLIRContext &context, const cpu::ConvProblem &conv,
                                       const Kernels &kernels) {
  return makeModule(
      context, "gradFilter",
      {conv.inputElements(), conv.outputElements(),
       conv.parts() * conv.filterElements(kernels.filterBlock)},
      [&](OpBuilder &builder, Location loc, ValueRange buffers, const cpu::UnitRange &range) {
        cpu::emitGradFilter(builder, loc, conv, kernels.gradFilterSchedule, buffers[0], buffers[1],
                            buffers[2], range);
      });
}

bool load(Kernels &kernels, ArrayRef<Kernel *> list, ArrayRef<const char *> names,
          std::vector<object::KernelObject> &objects) {
  auto jit = llvm::orc::LLJITBuilder().create();
  if (!jit) {
    llvm::errs() << llvm::toString(jit.takeError()) << "\n";
    return false;
  }
  kernels.jit = std::move(*jit);
  for (auto [kernel, name, object] : llvm::zip(list, names, objects)) {
    auto buffer = llvm::MemoryBuffer::getMemBufferCopy({object.bytes.data(), object.bytes.size()});
    llvm::cantFail(kernels.jit->addObjectFile(std::move(buffer)));
    kernel->run = llvm::cantFail(kernels.jit->lookup(name)).toPtr<KernelFn>();
    kernel->lowerSeconds = object.lowerSeconds;
    kernel->compileSeconds = object.compileSeconds;
  }
  return true;
}

} // namespace

std::unique_ptr<Kernels> compileProblem(MLIRContext &context, const KernelProblem &problem,
                                        const object::Target &target, bool print) {
  const cpu::ConvProblem &conv = problem.conv;
  cpu::Machine machine = cpu::machineFor(target.features);
  auto kernels = std::make_unique<Kernels>();
  kernels->filterBlock = cpu::chooseFilterBlock(conv, machine);
  kernels->forwardSchedule = cpu::chooseForward(conv, kernels->filterBlock, machine);
  cpu::TileSchedule &tile = kernels->forwardSchedule;
  tile.images = problem.tileImages ? problem.tileImages : tile.images;
  tile.rows = problem.tileRows ? problem.tileRows : tile.rows;
  tile.columns = problem.tileColumns ? problem.tileColumns : tile.columns;
  tile.vectors = problem.tileVectors ? problem.tileVectors : tile.vectors;
  tile.unitRows = (tile.unitRows + tile.rows - 1) / tile.rows * tile.rows;
  kernels->gradInputSchedule =
      cpu::chooseGradInput(conv, kernels->filterBlock, conv.isMatmul(), machine);
  kernels->gradFilterSchedule = cpu::chooseGradFilter(conv, kernels->filterBlock, machine);
  kernels->forward.grid = cpu::gridOfForward(conv, kernels->forwardSchedule);
  kernels->operand.grid = cpu::gridOfGradInputOperand(conv, kernels->gradInputSchedule);
  kernels->gradInput.grid = cpu::gridOfGradInput(conv, kernels->gradInputSchedule);
  kernels->gradFilter.grid = cpu::gridOfGradFilter(conv, kernels->gradFilterSchedule);
  kernels->forward.schedule = cpu::describe(kernels->forwardSchedule);
  kernels->gradInput.schedule = cpu::describe(kernels->gradInputSchedule);
  kernels->gradFilter.schedule = cpu::describe(kernels->gradFilterSchedule);
  SmallVector<OwningOpRef<ModuleOp>> owners;
  owners.push_back(forwardModule(context, conv, *kernels));
  owners.push_back(operandModule(context, conv, *kernels));
  owners.push_back(gradInputModule(context, conv, *kernels));
  owners.push_back(gradFilterModule(context, conv, *kernels));
  SmallVector<ModuleOp> modules;
  for (OwningOpRef<ModuleOp> &module : owners) {
    if (print)
      module->print(llvm::errs());
    if (failed(verify(*module)))
      return nullptr;
    modules.push_back(*module);
  }
  auto objects = object::compileKernels(modules, target, 2);
  if (failed(objects))
    return nullptr;
  if (!load(*kernels,
            {&kernels->forward, &kernels->operand, &kernels->gradInput, &kernels->gradFilter},
            {"forward", "operand", "gradInput", "gradFilter"}, *objects))
    return nullptr;
  return kernels;
}

} // namespace ingot::test
