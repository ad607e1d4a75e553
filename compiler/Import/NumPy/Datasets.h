// Published data sets that Ingot knows by name: their arrays, and what is known of the elements
// without reading them.

#ifndef INGOT_COMPILER_IMPORT_NUMPY_DATASETS_H
#define INGOT_COMPILER_IMPORT_NUMPY_DATASETS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// (x_train, y_train), (x_test, y_test) of a data set.
Value loadDataset(Evaluator &evaluator, const std::string &name, SourceRange range);
/// How many samples the published data set has; 0 if it is none of them.
int64_t publishedSamples(const Array &array);
/// The least or greatest element of the whole data set, after the steps; nothing where it is not
/// known.
std::optional<double> publishedExtreme(const Array &description, bool greatest);
/// x.mean() or x.std() of the whole data set, after the steps; nothing where it is not known.
std::optional<Value> publishedMoment(Evaluator &evaluator, const ArrayObject &array,
                                     bool deviation);

} // namespace ingot::import

#endif
