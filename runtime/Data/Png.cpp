// PNG by libpng, whose errors come as jumps.

#include "runtime/Core/Error.h"
#include "runtime/Data/Image.h"

#include <cstdio>
#include <cstring>
#include <png.h>
#include <vector>

namespace ingot::runtime {

namespace {

/// What lives across the jumps has no destructor here.
struct Decoder {
  png_structp png = nullptr;
  png_infop info = nullptr;
  const uint8_t *data = nullptr;
  size_t left = 0;
  char text[128] = {};

  static void fail(png_structp png, png_const_charp why) {
    auto *decoder = static_cast<Decoder *>(png_get_error_ptr(png));
    std::snprintf(decoder->text, sizeof decoder->text, "%s", why);
    png_longjmp(png, 1);
  }
  static void ignore(png_structp, png_const_charp) {}
  static void take(png_structp png, png_bytep to, size_t count) {
    auto *decoder = static_cast<Decoder *>(png_get_io_ptr(png));
    if (count > decoder->left)
      png_error(png, "cut short");
    std::memcpy(to, decoder->data, count);
    decoder->data += count;
    decoder->left -= count;
  }

  /// Reads the header; asks for 8 bits, `channels` of them, without transparency.
  bool begin(std::span<const uint8_t> file, int64_t channels) {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, ignore);
    info = png ? png_create_info_struct(png) : nullptr;
    if (!info)
      return false;
    data = file.data();
    left = file.size();
    if (setjmp(png_jmpbuf(png)))
      return false;
    png_set_read_fn(png, this, take);
    png_read_info(png, info);
    png_byte color = png_get_color_type(png, info);
    png_set_strip_16(png);
    png_set_expand(png);
    png_set_strip_alpha(png);
    if (channels == 1 && (color & PNG_COLOR_MASK_COLOR))
      png_set_rgb_to_gray(png, PNG_ERROR_ACTION_NONE, 0.299, 0.587);
    if (channels == 3 && !(color & PNG_COLOR_MASK_COLOR))
      png_set_gray_to_rgb(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    return true;
  }
  bool read(png_bytepp rows) {
    if (setjmp(png_jmpbuf(png)))
      return false;
    png_read_image(png, rows);
    png_read_end(png, nullptr);
    return true;
  }
  ~Decoder() { png_destroy_read_struct(&png, &info, nullptr); }
};

} // namespace

Image decodePng(std::span<const uint8_t> file, int64_t channels, const std::string &path) {
  Decoder decoder;
  auto damaged = [&] { return Error{path + ": a damaged PNG image: " + decoder.text}; };
  if (!decoder.begin(file, channels))
    throw damaged();
  Image image{png_get_image_height(decoder.png, decoder.info),
              png_get_image_width(decoder.png, decoder.info),
              channels,
              {}};
  size_t rowBytes = png_get_rowbytes(decoder.png, decoder.info);
  if (rowBytes != static_cast<size_t>(image.width * channels))
    throw damaged();
  image.pixels = Bytes(static_cast<size_t>(image.height) * rowBytes, path);
  std::vector<png_bytep> rows;
  for (int64_t y = 0; y < image.height; ++y)
    rows.push_back(image.pixels.data() + static_cast<size_t>(y) * rowBytes);
  if (!decoder.read(rows.data()))
    throw damaged();
  return image;
}

} // namespace ingot::runtime
