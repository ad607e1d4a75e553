// Which maps and reductions can go over their rows together.

#ifndef INGOT_COMPILER_FUSE_ROWCHAINS_H
#define INGOT_COMPILER_FUSE_ROWCHAINS_H

#include "mlir/IR/Operation.h"

namespace ingot::fuse {

/// True if `ops`, in program order, share their leading dimensions, reduce trailing ones only, and
/// read of each other what belongs to the same row: one launch can do all of them row by row.
bool isRowChain(llvm::ArrayRef<mlir::Operation *> ops);

/// True if `ops` are reductions along the same dimensions of the same domain, none of which reads
/// another, and some operand serves several: one launch can do them in one pass.
bool isReductionBundle(llvm::ArrayRef<mlir::Operation *> ops);

} // namespace ingot::fuse

#endif
