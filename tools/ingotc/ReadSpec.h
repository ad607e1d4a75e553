// The input of a compilation.

#ifndef INGOT_TOOLS_INGOTC_READSPEC_H
#define INGOT_TOOLS_INGOTC_READSPEC_H

#include "compiler/Import/Import.h"

namespace ingot {

/// The program that a script describes; nothing after messages on standard error.
std::optional<import::Program> readSpec(const std::string &path,
                                        const import::ImportOptions &options);

} // namespace ingot

#endif
