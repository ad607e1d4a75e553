// Arrays of samples that no file holds: the run computes them, by x + noise or np.concatenate, and
// gives them to fit, evaluate and predict in memory.

#ifndef INGOT_COMPILER_IMPORT_NUMPY_COMPUTEDARRAYS_H
#define INGOT_COMPILER_IMPORT_NUMPY_COMPUTEDARRAYS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

inline bool isComputed(const ArrayObject &array) { return array.buffer->array.reader.empty(); }

/// A value of the run as an array of samples: of the shape that is known of it, or else of
/// `fallback`, which the run checks. `classes`: how many there are, where it is of class indices;
/// else 0. Null where the value cannot be an array.
ArrayObject *computedSamples(Evaluator &evaluator, const Argument &argument,
                             const std::vector<int64_t> &fallback, int64_t classes);

/// An array's samples with all that was done to them, computed by the run; null after an error.
ArrayObject *computedCopy(Evaluator &evaluator, const ArrayObject &array, SourceRange range);

/// The instruction that gives the samples of an array that the run computes, before what steps do
/// to them.
int sourceElements(Evaluator &evaluator, const ArrayObject &array, SourceRange range);

/// What is known of a value's shape as NumPy has it; -1: the number of samples, which the run
/// knows. Nothing where even the number of dimensions is not known.
std::optional<std::vector<int64_t>> knownShape(const Value &value);
/// What is known of the shape and dtype of `a op b`.
void describeResult(RunTimeObject &result, std::string_view op, const Value &a, const Value &b);

/// The shape of what a function of NumPy gives, as knownShape has it. `arguments`: by its
/// parameters, None where one is not given.
std::optional<std::vector<int64_t>> functionShape(std::string_view name,
                                                  const std::vector<Value> &arguments);
/// The shape of x[index].
std::optional<std::vector<int64_t>> subscriptShape(const Value &array, const Value &index);

/// Whether the value is an array, or may turn out to be one.
bool mayBeArray(const Value &value);

} // namespace ingot::import

#endif
