// keras/src/utils/image_dataset_utils.py: the classes are read here, the images when the program
// runs.

#include "compiler/Import/Keras/ImageFolder.h"

#include "compiler/Import/Keras/Calls.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ingot::import {

namespace {
constexpr Parameter parameters[] = {{"directory"},
                                    {"labels", ArgumentKind::Any, nullptr},
                                    {"label_mode", ArgumentKind::Any, nullptr},
                                    {"class_names", ArgumentKind::Any, nullptr},
                                    {"color_mode", ArgumentKind::Any, nullptr},
                                    {"batch_size", ArgumentKind::Any, nullptr},
                                    {"image_size", ArgumentKind::Any, nullptr},
                                    {"shuffle", ArgumentKind::Any, nullptr},
                                    {"seed", ArgumentKind::Any, nullptr},
                                    {"validation_split", ArgumentKind::Any, nullptr},
                                    {"subset", ArgumentKind::Any, nullptr},
                                    {"interpolation", ArgumentKind::Any, nullptr},
                                    {"follow_links", ArgumentKind::Any, nullptr},
                                    {"crop_to_aspect_ratio", ArgumentKind::Any, nullptr},
                                    {"pad_to_aspect_ratio", ArgumentKind::Any, nullptr},
                                    {"data_format", ArgumentKind::Any, nullptr},
                                    {"format", ArgumentKind::Any, nullptr},
                                    {"verbose", ArgumentKind::Any, nullptr}};

class FolderCall {
public:
  FolderCall(Evaluator &evaluator, Call &call) : evaluator(evaluator), call(call) {}

  Value result();

private:
  const Argument *given(std::string_view name) const {
    for (size_t i = 0; i < std::size(parameters); ++i)
      if (parameters[i].name == name)
        return call.get(i, name);
    return nullptr;
  }
  void fail(const Argument &argument, const std::string &what) {
    ok = false;
    if (!argument.value.isPoison())
      evaluator.error(argument.range, what);
  }
  void unsupported(const Argument &argument, const std::string &what,
                   const std::string &remedy = "") {
    ok = false;
    if (!argument.value.isPoison())
      evaluator.notSupported(argument.range, what, remedy);
  }

  std::string text(std::string_view name, std::string_view absent,
                   std::initializer_list<std::string_view> allowed);
  bool flag(std::string_view name, bool absent);
  std::optional<int64_t> integer(std::string_view name);
  void readSize();
  void readClasses();
  void readSplit();
  bool checkNames();
  DatasetObject *dataset(const std::string &subset);

