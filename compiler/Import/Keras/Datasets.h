// tf.data.Dataset of a data set's arrays.

#ifndef INGOT_COMPILER_IMPORT_KERAS_DATASETS_H
#define INGOT_COMPILER_IMPORT_KERAS_DATASETS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// tf.data.Dataset.from_tensor_slices((x, y)).
Value datasetFromTensorSlices(Evaluator &evaluator, Call &call);
/// The first batches, or samples where it has none, as pairs of images and labels in the order of
/// the data; nothing after an error.
std::optional<std::vector<Value>> datasetBatches(Evaluator &evaluator, const DatasetObject &dataset,
                                                 int64_t count, SourceRange range);
/// Whether fit, evaluate and predict may have it; false after an error.
bool checkWhole(Evaluator &evaluator, const DatasetObject &dataset, SourceRange range);
/// class_names, and the methods of tf.data.Dataset; nothing if there is none of that name.
std::optional<Value> datasetAttribute(Evaluator &evaluator, const Value &dataset,
                                      const std::string &name);

} // namespace ingot::import

#endif
