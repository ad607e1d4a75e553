// The front end: from a script to what it describes.

#ifndef INGOT_COMPILER_IMPORT_IMPORT_H
#define INGOT_COMPILER_IMPORT_IMPORT_H

#include "compiler/Import/Model.h"
#include "compiler/Import/Python/Diagnostics.h"

#include <optional>

namespace ingot::import {

struct ImportOptions {
  bool keras_files = false; // Program::keras_config, whether the script needs it or not
};

/// Reads and evaluates the script. Errors and warnings go to the sink; after an error there is no
/// program.
std::optional<Program> importScript(const python::Source &source, python::DiagnosticSink &sink,
                                    const ImportOptions &options);

} // namespace ingot::import

#endif
