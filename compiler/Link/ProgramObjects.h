// The object files of a program: its kernels, and its tables.

#ifndef INGOT_COMPILER_LINK_PROGRAMOBJECTS_H
#define INGOT_COMPILER_LINK_PROGRAMOBJECTS_H

#include "compiler/Object/CompileKernels.h"
#include "compiler/Object/Program/EmitProgram.h"

namespace ingot::link {

using Bytes = llvm::SmallVector<char, 0>;

/// An object file for each kernel of a module that has gone through codegen, in their order, then
/// that of the tables. Fails, with diagnostics, if something does not compile.
mlir::FailureOr<std::vector<Bytes>> compileProgram(mlir::ModuleOp module,
                                                   const object::Target &target,
                                                   llvm::StringRef compiler, unsigned threads);

/// The kernels of a module that has gone through codegen, as one module of its own.
mlir::OwningOpRef<mlir::ModuleOp> kernelsOf(mlir::ModuleOp module);

} // namespace ingot::link

#endif
