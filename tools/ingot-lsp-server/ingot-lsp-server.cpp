// What editors ask about IR files: definitions, uses, errors as one types.

#include "compiler/Pipeline/Dialects.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  ingot::registerPhaseDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
