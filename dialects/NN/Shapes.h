// How many places a window has along one dimension, and what is padded around them. Plain C++: the
// front end checks a script with it and the dialect verifies its ops with it, so that both agree.

#ifndef INGOT_DIALECTS_NN_SHAPES_H
#define INGOT_DIALECTS_NN_SHAPES_H

#include <algorithm>
#include <cstdint>

namespace ingot::nn {

enum class Padding { Valid, Same };

/// Elements of zero before and after one dimension.
struct WindowPadding {
  int64_t before = 0;
  int64_t after = 0;
};

/// The span of a window of `kernel` elements that lie `dilation` apart.
inline int64_t windowExtent(int64_t kernel, int64_t dilation) {
  return (kernel - 1) * dilation + 1;
}

/// The output's size along one dimension: valid counts the places where the whole window lies
/// inside, same has one place every `stride` elements. Zero where a valid window is larger than the
/// input.
inline int64_t windowOutput(int64_t input, int64_t kernel, int64_t stride, int64_t dilation,
                            Padding padding) {
  if (padding == Padding::Same)
    return (input + stride - 1) / stride;
  int64_t extent = windowExtent(kernel, dilation);
  return input < extent ? 0 : (input - extent) / stride + 1;
}

/// The output's size along one dimension of a transposed window: the size of which windowOutput
/// makes `input`; of those that do, same has the largest, valid the one that the windows just
/// cover, and at least a stride for each element. keras/src/ops/operation_utils.py,
/// compute_conv_transpose_output_shape.
inline int64_t transposedWindowOutput(int64_t input, int64_t kernel, int64_t stride,
                                      int64_t dilation, Padding padding) {
  if (padding == Padding::Same)
    return input * stride;
  return (input - 1) * stride + std::max(windowExtent(kernel, dilation), stride);
}

/// What TensorFlow pads: for same, just as much as the last window needs; the odd element goes
/// behind. https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
inline WindowPadding windowPadding(int64_t input, int64_t kernel, int64_t stride, int64_t dilation,
                                   Padding padding) {
  if (padding == Padding::Valid)
    return {};
  int64_t output = windowOutput(input, kernel, stride, dilation, padding);
  int64_t total =
      std::max<int64_t>((output - 1) * stride + windowExtent(kernel, dilation) - input, 0);
  return {total / 2, total - total / 2};
}

} // namespace ingot::nn

#endif
