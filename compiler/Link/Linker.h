// Links object files: into an executable with the runtime, or into one object file.

#ifndef INGOT_COMPILER_LINK_LINKER_H
#define INGOT_COMPILER_LINK_LINKER_H

#include "compiler/Link/ProgramObjects.h"
#include "llvm/Support/Error.h"

namespace ingot::link {

/// The archive libingot-runtime.a: $INGOT_RUNTIME, else in ../lib from the program that runs. An
/// error if it is not there.
llvm::Expected<std::string> findRuntime(const char *argv0);

/// Writes an executable to `path`: the objects, in their order, with the runtime. It needs glibc
/// only, and equal objects give equal bytes. Errors name what is missing or hold the linker's
/// message.
llvm::Error linkExecutable(llvm::ArrayRef<Bytes> objects, llvm::StringRef runtime,
                           llvm::StringRef path);

/// Writes one relocatable object file.
llvm::Error linkObject(llvm::ArrayRef<Bytes> objects, llvm::StringRef path);

} // namespace ingot::link

#endif
