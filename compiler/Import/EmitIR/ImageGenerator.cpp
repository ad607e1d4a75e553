// ImageDataGenerator's arguments as the attribute of an array: ranges become draws, shares of the
// image pixels.

#include "compiler/Import/EmitIR/Emitter.h"

#include "compiler/Import/Keras/Api.h"

using namespace mlir;
using namespace ingot;
using ingot::import::Config;
using ingot::import::ConfigValue;
using ingot::import::numberArgument;

namespace {
class GeneratorEmitter {
public:
  GeneratorEmitter(MLIRContext *context, const Config &config) : builder(context), config(config) {}

  train::ImageGeneratorAttr emit(ArrayRef<int64_t> image) {
    auto f64 = [&](double value) { return builder.getF64FloatAttr(value); };
    auto flag = [&](const char *name) { return ingot::import::boolArgument(config, name); };
    bool std = flag("samplewise_std_normalization");
    // Centring on the mean comes with dividing by the deviation.
    return train::ImageGeneratorAttr::get(
        builder.getContext(), around(0, numberArgument(config, "rotation_range")),
        // Keras draws width's shift for rows and height's for columns (see golden's README).
        shift("width_shift_range", image[1]), shift("height_shift_range", image[0]),
        around(0, numberArgument(config, "shear_range")), zoom(), zoom(),
        around(0, numberArgument(config, "channel_shift_range")), between("brightness_range"),
        flag("horizontal_flip"), flag("vertical_flip"), fill(), f64(numberArgument(config, "cval")),
        ingot::import::intArgument(config, "interpolation_order") == 0,
        f64(numberArgument(config, "rescale", 1)), flag("samplewise_center") || std, std);
  }

private:
  train::DrawAttr draw(bool oneOf, ArrayRef<double> values) {
    return train::DrawAttr::get(builder.getContext(), oneOf, builder.getDenseF64ArrayAttr(values));
  }
  train::DrawAttr around(double centre, double range) {
    return range == 0 ? train::DrawAttr() : draw(false, {centre - range, centre + range});
  }
  train::DrawAttr between(const char *name) {
    auto *values = std::get_if<std::vector<double>>(&config.arguments.at(name));
    return values ? draw(false, *values) : train::DrawAttr();
  }

  /// A float below 1 is a share of the image, another one pixels; an int k gives whole pixels from
  /// -(k - 1) to k - 1, 0 twice as likely; a list one of its numbers or its negative.
  train::DrawAttr shift(const char *name, int64_t size) {
    const ConfigValue &value = config.arguments.at(name);
    if (auto *pixels = std::get_if<int64_t>(&value)) {
      SmallVector<double> values;
      for (int64_t sign : {-1, 1})
        for (int64_t each = 0; each < *pixels; ++each)
          values.push_back(static_cast<double>(sign * each));
      return values.size() <= 2 ? train::DrawAttr() : draw(true, values);
    }
    if (auto *list = std::get_if<std::vector<double>>(&value)) {
      if (list->empty())
        return {};
      double scale = *llvm::max_element(*list) < 1 ? static_cast<double>(size) : 1;
      SmallVector<double> values;
      for (double sign : {-1, 1})
        for (double each : *list)
          values.push_back(sign * scale * each);
      return draw(true, values);
    }
    double range = std::get<double>(value);
    return around(0, range < 1 ? range * static_cast<double>(size) : range);
  }

  train::DrawAttr zoom() {
    const ConfigValue &value = config.arguments.at("zoom_range");
    if (auto *pair = std::get_if<std::vector<double>>(&value))
      return (*pair)[0] == 1 && (*pair)[1] == 1 ? train::DrawAttr() : draw(false, *pair);
    return around(1, numberArgument(config, "zoom_range"));
  }

  nn::Fill fill() { return *nn::symbolizeFill(ingot::import::textArgument(config, "fill_mode")); }

  Builder builder;
  const Config &config;
};
} // namespace

train::ImageGeneratorAttr ingot::import::imageGeneratorFor(MLIRContext *context,
                                                           const Config &config,
                                                           ArrayRef<int64_t> image) {
  return GeneratorEmitter(context, config).emit(image);
}
