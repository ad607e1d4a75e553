// Folders of images, one for each class: keras.utils.image_dataset_from_directory.

#include "runtime/Core/Error.h"
#include "runtime/Data/Image.h"
#include "runtime/Data/Reader.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <sstream>

using namespace ingot::runtime;

namespace {

/// IngotArray.options.
struct FolderOptions {
  int64_t height = 0, width = 0;
  bool nearest = false, gray = false, shuffle = false;
  std::string aspect; // "", "crop", "pad"
  std::vector<std::string> classes;
  double split = 0;
  std::string subset;
  uint32_t seed = 0;

  explicit FolderOptions(const char *text);
  int64_t channels() const { return gray ? 1 : 3; }
};

struct File {
  std::string path;
  int32_t label;
};

} // namespace

FolderOptions::FolderOptions(const char *text) {
  std::istringstream lines(text ? text : "");
  for (std::string line; std::getline(lines, line);) {
    size_t at = line.find('=');
    std::string name = line.substr(0, at), value = at == line.npos ? "" : line.substr(at + 1);
    if (name == "height")
      height = std::stoll(value);
    else if (name == "width")
      width = std::stoll(value);
    else if (name == "interpolation")
      nearest = value == "nearest";
    else if (name == "color_mode")
      gray = value == "grayscale";
    else if (name == "shuffle")
      shuffle = value == "1";
    else if (name == "aspect")
      aspect = value;
    else if (name == "class")
      classes.push_back(value);
    else if (name == "validation_split")
      split = std::stod(value);
    else if (name == "subset")
      subset = value;
    else if (name == "seed")
      seed = static_cast<uint32_t>(std::stoul(value));
  }
}

static bool isImage(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  for (const char *suffix : {".bmp", ".gif", ".jpeg", ".jpg", ".png"})
    if (name.ends_with(suffix))
      return true;
  return false;
}

/// Images of a class in Keras's order: folder by folder, each folder's by name.
static void list(const std::string &folder, int32_t label, std::vector<File> &files) {
  namespace fs = std::filesystem;
  std::vector<std::string> folders = {folder};
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(folder, error);
       !error && at != fs::recursive_directory_iterator(); at.increment(error))
    if (!at->is_symlink() && at->is_directory())
      folders.push_back(at->path().string());
  if (error)
    throw Error{fmt::format("{}: cannot be read: {}", folder, error.message())};
  std::sort(folders.begin(), folders.end());
  for (const std::string &place : folders) {
    std::vector<std::string> names;
    for (const fs::directory_entry &entry : fs::directory_iterator(place))
      if (!entry.is_directory() && isImage(entry.path().filename().string()))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    for (const std::string &name : names)
      files.push_back({place + "/" + name, label});
  }
}

/// numpy.random.RandomState(seed).shuffle: from the last element down, each with one drawn by
/// rejection under a mask.
static void shuffle(std::vector<File> &files, uint32_t seed) {
  std::mt19937 random(seed);
  for (size_t last = files.size(); last-- > 1;) {
    uint32_t mask = static_cast<uint32_t>(last), drawn;
    for (int shift = 1; shift < 32; shift *= 2)
      mask |= mask >> shift;
    do
      drawn = static_cast<uint32_t>(random()) & mask;
    while (drawn > last);
    std::swap(files[last], files[drawn]);
  }
}

static std::vector<File> filesOf(const std::string &folder, const FolderOptions &options) {
  std::vector<File> files;
  for (size_t i = 0; i < options.classes.size(); ++i) {
    std::string place = folder + "/" + options.classes[i];
    if (!std::filesystem::is_directory(place))
      throw Error{
          fmt::format("{}: there is no such folder; this program was compiled for the classes {}",
                      place, fmt::join(options.classes, ", "))};
    list(place, static_cast<int32_t>(i), files);
  }
  if (options.shuffle)
    shuffle(files, options.seed);
  auto held = static_cast<ptrdiff_t>(options.split * static_cast<double>(files.size()));
  if (options.subset == "training" && held > 0)
    files.erase(files.end() - held, files.end());
  if (options.subset == "validation" && held > 0)
    files.erase(files.begin(), files.end() - held);
  if (files.empty() || (options.subset == "validation" && held == 0))
    throw Error{fmt::format("{}: has no images{}", folder,
                            options.subset.empty() ? "" : " for " + options.subset)};
  return files;
}

