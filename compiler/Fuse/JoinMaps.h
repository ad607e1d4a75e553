// Joining elementwise ops: the rewrites that come before ops are grouped into launches.

#ifndef INGOT_COMPILER_FUSE_JOINMAPS_H
#define INGOT_COMPILER_FUSE_JOINMAPS_H

#include "dialects/NN/NN.h"
#include "mlir/IR/PatternMatch.h"

namespace ingot::fuse {

/// True if the map's function depends on the element's position: epilogues do not tell it.
bool usesPositions(nn::MapOp map);

/// Puts the region of a map into the region of the one op that reads it, and moves reshapes behind
/// maps.
void populateJoinPatterns(mlir::RewritePatternSet &patterns);

} // namespace ingot::fuse

#endif
