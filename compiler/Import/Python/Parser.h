// Reads Python 3.11.

#ifndef INGOT_COMPILER_IMPORT_PYTHON_PARSER_H
#define INGOT_COMPILER_IMPORT_PYTHON_PARSER_H

#include "compiler/Import/Python/AST.h"
#include "compiler/Import/Python/Diagnostics.h"

namespace ingot::import::python {

/// The file's tree, by all of Python 3.11's grammar. Errors go to the sink; the tree is then what
/// could be read, with ErrorExpr and ErrorStmt in the places that could not.
Tree parse(const Source &source, DiagnosticSink &sink);

} // namespace ingot::import::python

#endif
