// Where parameters lie: at the arena's start, the same for all step functions.

#ifndef INGOT_COMPILER_PLAN_PARAMETERS_H
#define INGOT_COMPILER_PLAN_PARAMETERS_H

#include "dialects/Train/Train.h"

namespace ingot::plan {

/// Sets `offset` of each parameter and returns the end of the last. Trainable weights come first,
/// then the others, then slots, each in the program's order: so every kind of slot repeats the
/// offsets of the trainable weights that it belongs to, and one flat kernel can update all. Fails
/// if a type is no static tensor.
mlir::FailureOr<int64_t> placeParameters(train::ProgramOp program);

} // namespace ingot::plan

#endif
