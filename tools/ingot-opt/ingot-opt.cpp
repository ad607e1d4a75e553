// Runs passes on the IR of any phase: ours, and those of MLIR that the phases and the object files'
// making use.

#include "compiler/Pipeline/Dialects.h"
#include "compiler/Pipeline/Passes.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Index/IR/IndexDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

static void registerUpstreamPasses() {
  mlir::registerTransformsPasses();
  mlir::memref::registerExpandStridedMetadataPass();
  mlir::registerSCFToControlFlowPass();
  mlir::registerLowerAffinePass();
  mlir::registerConvertVectorToLLVMPass();
  mlir::registerFinalizeMemRefToLLVMConversionPass();
  mlir::registerConvertMathToLLVMPass();
  mlir::registerArithToLLVMConversionPass();
  mlir::registerConvertIndexToLLVMPass();
  mlir::registerConvertControlFlowToLLVMPass();
  mlir::registerUBToLLVMConversionPass();
  mlir::registerConvertFuncToLLVMPass();
  mlir::registerReconcileUnrealizedCastsPass();
}

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  ingot::registerPhaseDialects(registry);
  registry.insert<mlir::cf::ControlFlowDialect, mlir::index::IndexDialect, mlir::LLVM::LLVMDialect,
                  mlir::ub::UBDialect>();
  ingot::registerIngotPasses();
  registerUpstreamPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Ingot's passes, one by one\n", registry));
}
