// Where in its input a layer that changes the size of images looks, for front end and EmitIR.

#ifndef INGOT_COMPILER_IMPORT_KERAS_LAYERS_RESIZING_H
#define INGOT_COMPILER_IMPORT_KERAS_LAYERS_RESIZING_H

#include "compiler/Import/Keras/Api.h"

namespace ingot::import {

/// A part of an image, or, where it reaches beyond it, the image with zeros around.
struct Frame {
  int64_t top = 0, left = 0; // negative beyond the image
  int64_t height = 0, width = 0;
};

/// What Resizing stretches or shrinks to its size: the whole image, or with crop_to_aspect_ratio
/// the largest centred part that has the target's proportions, or with pad_to_aspect_ratio the
/// least that holds the image. keras/src/backend/tensorflow/image.py, resize.
Frame resizedFrame(const Config &config, const Shape &input);

/// What CenterCrop takes, of its own size where the image is large enough.
/// keras/src/layers/preprocessing/image_preprocessing/center_crop.py.
Frame centerCropFrame(const Config &config, const Shape &input);

} // namespace ingot::import

#endif
