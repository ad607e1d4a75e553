// ingotc --run SCRIPT [ARGUMENT...].

#ifndef INGOT_TOOLS_INGOTC_COMPILEANDRUN_H
#define INGOT_TOOLS_INGOTC_COMPILEANDRUN_H

#include "tools/ingotc/Compilation.h"

namespace ingot {

/// Compiles into the cache ($XDG_CACHE_HOME/ingot or ~/.cache/ingot) unless the same script was
/// compiled there with the same compiler and flags, and becomes the executable. Returns only where
/// that fails, with the exit status.
int compileAndRun(CommandLine line, const char *argv0);

} // namespace ingot

#endif
