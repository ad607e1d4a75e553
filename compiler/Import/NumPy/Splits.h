// Arrays of some of a data set's samples, which the run chooses.

#ifndef INGOT_COMPILER_IMPORT_NUMPY_SPLITS_H
#define INGOT_COMPILER_IMPORT_NUMPY_SPLITS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// The instruction that gives the array's samples as positions in the data set, in their order.
int samplePositions(Evaluator &evaluator, const ArrayObject &array, SourceRange range);
/// x[index], the index being an array of the run: ints or a mask.
Value chooseSamples(Evaluator &evaluator, const ArrayObject &array, const Value &index,
                    SourceRange range);

/// sklearn.model_selection.train_test_split.
Value trainTestSplit(Evaluator &evaluator, Call &call);
/// sklearn.utils.shuffle.
Value shuffleArrays(Evaluator &evaluator, Call &call);

} // namespace ingot::import

#endif
