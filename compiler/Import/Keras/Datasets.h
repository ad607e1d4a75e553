// tf.data.Dataset of a data set's arrays.

#ifndef INGOT_COMPILER_IMPORT_KERAS_DATASETS_H
#define INGOT_COMPILER_IMPORT_KERAS_DATASETS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// tf.data.Dataset.from_tensor_slices((x, y)).
Value datasetFromTensorSlices(Evaluator &evaluator, Call &call);
/// class_names, and the methods of tf.data.Dataset; nothing if there is none of that name.
std::optional<Value> datasetAttribute(Evaluator &evaluator, const Value &dataset,
                                      const std::string &name);

} // namespace ingot::import

#endif