/// The part that keeps the proportions of the result, in the middle; or the whole.
static Window windowOf(const Image &image, const FolderOptions &options) {
  Window window{0, 0, image.height, image.width};
  if (options.aspect != "crop")
    return window;
  window.height =
      std::max<int64_t>(1, std::min(image.height, image.width * options.height / options.width));
  window.width =
      std::max<int64_t>(1, std::min(image.width, image.height * options.width / options.height));
  window.top = (image.height - window.height) / 2;
  window.left = (image.width - window.width) / 2;
  return window;
}

/// Where in the result the image lies: all of it, or with "pad" a part of the image's proportions
/// in the middle (tf.image.resize_with_pad).
static Window placeOf(const Image &image, const FolderOptions &options) {
  if (options.aspect != "pad")
    return {0, 0, options.height, options.width};
  auto share = [](int64_t a, int64_t b) { return static_cast<float>(a) / static_cast<float>(b); };
  float ratio = std::max(share(image.width, options.width), share(image.height, options.height));
  float height = static_cast<float>(image.height) / ratio;
  float width = static_cast<float>(image.width) / ratio;
  auto border = [](int64_t all, float part) {
    return std::max<int64_t>(0, static_cast<int64_t>((static_cast<float>(all) - part) / 2));
  };
  return {border(options.height, height), border(options.width, width),
          std::max<int64_t>(1, static_cast<int64_t>(height)),
          std::max<int64_t>(1, static_cast<int64_t>(width))};
}

template <typename T, typename Resize>
static void readImage(const File &file, const FolderOptions &options, T *to, Resize resize) {
  Image image = decodeImage(readFile(file.path).view(), options.channels(), file.path);
  if (image.height == 0 || image.width == 0)
    throw Error{file.path + ": an image without pixels"};
  Window place = placeOf(image, options);
  int64_t channels = options.channels();
  if (place.height == options.height && place.width == options.width)
    return resize(image, windowOf(image, options), options.height, options.width, to);
  std::vector<T> part(static_cast<size_t>(place.height * place.width * channels));
  resize(image, windowOf(image, options), place.height, place.width, part.data());
  std::fill_n(to, options.height * options.width * channels, T(0));
  for (int64_t y = 0; y < place.height; ++y)
    std::copy_n(part.data() + y * place.width * channels, place.width * channels,
                to + ((place.top + y) * options.width + place.left) * channels);
}

static void readImages(const std::vector<File> &files, const FolderOptions &options,
                       FoundArray &found, int threads) {
  size_t elements = static_cast<size_t>(options.height * options.width * options.channels());
  found.element = options.nearest ? INGOT_U8 : INGOT_F32;
  found.shape = {static_cast<int64_t>(files.size()), options.height, options.width,
                 options.channels()};
  found.samples.storage =
      Bytes(files.size() * elements * (options.nearest ? 1 : sizeof(float)), found.path);
  constexpr size_t together = 32;
  std::vector<std::function<void()>> tasks;
  for (size_t first = 0; first < files.size(); first += together)
    tasks.push_back([&, first] {
      for (size_t i = first; i < std::min(first + together, files.size()); ++i)
        if (options.nearest)
          readImage(files[i], options, found.samples.storage.data() + i * elements, resizeNearest);
        else
          readImage(files[i], options,
                    reinterpret_cast<float *>(found.samples.storage.data()) + i * elements,
                    resizeBilinear);
    });
  inParallel(tasks, threads);
}

static void readLabels(const std::vector<File> &files, FoundArray &found) {
  found.element = INGOT_I32;
  found.shape = {static_cast<int64_t>(files.size())};
  found.samples.storage = Bytes(files.size() * sizeof(int32_t), found.path);
  auto *labels = reinterpret_cast<int32_t *>(found.samples.storage.data());
  for (const File &file : files)
    *labels++ = file.label;
}

void ingot_read_image_folder(IngotReadRequest *request) {
  std::string folder = request->source, inFolder = request->dataFolder + "/" + folder;
  if (!request->dataFolder.empty() && std::filesystem::is_directory(inFolder))
    folder = inFolder;
  for (ArrayRequest &array : request->arrays) {
    FolderOptions options(array.array.options);
    std::vector<File> files = filesOf(folder, options);
    array.found.path = folder;
    if (array.isLabels())
      readLabels(files, array.found);
    else
      readImages(files, options, array.found, request->threads);
    array.found.samples.count = static_cast<int64_t>(files.size());
  }
}
