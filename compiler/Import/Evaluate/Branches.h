// Where the ways of the run part and come together (Branches.cpp).

#ifndef INGOT_COMPILER_IMPORT_EVALUATE_BRANCHES_H
#define INGOT_COMPILER_IMPORT_EVALUATE_BRANCHES_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// Whether there is a statement of that kind, also within branches, and within loops if asked.
bool contains(const python::Statements &statements, python::Kind kind, bool withinLoops);
/// The names of which statements call append.
std::set<std::string> appendedLists(const python::Statements &statements);

} // namespace ingot::import

#endif
