// Means and standard deviations of a data set's arrays, and arithmetic of arrays with them.

#ifndef INGOT_COMPILER_IMPORT_NUMPY_MOMENTS_H
#define INGOT_COMPILER_IMPORT_NUMPY_MOMENTS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

enum class Moment { Mean, Deviation, Variance };

/// x.mean(axis, keepdims=...) and the like, computed by the run from the samples as they lie in
/// memory; `axes` count the samples' as 0. What was done to the array since is done to the result.
/// Nothing where that would not give the same: the elements themselves have to be computed.
std::optional<Value> dataMoment(Evaluator &evaluator, const ArrayObject &array, Moment moment,
                                const std::vector<int64_t> &axes, bool keepDimensions,
                                SourceRange range);

/// The axes of all dimensions of the array but the last, or of all.
std::vector<int64_t> axesBeforeLast(const ArrayObject &array);
std::vector<int64_t> allAxes(const ArrayObject &array);

/// The shape of what is left without these axes, that of the samples among them.
std::vector<int64_t> shapeWithout(const ArrayObject &array, const std::vector<int64_t> &axes,
                                  bool keepDimensions);

/// Numbers of the run as a tensor that every step reads, of that shape: index into Graph::values.
int keepValues(Evaluator &evaluator, const Value &numbers, const std::vector<int64_t> &shape,
               SourceRange range);

/// Whether numbers of the run may stand in an array's preprocessing: they are the same for every
/// sample. Gives the shape in which they lie along the last dimensions of a sample in the source.
std::optional<std::vector<int64_t>> shapeAlongSample(const ArrayObject &array,
                                                     const RunTimeObject &numbers);

} // namespace ingot::import

#endif
