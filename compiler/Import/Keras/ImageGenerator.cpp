// ImageDataGenerator: its arguments, and flow(), which gives batches of arrays transformed anew
// each time.

#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/NumPy/Arrays.h"
#include "compiler/Import/NumPy/ComputedArrays.h"
#include "compiler/Import/NumPy/Moments.h"

#include <fmt/format.h>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using enum Support;

constexpr Parameter generatorParameters[] = {{"featurewise_center", Boolean, false},
                                             {"samplewise_center", Boolean, false},
                                             {"featurewise_std_normalization", Boolean, false},
                                             {"samplewise_std_normalization", Boolean, false},
                                             {"zca_whitening", Boolean, false, OnlyDefault},
                                             {"zca_epsilon", Float, 1e-6, Ignored},
                                             {"rotation_range", Float, 0},
                                             {"width_shift_range", Range, 0.0},
                                             {"height_shift_range", Range, 0.0},
                                             {"brightness_range", Range, nullptr},
                                             {"shear_range", Float, 0.0},
                                             {"zoom_range", Range, 0.0},
                                             {"channel_shift_range", Float, 0.0},
                                             {"fill_mode", Text, "nearest"},
                                             {"cval", Float, 0.0},
                                             {"horizontal_flip", Boolean, false},
                                             {"vertical_flip", Boolean, false},
                                             {"rescale", FloatOrNone, nullptr},
                                             {"preprocessing_function", Any, nullptr, OnlyDefault},
                                             {"data_format", DataFormat, nullptr},
                                             {"validation_split", Float, 0.0, OnlyDefault},
                                             {"interpolation_order", Integer, 1},
                                             {"dtype", DType, nullptr}};

constexpr ApiEntry entries[] = {{"ImageDataGenerator", ApiEntry::Kind::Other,
                                 "keras.preprocessing.image", true, generatorParameters}};

constexpr Parameter flowParameters[] = {{"x"},
                                        {"y", Any, nullptr},
                                        {"batch_size", Count, 32},
                                        {"shuffle", Boolean, true},
                                        {"sample_weight", Any, nullptr, OnlyDefault},
                                        {"seed", Any, nullptr, Ignored},
                                        {"save_to_dir", Any, nullptr, OnlyDefault},
                                        {"save_prefix", Any, "", Ignored},
                                        {"save_format", Any, "png", Ignored},
                                        {"ignore_class_split", Any, false, OnlyDefault},
                                        {"subset", Any, nullptr, OnlyDefault}};

/// Centring on the mean comes with dividing by the deviation.
bool isFeaturewise(const Config &config) {
  return boolArgument(config, "featurewise_center") ||
         boolArgument(config, "featurewise_std_normalization");
}

Value flow(Evaluator &evaluator, Value self, Call &call) {
  auto given = matchArguments(evaluator, "flow", flowParameters, call);
  if (!given)
    return {};
  for (size_t i = 0; i < std::size(flowParameters); ++i)
    if (const Argument *argument = (*given)[i];
        argument && flowParameters[i].support == OnlyDefault && !argument->value.isNone())
      return evaluator.notSupported(argument->range,
                                    fmt::format("flow's '{}'", flowParameters[i].name));
  auto batch = countArgument(evaluator, (*given)[2], 32, 1, "flow's 'batch_size'");
  const Argument *shuffle = (*given)[3];
  if (shuffle && !shuffle->value.boolean()) {
    if (!shuffle->value.isPoison())
      evaluator.error(shuffle->range, "flow's 'shuffle' must be True or False");
    return {};
  }
  if (!batch)
    return {};
  if (!(*given)[1] || (*given)[1]->value.isNone())
    return evaluator.notSupported(call.range, "flow without labels",
                                  "give it y as well: flow(x_train, y_train)");
  auto *images = (*given)[0]->value.as<ArrayObject>();
  if (auto shape = knownShape((*given)[0]->value); !images && shape && shape->size() == 4)
    images = computedSamples(evaluator, *(*given)[0], {}, 0);
  if (!images || images->sample || images->shape.size() != 3) {
    if (!(*given)[0]->value.isPoison())
      evaluator.error((*given)[0]->range,
                      "flow needs images of 3 dimensions (height, width, channels)");
    return {};
  }
  auto *generator = self.as<ConfigObject>();
  if (isFeaturewise(generator->config) && generator->centre < 0) {
    evaluator.error(call.range, "this generator subtracts the data's mean and was not fitted; call "
                                "its fit(x_train) before flow");
    return {};
  }
  // Images of their own: what is done to them is seen through this generator alone.
  auto *generated = evaluator.heap.make<ArrayObject>(*images);
  generated->buffer = std::make_shared<SampleBuffer>(*images->buffer);
  generated->buffer->array.generator = generator->config;
  generated->buffer->array.centre = generator->centre;
  generated->buffer->array.deviation = generator->deviation;
  auto *result = evaluator.heap.make<DatasetObject>();
  result->x = generated;
  result->y = (*given)[1]->value;
  result->batch = *batch;
  result->shuffle = !shuffle || *shuffle->value.boolean();
  return result;
}

