// The object phase: each kernel is compiled in a module of its own, several at a time.

#include "compiler/Link/ProgramObjects.h"

#include "compiler/Object/LowerToLLVM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace ingot;

static SmallVector<func::FuncOp> kernelFunctions(ModuleOp module) {
  return llvm::to_vector(
      llvm::make_filter_range(module.getOps<func::FuncOp>(),
                              [](func::FuncOp op) { return op->hasAttr("kernel.function"); }));
}

OwningOpRef<ModuleOp> link::kernelsOf(ModuleOp module) {
  OwningOpRef<ModuleOp> kernels = ModuleOp::create(module.getLoc());
  for (func::FuncOp function : kernelFunctions(module))
    kernels->getBody()->push_back(function->clone());
  return kernels;
}

FailureOr<std::vector<link::Bytes>> link::compileProgram(ModuleOp module,
                                                         const object::Target &target,
                                                         StringRef compiler, unsigned threads) {
  auto programs = llvm::to_vector(module.getOps<train::ProgramOp>());
  if (programs.size() != 1)
    return module.emitError("an executable is made of one train.program, and here are ")
           << programs.size();
  std::vector<OwningOpRef<ModuleOp>> owned;
  SmallVector<ModuleOp> modules;
  for (func::FuncOp function : kernelFunctions(module)) {
    owned.push_back(ModuleOp::create(function.getLoc()));
    owned.back()->getBody()->push_back(function->clone());
    modules.push_back(*owned.back());
  }
  object::registerTranslations(*module.getContext());
  FailureOr<std::vector<object::KernelObject>> kernels =
      object::compileKernels(modules, target, threads);
  if (failed(kernels))
    return failure();
  std::vector<Bytes> objects;
  for (object::KernelObject &kernel : *kernels)
    objects.push_back(std::move(kernel.bytes));
  FailureOr<Bytes> tables =
      object::emitProgram(programs.front(), {compiler.str(), target.cpu, target.features});
  if (failed(tables))
    return failure();
  objects.push_back(std::move(*tables));
  return objects;
}
