// Data sets of images in folders.

#ifndef INGOT_COMPILER_IMPORT_KERAS_IMAGE_FOLDER_H
#define INGOT_COMPILER_IMPORT_KERAS_IMAGE_FOLDER_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// keras.utils.image_dataset_from_directory: a DatasetObject, or two with subset="both".
Value imageDatasetFromDirectory(Evaluator &evaluator, Call &call);

} // namespace ingot::import

#endif