/// Measures what featurewise normalization needs: mean and deviation of each channel, after rescale
/// and before anything else (keras/src/legacy/preprocessing/image.py, fit).
Value fitGenerator(Evaluator &evaluator, Value self, Call &call) {
  auto *generator = self.as<ConfigObject>();
  const Argument *data = call.get(0, "x");
  if (!isFeaturewise(generator->config) || !data || data->value.isPoison())
    return NoneValue();
  for (const Argument &argument : call.keywords)
    if (argument.name != "x" && argument.name != "seed" &&
        !(argument.name == "augment" && truth(argument.value) == false))
      return evaluator.notSupported(argument.nameRange, fmt::format("fit's '{}'", argument.name));
  auto *array = data->value.as<ArrayObject>();
  if (!array || array->shape.size() != 3) {
    evaluator.error(data->range, "fit needs images of 3 dimensions (height, width, channels)");
    return {};
  }
  ArrayObject *images = copiedArray(evaluator, *array, call.range);
  Array &description = images->buffer->array;
  description.steps.push_back({ArrayStep::Cast, "float32"});
  description.steps.push_back(
      {ArrayStep::Multiply, "float32", numberArgument(generator->config, "rescale", 1)});
  description.dtype = "float32";
  auto measure = [&](Moment moment) -> std::optional<int> {
    auto value = dataMoment(evaluator, *images, moment, axesBeforeLast(*images), false, call.range);
    return value ? std::optional(keepValues(evaluator, *value, {images->shape.back()}, call.range))
                 : std::nullopt;
  };
  auto centre = measure(Moment::Mean);
  bool divides = boolArgument(generator->config, "featurewise_std_normalization");
  auto deviation = divides ? measure(Moment::Deviation) : std::optional(-1);
  if (!centre || !deviation)
    return evaluator.notSupported(data->range, "fit on this array",
                                  "fit it to the data set's array");
  generator->centre = *centre;
  generator->deviation = *deviation;
  return NoneValue();
}

constexpr std::pair<std::string_view, MethodHandler> kMethods[] = {{"flow", flow},
                                                                   {"fit", fitGenerator}};
} // namespace

std::span<const ApiEntry> generatorEntries() { return entries; }

bool checkGenerator(Evaluator &evaluator, const Config &config, SourceRange range) {
  auto fails = [&](std::string message) {
    evaluator.error(range, std::move(message));
    return false;
  };
  const std::string &mode = textArgument(config, "fill_mode");
  if (mode != "nearest" && mode != "reflect" && mode != "wrap" && mode != "constant")
    return fails(fmt::format(
        "ImageDataGenerator's 'fill_mode' must be \"nearest\", \"reflect\", \"wrap\" or "
        "\"constant\", not \"{}\"",
        mode));
  int64_t order = intArgument(config, "interpolation_order");
  if (order != 0 && order != 1)
    return fails(fmt::format(
        "ImageDataGenerator's 'interpolation_order' {} is not supported yet; use 1 (bilinear) or "
        "0 (nearest pixel)",
        order));
  for (const char *pair : {"zoom_range", "brightness_range"})
    if (auto *values = std::get_if<std::vector<double>>(&config.arguments.at(pair));
        values && values->size() != 2)
      return fails(fmt::format("ImageDataGenerator's '{}' must have two numbers, not {}", pair,
                               values->size()));
  if (!std::holds_alternative<std::vector<double>>(config.arguments.at("brightness_range")) &&
      !std::holds_alternative<std::monostate>(config.arguments.at("brightness_range")))
    return fails("ImageDataGenerator's 'brightness_range' must be a list or tuple of two numbers");
  return true;
}

std::optional<Value> generatorAttribute(Evaluator &evaluator, const Value &object,
                                        const std::string &name, SourceRange range) {
  auto *generator = object.as<ConfigObject>();
  if (!generator || generator->config.type != entries[0].name)
    return std::nullopt;
  for (auto [method, handler] : kMethods)
    if (method == name)
      return evaluator.heap.make<MethodObject>(object, name, handler);
  for (std::string_view known : {"flow_from_directory", "flow_from_dataframe", "standardize",
                                 "random_transform", "apply_transform", "get_random_transform"})
    if (name == known)
      return evaluator.notSupported(range, fmt::format("ImageDataGenerator's '{}'", name),
                                    "flow(x_train, y_train) is supported");
  return std::nullopt;
}

} // namespace ingot::import
