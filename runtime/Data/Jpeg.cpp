// JPEG by libjpeg-turbo, whose errors come as jumps.

#include "runtime/Core/Error.h"
#include "runtime/Data/Image.h"

#include <csetjmp>
#include <cstdio>
#include <jpeglib.h>

namespace ingot::runtime {

namespace {

struct Failure {
  jpeg_error_mgr manager;
  std::jmp_buf place;
  char text[JMSG_LENGTH_MAX];
};

void fail(j_common_ptr common) {
  auto *failure = reinterpret_cast<Failure *>(common->err);
  common->err->format_message(common, failure->text);
  std::longjmp(failure->place, 1);
}

/// A warning: the file is damaged, or cut short.
void warn(j_common_ptr common, int level) {
  if (level < 0)
    fail(common);
}

/// What lives across the jumps has no destructor here.
struct Decoder {
  jpeg_decompress_struct info;
  Failure failure;

  bool begin(std::span<const uint8_t> file, int64_t channels) {
    info.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = fail;
    failure.manager.emit_message = warn;
    if (setjmp(failure.place))
      return false;
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, file.data(), file.size());
    jpeg_read_header(&info, TRUE);
    info.out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    info.dct_method = JDCT_IFAST; // TensorFlow's: pixels are equal then
    jpeg_start_decompress(&info);
    return true;
  }
  bool read(uint8_t *pixels, size_t rowBytes) {
    if (setjmp(failure.place))
      return false;
    while (info.output_scanline < info.output_height) {
      JSAMPROW row = pixels + info.output_scanline * rowBytes;
      jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    return true;
  }
};

} // namespace

Image decodeJpeg(std::span<const uint8_t> file, int64_t channels, const std::string &path) {
  Decoder decoder = {};
  Image image;
  bool good = decoder.begin(file, channels);
  if (good) {
    image = {decoder.info.output_height, decoder.info.output_width, channels, {}};
    try {
      image.pixels = Bytes(static_cast<size_t>(image.height * image.width * channels), path);
    } catch (...) {
      jpeg_destroy_decompress(&decoder.info);
      throw;
    }
    good = decoder.read(image.pixels.data(), static_cast<size_t>(image.width * channels));
  }
  jpeg_destroy_decompress(&decoder.info);
  if (!good)
    throw Error{path + ": a damaged JPEG image: " + decoder.failure.text};
  return image;
}

} // namespace ingot::runtime
