// Data sets of images in folders.

#ifndef INGOT_COMPILER_IMPORT_KERAS_IMAGE_FOLDER_H
#define INGOT_COMPILER_IMPORT_KERAS_IMAGE_FOLDER_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// keras.utils.image_dataset_from_directory: a DatasetObject, or two with subset="both".
Value imageDatasetFromDirectory(Evaluator &evaluator, Call &call);
/// class_names, and the methods of tf.data.Dataset that change no sample's meaning; nothing if
/// there is none of that name.
std::optional<Value> datasetAttribute(Evaluator &evaluator, const Value &dataset,
                                      const std::string &name);

} // namespace ingot::import

#endif
