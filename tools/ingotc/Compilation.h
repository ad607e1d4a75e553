// One compilation, from the file to the file.

#ifndef INGOT_TOOLS_INGOTC_COMPILATION_H
#define INGOT_TOOLS_INGOTC_COMPILATION_H

#include "tools/ingotc/CommandLine.h"

namespace ingot {

/// Does what the command line says, with messages on standard error. Returns the exit status.
int compile(const CommandLine &line, const char *argv0);

} // namespace ingot

#endif
