// NumPy on a data set's arrays, whose elements only the run knows: shapes, dtypes and elementwise
// steps.

#ifndef INGOT_COMPILER_IMPORT_NUMPY_ARRAYS_H
#define INGOT_COMPILER_IMPORT_NUMPY_ARRAYS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// An operator with an array on one side at least.
Value arrayOperation(Evaluator &evaluator, std::string_view op, const Value &left,
                     const Value &right, SourceRange range, bool inPlace);
Value arraySubscript(Evaluator &evaluator, const Value &array, const Value &index,
                     SourceRange range);
/// shape, dtype, ndim, size, and methods; nothing if it has no attribute of that name.
std::optional<Value> arrayAttribute(Evaluator &evaluator, const Value &array,
                                    const std::string &name, SourceRange range);
/// The dtype of `a op b` (NEP 50): a Python number takes the other's unless it is of a higher kind.
/// Empty where neither has a dtype that is known.
std::string resultType(const Value &a, const Value &b, std::string_view op);

inline bool isFloating(std::string_view dtype) { return dtype.starts_with("float"); }
/// Whether what a step gives is not what the formula says: arithmetic in integers may wrap around,
/// and a cast to them loses nothing only while there are no fractions, as the first step.
bool mayLoseValues(const Array &description, const ArrayStep &step);
/// The name of "float", np.float32 or float; nothing after an error.
std::optional<std::string> dtypeName(Evaluator &evaluator, const Value &value, SourceRange range);
/// One with elements of its own.
ArrayObject *copiedArray(Evaluator &evaluator, const ArrayObject &array, SourceRange range);
Value castArray(Evaluator &evaluator, const ArrayObject &array, const std::string &dtype,
                SourceRange range);
/// np.expand_dims: `axis` is an int or a tuple of them.
Value expandDims(Evaluator &evaluator, const ArrayObject &array, const Value &axis,
                 SourceRange range);
/// The method of arrays of that name, or null.
MethodHandler findArrayMethod(std::string_view name);

} // namespace ingot::import

#endif
