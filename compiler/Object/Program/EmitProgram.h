// The object file's constant `ingot_program`: everything that the runtime knows of a program.

#ifndef INGOT_COMPILER_OBJECT_PROGRAM_EMITPROGRAM_H
#define INGOT_COMPILER_OBJECT_PROGRAM_EMITPROGRAM_H

#include "dialects/Train/Train.h"
#include "llvm/IR/Module.h"
#include <memory>
#include <string>

namespace ingot::object {

/// What the tables say of how a program was compiled.
struct Provenance {
  std::string compiler;       // "ingotc 0.1"
  std::string targetCpu;      // LLVM's name
  std::string targetFeatures; // "+avx2,+fma,...": the run's processor must have them
};

/// Hex digits that differ for programs whose kernels round differently or whose parameters lie
/// differently: of every call's layer, schedule and grid, and every parameter's type.
std::string scheduleHash(train::ProgramOp program);

/// A module that holds `ingot_program` (runtime/ABI/Program.h) and its tables, and declares the
/// kernels that they name. `program` must have gone through codegen; fails with an error at the op
/// that has not. Equal programs give equal modules.
mlir::FailureOr<std::unique_ptr<llvm::Module>>
buildProgram(train::ProgramOp program, const Provenance &provenance, llvm::LLVMContext &context);

/// The same as the bytes of a relocatable object file for the host's operating system.
mlir::FailureOr<llvm::SmallVector<char, 0>> emitProgram(train::ProgramOp program,
                                                        const Provenance &provenance);

} // namespace ingot::object

#endif
