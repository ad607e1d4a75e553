// Pictures in files: JPEG and PNG, and their resizing as TensorFlow does it.

#ifndef INGOT_RUNTIME_DATA_IMAGE_H
#define INGOT_RUNTIME_DATA_IMAGE_H

#include "runtime/Data/Bytes.h"

namespace ingot::runtime {

/// uint8 [height][width][channels].
struct Image {
  int64_t height = 0, width = 0, channels = 0;
  Bytes pixels;
};

/// Decodes into 1 (grayscale) or 3 channels (RGB); what is transparent loses that. Throws Error
/// naming `path`.
Image decodeJpeg(std::span<const uint8_t> file, int64_t channels, const std::string &path);
Image decodePng(std::span<const uint8_t> file, int64_t channels, const std::string &path);

/// By the file's first bytes.
Image decodeImage(std::span<const uint8_t> file, int64_t channels, const std::string &path);

/// A rectangle of an image.
struct Window {
  int64_t top, left, height, width;
};

/// Half-pixel centres, no antialiasing (tf.image.resize): pixel i of `height` is read at
/// (i + 1/2) * window.height / height - 1/2, clamped, and interpolated between two. float
/// [height][width][channels].
void resizeBilinear(const Image &image, const Window &window, int64_t height, int64_t width,
                    float *to);
/// Pixel floor((i + 1/2) * window.height / height). uint8 [height][width][channels].
void resizeNearest(const Image &image, const Window &window, int64_t height, int64_t width,
                   uint8_t *to);

} // namespace ingot::runtime

#endif
