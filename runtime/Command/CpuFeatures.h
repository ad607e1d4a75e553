// Whether this CPU has what the kernels were compiled for.

#ifndef INGOT_RUNTIME_COMMAND_CPU_FEATURES_H
#define INGOT_RUNTIME_COMMAND_CPU_FEATURES_H

#include "runtime/ABI/Program.h"

#include <string>

namespace ingot::runtime {

/// Those of LLVM's features "+a,+b,-c" that are asked for and missing, as "a, b". Features that
/// compiled kernels use without their being detectable count as there. `available`: null, or what
/// to take in place of the CPU's: "a,b".
std::string missingFeatures(const std::string &features, const char *available);

/// Throws Error where some are missing. $INGOT_CPU_FEATURES, a list "avx2,fma", stands for this
/// CPU's if it is set.
void checkCpu(const IngotProgram &program);

} // namespace ingot::runtime

#endif
