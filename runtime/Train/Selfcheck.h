// The executable's `selfcheck`: tuned kernels against the naive lowering of the same region, on
// this CPU.

#ifndef INGOT_RUNTIME_TRAIN_SELFCHECK_H
#define INGOT_RUNTIME_TRAIN_SELFCHECK_H

#include "runtime/ABI/Program.h"

namespace ingot::runtime {

/// Runs every launch that has a reference on random buffers, with full and partial batches, and
/// prints a row a kernel and "selfcheck: N kernels agree". Throws Error naming the launches that do
/// not agree, or when the program was compiled without references.
void runSelfcheck(const IngotProgram &program, uint64_t seed);

} // namespace ingot::runtime

#endif
