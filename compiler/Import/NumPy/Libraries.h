// Functions and constants of the libraries that a script imports, but for Keras's classes.

#ifndef INGOT_COMPILER_IMPORT_NUMPY_LIBRARIES_H
#define INGOT_COMPILER_IMPORT_NUMPY_LIBRARIES_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// A function or constant of numpy, os, math, random, sys, tensorflow or a data set's module.
std::optional<Value> libraryAttribute(Evaluator &evaluator, const std::string &module,
                                      const std::string &name);
std::vector<std::string> libraryNames(const std::string &module);

} // namespace ingot::import

#endif
