// Splitting gradients of filters.

#ifndef INGOT_COMPILER_FUSE_SPLITGRADFILTERS_H
#define INGOT_COMPILER_FUSE_SPLITGRADFILTERS_H

#include "mlir/IR/PatternMatch.h"

namespace ingot::fuse {

/// Makes parts of the gradients of filters that are small beside the images. `batch` is the
/// capacity of the batch.
void populateSplitGradFilterPatterns(mlir::RewritePatternSet &patterns, int64_t batch);

} // namespace ingot::fuse

#endif
