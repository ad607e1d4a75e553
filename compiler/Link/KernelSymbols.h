// Which names an executable keeps.

#ifndef INGOT_COMPILER_LINK_KERNELSYMBOLS_H
#define INGOT_COMPILER_LINK_KERNELSYMBOLS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace ingot::link {

/// Takes all names out of the executable's symbol table but those of kernels, by which profilers
/// and nm show the layers. The runtime's would be a fifth of the file.
llvm::Error keepKernelSymbols(llvm::StringRef path);

} // namespace ingot::link

#endif
