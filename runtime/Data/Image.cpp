// Resizing, and which decoder.

#include "runtime/Data/Image.h"

#include "runtime/Core/Error.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ingot::runtime {

Image decodeImage(std::span<const uint8_t> file, int64_t channels, const std::string &path) {
  if (file.size() >= 8 && file[0] == 0x89 && file[1] == 'P' && file[2] == 'N' && file[3] == 'G')
    return decodePng(file, channels, path);
  if (file.size() >= 3 && file[0] == 0xff && file[1] == 0xd8 && file[2] == 0xff)
    return decodeJpeg(file, channels, path);
  throw Error{path + ": neither JPEG nor PNG; other images are not supported yet"};
}

namespace {

/// Between which two pixels a pixel lies.
struct Neighbours {
  int64_t low, high;
  float share; // of the high one
};

std::vector<Neighbours> neighbours(int64_t from, int64_t to) {
  std::vector<Neighbours> all;
  float scale = static_cast<float>(from) / static_cast<float>(to);
  for (int64_t i = 0; i < to; ++i) {
    float at = (static_cast<float>(i) + 0.5f) * scale - 0.5f, low = std::floor(at);
    all.push_back({std::max<int64_t>(static_cast<int64_t>(low), 0),
                   std::min<int64_t>(static_cast<int64_t>(std::ceil(at)), from - 1), at - low});
  }
  return all;
}

} // namespace

void resizeBilinear(const Image &image, const Window &window, int64_t height, int64_t width,
                    float *to) {
  std::vector<Neighbours> rows = neighbours(window.height, height),
                          columns = neighbours(window.width, width);
  auto at = [&](int64_t y, int64_t x, int64_t channel) -> float {
    return image.pixels
        .data()[((window.top + y) * image.width + window.left + x) * image.channels + channel];
  };
  for (const Neighbours &y : rows)
    for (const Neighbours &x : columns)
      for (int64_t c = 0; c < image.channels; ++c) {
        float top = at(y.low, x.low, c) + (at(y.low, x.high, c) - at(y.low, x.low, c)) * x.share;
        float bottom =
            at(y.high, x.low, c) + (at(y.high, x.high, c) - at(y.high, x.low, c)) * x.share;
        *to++ = top + (bottom - top) * y.share;
      }
}

void resizeNearest(const Image &image, const Window &window, int64_t height, int64_t width,
                   uint8_t *to) {
  auto pick = [](int64_t i, int64_t from, int64_t size) {
    float at =
        (static_cast<float>(i) + 0.5f) * (static_cast<float>(from) / static_cast<float>(size));
    return std::min<int64_t>(static_cast<int64_t>(std::floor(at)), from - 1);
  };
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x) {
      int64_t row = window.top + pick(y, window.height, height);
      int64_t column = window.left + pick(x, window.width, width);
      const uint8_t *pixel = image.pixels.data() + (row * image.width + column) * image.channels;
      to = std::copy_n(pixel, image.channels, to);
    }
}

} // namespace ingot::runtime
