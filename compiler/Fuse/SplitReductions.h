// Splitting large reductions.

#ifndef INGOT_COMPILER_FUSE_SPLITREDUCTIONS_H
#define INGOT_COMPILER_FUSE_SPLITREDUCTIONS_H

#include "mlir/IR/PatternMatch.h"

namespace ingot::fuse {

/// Makes two reductions of a large one: partial results first, then those. `batch` is the capacity
/// of the batch.
void populateSplitPatterns(mlir::RewritePatternSet &patterns, int64_t batch);

} // namespace ingot::fuse

#endif