  Evaluator &evaluator;
  Call &call;
  bool ok = true;
  std::string folder;
  int64_t height = 256, width = 256, batch = 32;
  std::vector<std::string> classes;
  double split = 0;
  std::string subset, interpolation, color, aspect;
  bool shuffle = true;
  std::optional<int64_t> seed;
};

std::string FolderCall::text(std::string_view name, std::string_view absent,
                             std::initializer_list<std::string_view> allowed) {
  const Argument *argument = given(name);
  if (!argument)
    return std::string(absent);
  auto *value = argument->value.str();
  if (value && std::find(allowed.begin(), allowed.end(), *value) != allowed.end())
    return *value;
  unsupported(*argument,
              fmt::format("image_dataset_from_directory's {}={}", name, repr(argument->value)),
              fmt::format("use {}", fmt::join(allowed, " or ")));
  return std::string(absent);
}

bool FolderCall::flag(std::string_view name, bool absent) {
  const Argument *argument = given(name);
  if (argument && !argument->value.boolean())
    fail(*argument, fmt::format("'{}' must be True or False", name));
  return argument && argument->value.boolean() ? *argument->value.boolean() : absent;
}

std::optional<int64_t> FolderCall::integer(std::string_view name) {
  const Argument *argument = given(name);
  if (!argument || argument->value.isNone())
    return std::nullopt;
  auto value = argument->value.integer();
  if (!value)
    fail(*argument, fmt::format("'{}' must be an int", name));
  return value;
}

void FolderCall::readSize() {
  const Argument *argument = given("image_size");
  if (!argument)
    return;
  auto *pair = sequence(argument->value);
  auto first = pair && pair->size() == 2 ? (*pair)[0].integer() : argument->value.integer();
  auto second = pair && pair->size() == 2 ? (*pair)[1].integer() : first;
  if (!first || !second || *first < 1 || *second < 1 || *first > 1 << 16 || *second > 1 << 16)
    return fail(*argument, "'image_size' must be a tuple of two ints: (height, width)");
  height = *first;
  width = *second;
}

/// Keras's: the folders within, by name; hidden ones and files are none.
void FolderCall::readClasses() {
  namespace fs = std::filesystem;
  const Argument &directory = *given("directory");
  if (!directory.value.str())
    return fail(directory, "the directory must be a known path");
  folder = *directory.value.str();
  while (folder.size() > 1 && folder.back() == '/')
    folder.pop_back();
  fs::path place = folder, beside = fs::path(evaluator.scriptPath()).parent_path() / folder;
  std::error_code ignored;
  if (!fs::is_directory(place, ignored) && fs::is_directory(beside, ignored))
    place = beside;
  std::error_code error;
  for (fs::directory_iterator at(place, error), end; !error && at != end; at.increment(error)) {
    std::string name = at->path().filename().string();
    if (at->is_directory(ignored) && !name.starts_with("."))
      classes.push_back(name);
  }
  if (error)
    return fail(directory,
                fmt::format("{}: {} (ingotc reads the classes' names)", folder, error.message()));
  if (classes.empty())
    return fail(directory, fmt::format("{}: has no folders; there is one for each class", folder));
  std::sort(classes.begin(), classes.end());
  if (!checkNames())
    ok = false;
}

/// class_names gives the classes' order, and must name all of them.
bool FolderCall::checkNames() {
  const Argument *argument = given("class_names");
  if (!argument || argument->value.isNone())
    return true;
  std::vector<std::string> names;
  if (auto *items = sequence(argument->value))
    for (const Value &item : *items)
      names.push_back(item.str() ? *item.str() : "");
  for (const std::string &name : names)
    if (std::find(classes.begin(), classes.end(), name) == classes.end()) {
      fail(*argument,
           fmt::format("{} has no folder '{}'; it has {}", folder, name, fmt::join(classes, ", ")));
      return false;
    }
  if (names.empty()) {
    fail(*argument, "'class_names' must be a list of folders' names");
    return false;
  }
  classes = names;
  return true;
}

void FolderCall::readSplit() {
  const Argument *share = given("validation_split"), *part = given("subset");
  if (part && !part->value.isNone())
    subset = text("subset", "", {"training", "validation", "both"});
  if (!share || share->value.isNone()) {
    if (!subset.empty())
      fail(*part, "'subset' needs 'validation_split'");
    return;
  }
  split = share->value.number().value_or(-1);
  if (!(split > 0 && split < 1))
    return fail(*share, "'validation_split' must be a number between 0 and 1");
  if (subset.empty())
    return fail(*share, "'validation_split' needs subset=\"training\", \"validation\" or \"both\"");
  if (shuffle && !seed)
    fail(*share,
         "'validation_split' with shuffling needs a 'seed', so that the parts are of one order");
}

DatasetObject *FolderCall::dataset(const std::string &part) {
  auto *result = evaluator.heap.make<DatasetObject>();
  std::string options =
      fmt::format("height={}\nwidth={}\ninterpolation={}\ncolor_mode={}\naspect={}\nshuffle={}\n"
                  "seed={}\nvalidation_split={}\nsubset={}\n",
                  height, width, interpolation, color, aspect, shuffle && seed ? 1 : 0,
                  static_cast<uint32_t>(seed.value_or(0)), split, part);
  for (const std::string &name : classes)
    options += "class=" + name + "\n";
  for (bool labels : {false, true}) {
    auto *array = evaluator.heap.make<ArrayObject>();
    array->buffer = std::make_shared<SampleBuffer>();
    Array &description = array->buffer->array;
    description.reader = "image_folder";
    description.source = folder;
    description.options = options;
    description.key = labels ? "labels" : "images";
    description.labels = labels;
    description.test = part == "validation";
    description.classes = labels ? static_cast<int64_t>(classes.size()) : 0;
    if (!labels)
      description.source_shape = {height, width, color == "grayscale" ? 1 : 3};
    description.source_dtype = labels ? "int32" : interpolation == "nearest" ? "uint8" : "float32";
    description.dtype = description.source_dtype;
    array->shape = description.source_shape;
    array->origin = call.range;
    (labels ? result->y : result->x) = array;
  }
  result->batch = batch;
  result->shuffle = shuffle && part != "validation";
  result->classNames = classes;
  return result;
}

Value FolderCall::result() {
  if (!matchArguments(evaluator, "image_dataset_from_directory", parameters, call))
    return {};
  for (const Argument &argument : call.keywords)
    if (argument.value.isPoison())
      return {};
  text("labels", "inferred", {"inferred"});
  text("label_mode", "int", {"int"});
  interpolation = text("interpolation", "bilinear", {"bilinear", "nearest"});
  color = text("color_mode", "rgb", {"rgb", "grayscale"});
  text("format", "tf", {"tf"});
  aspect = flag("crop_to_aspect_ratio", false)  ? "crop"
           : flag("pad_to_aspect_ratio", false) ? "pad"
                                                : "";
  if (const Argument *links = given("follow_links"); links && flag("follow_links", false))
    unsupported(*links, "image_dataset_from_directory's follow_links=True");
  if (const Argument *format = given("data_format"); format && !format->value.isNone())
    text("data_format", "channels_last", {"channels_last"});
  shuffle = flag("shuffle", true);
  seed = integer("seed");
  batch = integer("batch_size").value_or(32);
  if (const Argument *size = given("batch_size"); size && (size->value.isNone() || batch < 1))
    unsupported(*size, "image_dataset_from_directory without a batch_size", "give a number");
  readSize();
  readClasses();
  readSplit();
  if (!ok)
    return {};
  if (subset == "both")
    return evaluator.heap.list({dataset("training"), dataset("validation")});
  return dataset(subset);
}
} // namespace

Value imageDatasetFromDirectory(Evaluator &evaluator, Call &call) {
  return FolderCall(evaluator, call).result();
}

} // namespace ingot::import
