// Windows that slide over images: what convolutions and pooling layers have in common.

#ifndef INGOT_COMPILER_IMPORT_KERAS_LAYERS_WINDOWS_H
#define INGOT_COMPILER_IMPORT_KERAS_LAYERS_WINDOWS_H

#include "compiler/Import/Keras/Api.h"
#include "dialects/NN/Shapes.h"

#include <array>

namespace ingot::import {

/// A layer's window. Each pair is (height, width).
struct Window {
  std::string parameter; // that gives the size: "kernel_size"
  std::vector<int64_t> size, strides, dilation;
  nn::Padding padding;
};

/// By kernel_size, strides, dilation_rate and padding.
Window convolutionWindow(const Config &config);
/// By pool_size, strides (pool_size where there are none) and padding.
Window poolingWindow(const Config &config);

/// Why an input that has no height, width and channels cannot be taken.
ShapeResult notImages(std::string_view layer, const Shape &input);
/// (height, width, channels) of what a window makes of images of this shape, or that it is larger
/// than they are.
ShapeResult windowedShape(const Window &window, const Shape &input, int64_t channels);
/// What is padded around images of that size: [top, bottom, left, right].
std::array<int64_t, 4> paddingAround(const Window &window, int64_t height, int64_t width);

} // namespace ingot::import

#endif
