// Lowers a module of kernels (func.func with scf, vector, arith, memref bodies) to the LLVM
// dialect, in process.
#ifndef INGOT_COMPILER_OBJECT_LOWERTOLLVM_H
#define INGOT_COMPILER_OBJECT_LOWERTOLLVM_H

#include "mlir/IR/BuiltinOps.h"

namespace ingot::object {

/// Registers the translations that lowering and compileKernels need. Call it once for a context,
/// before its use by several threads.
void registerTranslations(mlir::MLIRContext &context);

/// A public func.func @kernel(memref, ..., index begin, index end) becomes what IngotKernel in the
/// ABI header says: void kernel(void *const *buffers, int64_t begin, int64_t end), buffers in the
/// order of the memref arguments. Memrefs must have static shapes. Fails, with the passes'
/// diagnostics, on anything that does not lower.
mlir::LogicalResult lowerToLLVM(mlir::ModuleOp module);

} // namespace ingot::object

#endif
