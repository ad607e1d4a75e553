// NumPy on a data set's arrays, whose elements only the run knows: shapes, dtypes and elementwise steps.

#ifndef INGOT_COMPILER_IMPORT_NUMPY_ARRAYS_H
#define INGOT_COMPILER_IMPORT_NUMPY_ARRAYS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// An operator with an array on one side at least.
Value arrayOperation(Evaluator &evaluator, std::string_view op, const Value &left, const Value &right,
                     SourceRange range, bool inPlace);
Value arraySubscript(Evaluator &evaluator, const Value &array, const Value &index, SourceRange range);
/// shape, dtype, ndim, size, and methods; nothing if it has no attribute of that name.
std::optional<Value> arrayAttribute(Evaluator &evaluator, const Value &array, const std::string &name,
                                    SourceRange range);
/// The dtype of an operation on two NumPy scalars or one and a Python number (NEP 50).
std::string scalarResultType(const Value &left, const Value &right, std::string_view op);

/// (x_train, y_train), (x_test, y_test) of a data set that Ingot knows by name.
Value loadDataset(Evaluator &evaluator, const std::string &name, SourceRange range);
/// How many samples the published data set has.
int64_t publishedSamples(const Array &array);

/// A function or constant of numpy, os, math, random, sys, tensorflow or a data set's module.
std::optional<Value> libraryAttribute(Evaluator &evaluator, const std::string &module, const std::string &name);
std::vector<std::string> libraryNames(const std::string &module);

} // namespace ingot::import

#endif
