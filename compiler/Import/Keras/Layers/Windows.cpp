// Windows that slide over images: their arguments, what they make of a shape, and what is padded.

#include "compiler/Import/Keras/Layers/Windows.h"

#include <fmt/format.h>

namespace ingot::import {

static nn::Padding paddingOf(const Config &config) {
  return textArgument(config, "padding") == "same" ? nn::Padding::Same : nn::Padding::Valid;
}

Window convolutionWindow(const Config &config) {
  return {"kernel_size", intsArgument(config, "kernel_size"), intsArgument(config, "strides"),
          intsArgument(config, "dilation_rate"), paddingOf(config)};
}

Window poolingWindow(const Config &config) {
  bool hasStrides = !std::holds_alternative<std::monostate>(config.arguments.at("strides"));
  return {"pool_size",
          intsArgument(config, "pool_size"),
          intsArgument(config, hasStrides ? "strides" : "pool_size"),
          {1, 1},
          paddingOf(config)};
}

ShapeResult notImages(std::string_view layer, const Shape &input) {
  return {
      {},
      fmt::format("{} needs images of 3 dimensions (height, width, channels), and its input has {}",
                  layer, input.size()),
      input.size() == 2
          ? fmt::format("add the channel dimension: {}x{}x1, as np.expand_dims(x, -1) does",
                        input[0], input[1])
          : ""};
}

ShapeResult windowedShape(const Window &window, const Shape &input, int64_t channels) {
  Shape output = {0, 0, channels};
  for (int i = 0; i < 2; ++i) {
    output[i] = nn::windowOutput(input[i], window.size[i], window.strides[i], window.dilation[i],
                                 window.padding);
    if (output[i] < 1)
      return {{},
              fmt::format("the {}x{} window is larger than the input, which is {}x{}",
                          nn::windowExtent(window.size[0], window.dilation[0]),
                          nn::windowExtent(window.size[1], window.dilation[1]), input[0], input[1]),
              fmt::format("padding=\"same\", a smaller {}, or fewer strides before it",
                          window.parameter)};
  }
  return {output, "", ""};
}

std::array<int64_t, 4> paddingAround(const Window &window, int64_t height, int64_t width) {
  auto along = [&](int i, int64_t extent) {
    return nn::windowPadding(extent, window.size[i], window.strides[i], window.dilation[i],
                             window.padding);
  };
  nn::WindowPadding vertical = along(0, height), horizontal = along(1, width);
  return {vertical.before, vertical.after, horizontal.before, horizontal.after};
}

} // namespace ingot::import
