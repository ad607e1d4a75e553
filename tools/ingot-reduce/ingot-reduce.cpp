// Makes IR smaller that shows a fault, as long as a given command still finds it.

#include "compiler/Pipeline/Dialects.h"
#include "compiler/Pipeline/Passes.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  ingot::registerPhaseDialects(registry);
  ingot::registerIngotPasses();
  mlir::registerTransformsPasses();
  mlir::MLIRContext context(registry);
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context));
}
