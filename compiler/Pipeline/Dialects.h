// The dialects that IR between the phases, import to codegen, may hold.

#ifndef INGOT_COMPILER_PIPELINE_DIALECTS_H
#define INGOT_COMPILER_PIPELINE_DIALECTS_H

#include "mlir/IR/DialectRegistry.h"

namespace ingot {

/// Registers them; a context loads each when it meets it.
void registerPhaseDialects(mlir::DialectRegistry &registry);

} // namespace ingot

#endif
