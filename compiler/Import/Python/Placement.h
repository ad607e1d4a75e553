// Statements that Python allows in some places only, and parameters of one name.

#ifndef INGOT_COMPILER_IMPORT_PYTHON_PLACEMENT_H
#define INGOT_COMPILER_IMPORT_PYTHON_PLACEMENT_H

#include "compiler/Import/Python/AST.h"
#include "compiler/Import/Python/Diagnostics.h"

namespace ingot::import::python {

/// Reports break and continue outside of loops, return, yield and await outside of functions, and
/// two parameters of one name: what CPython's symbol table and compiler find behind its parser.
void checkPlacement(Tree &tree, DiagnosticSink &sink);

} // namespace ingot::import::python

#endif
