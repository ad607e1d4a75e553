// A bound on the height of trees, so that code that follows them by recursion cannot run out of
// stack.

#ifndef INGOT_COMPILER_IMPORT_PYTHON_DEPTH_H
#define INGOT_COMPILER_IMPORT_PYTHON_DEPTH_H

#include "compiler/Import/Python/AST.h"
#include "compiler/Import/Python/Diagnostics.h"

namespace ingot::import::python {

/// The most nodes on a way down from a module. An operator chain or an 'elif' chain is as high as
/// it is long.
constexpr unsigned maximumHeight = 1000;

/// Replaces what is deeper by ErrorExpr or nothing, with one error for each statement of the
/// module.
void boundDepth(Tree &tree, DiagnosticSink &sink);

} // namespace ingot::import::python

#endif
