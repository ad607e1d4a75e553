// Compiles modules of kernels to object files in memory, several at a time.
#ifndef INGOT_COMPILER_OBJECT_COMPILEKERNELS_H
#define INGOT_COMPILER_OBJECT_COMPILEKERNELS_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace ingot::object {

/// What to compile for, in LLVM's names.
struct Target {
  std::string cpu;      ///< "znver4", "x86-64-v3"
  std::string features; ///< "+avx2,+fma,..."; may be empty for a cpu that implies them
};

/// `cpu` "native" becomes the host's name and features; any other name gets the features that LLVM
/// knows it to have
/// ("+avx2,+fma,..."), so that `features` is always the complete list. Fails with a message on
/// unknown names.
mlir::FailureOr<Target> resolveTarget(llvm::StringRef cpu, std::string &error);

struct KernelObject {
  llvm::SmallVector<char, 0> bytes;            ///< a relocatable object file, position independent
  double lowerSeconds = 0, compileSeconds = 0; ///< processor time in MLIR and in LLVM
};

/// What a module is compiled to.
enum class Output {
  Object,   ///< a relocatable object file, position independent
  Assembly, ///< its text
  LLVM      ///< LLVM IR after its optimization, as text
};

/// Lowers and compiles every module (of one MLIRContext) on `threads` threads, at most one module a
/// thread at a time, each in an LLVMContext of its own. `objects[i]` is of `modules[i]`. Fails,
/// with diagnostics at the module's location, if any of them fails. The result does not depend on
/// `threads`.
mlir::FailureOr<std::vector<KernelObject>> compileKernels(llvm::ArrayRef<mlir::ModuleOp> modules,
                                                          const Target &target, unsigned threads,
                                                          Output output = Output::Object);

} // namespace ingot::object

#endif
