// The processor that --target-cpu names.

#ifndef INGOT_TOOLS_INGOTC_TARGETCPU_H
#define INGOT_TOOLS_INGOTC_TARGETCPU_H

#include "compiler/Object/CompileKernels.h"
#include <optional>

namespace ingot {

/// Nothing, after a message with the nearest name, if there is no such processor.
std::optional<object::Target> targetOf(const std::string &cpu);

} // namespace ingot

#endif
