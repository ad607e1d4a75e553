// ingot-emit-program FILE.mlir [--llvm]: writes the object (or the LLVM IR) of the program's
// descriptor to the standard output. FILE holds a train.program as it is after codegen.

#include "compiler/Object/Program/AbiTypes.h"
#include "compiler/Object/Program/EmitProgram.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace ingot;

static LogicalResult emit(train::ProgramOp program, bool asText) {
  object::Provenance provenance{"ingotc 0.1", "x86-64-v3", "+avx2,+fma"};
  if (asText) {
    llvm::LLVMContext context;
    auto module = object::buildProgram(program, provenance, context);
    if (failed(module))
      return failure();
    llvm::outs() << **module;
    return success();
  }
  auto bytes = object::emitProgram(program, provenance);
  if (failed(bytes))
    return failure();
  llvm::outs().write(bytes->data(), bytes->size());
  return success();
}

int main(int argc, char **argv) {
  DialectRegistry registry;
  registry.insert<arith::ArithDialect, kernel::KernelDialect, math::MathDialect, nn::NNDialect,
                  train::TrainDialect>();
  MLIRContext context(registry);
  if (argc < 2)
    return 2;
  llvm::SourceMgr sources;
  std::string error;
  auto file = openInputFile(argv[1], &error);
  if (!file) {
    llvm::errs() << error << '\n';
    return 1;
  }
  sources.AddNewSourceBuffer(std::move(file), {});
  SourceMgrDiagnosticHandler handler(sources, &context);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module)
    return 1;
  for (auto program : module->getOps<train::ProgramOp>())
    if (failed(emit(program, argc > 2)))
      return 1;
  return 0;
}
