// Finding the files of data sets, and reading them.

#include "runtime/Data/Samples.h"

#include "runtime/Core/Error.h"
#include "runtime/Data/Cifar.h"
#include "runtime/Data/Convert.h"
#include "runtime/Data/Idx.h"
#include "runtime/Data/Npy.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <iterator>

namespace ingot::runtime {

/// "fashion_mnist" as folders are named: "fashion-mnist".
static std::string dashed(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::vector<std::string> dataFolders(const std::string &dataFolder, const std::string &source) {
  std::vector<std::string> roots;
  const char *home = std::getenv("HOME"), *given = std::getenv("INGOT_DATA");
  if (!dataFolder.empty()) {
    roots.push_back(dataFolder);
  } else {
    if (given && *given)
      roots.emplace_back(given);
    if (home && *home) {
      roots.push_back(std::string(home) + "/.keras/datasets");
      roots.push_back(std::string(home) + "/.cache/ingot");
    }
    roots.emplace_back("/usr/share/datasets");
  }
  std::vector<std::string> folders;
  for (const std::string &root : roots) {
    folders.push_back(root);
    folders.push_back(root + "/" + dashed(source));
    if (dashed(source) != source)
      folders.push_back(root + "/" + source);
    if (source.starts_with("cifar"))
      folders.push_back(root +
                        (source == "cifar10" ? "/cifar-10-batches-bin" : "/cifar-100-binary"));
  }
  return folders;
}

static std::string howToGet(const std::string &source) {
  if (source == "fashion_mnist")
    return "get it by 'apt-get install dataset-fashion-mnist', or name its folder with --data-dir";
  if (source == "mnist")
    return "get its four idx-ubyte.gz files and name their folder with --data-dir";
  return "get its binary version and name its folder with --data-dir";
}

/// The first folder that has one of the names, as a path; empty if none has.
static std::string findIn(const std::vector<std::string> &folders,
                          std::initializer_list<std::string> names) {
  for (const std::string &folder : folders)
    for (const std::string &name : names)
      if (isFile(folder + "/" + name))
        return folder + "/" + name;
  return {};
}

[[noreturn]] static void failMissing(const std::string &source, const std::string &file,
                                     const std::vector<std::string> &folders) {
  std::string places;
  for (const std::string &folder : folders)
    places += "\n  " + folder;
  throw Error{fmt::format("the data set {} was not found (no {} in any of these folders); {}{}",
                          source, file, howToGet(source), places)};
}

static std::string shapeOf(const int64_t *sizes, size_t rank) {
  std::string text = "(";
  for (size_t axis = 0; axis < rank; ++axis)
    text += fmt::format("{}{}", axis ? ", " : "", sizes[axis]);
  return text + (rank == 1 ? ",)" : ")");
}

/// Whether a file's dimensions are samples of the array's shape; a last dimension of 1 may be in
/// one and not in the other.
static bool sameShape(std::vector<int64_t> file, const IngotArray &array) {
  std::vector<int64_t> wanted(array.shape, array.shape + array.rank);
  file.erase(file.begin());
  for (std::vector<int64_t> *shape : {&file, &wanted})
    if (!shape->empty() && shape->back() == 1)
      shape->pop_back();
  return file == wanted;
}

static void checkShape(const std::vector<int64_t> &shape, const IngotArray &array,
                       const std::string &path) {
  if (shape.empty() || !sameShape(shape, array))
    throw Error{fmt::format("{}: shape {}; this program was compiled for samples of shape {}", path,
                            shapeOf(shape.data(), shape.size()), shapeOf(array.shape, array.rank))};
  if (shape[0] == 0)
    throw Error{path + ": has no samples"};
}

/// Whether the inflated file is the published one. Facts of a data set that never changes.
static bool published(const std::string &name, std::span<const uint8_t> file) {
  struct Known {
    const char *name;
    size_t bytes;
    uint32_t crc;
  };
  static const Known known[] = {{"train-images-idx3-ubyte", 47040016, 0xb4f29f28},
                                {"train-labels-idx1-ubyte", 60008, 0x741a4657},
                                {"t10k-images-idx3-ubyte", 7840016, 0x678fe0b1},
                                {"t10k-labels-idx1-ubyte", 10008, 0x80142c1f}};
  for (const Known &entry : known)
    if (name == entry.name)
      return file.size() == entry.bytes && crc32(file) == entry.crc;
  return false;
}

static Samples loadIdx(const IngotArray &array, const std::vector<std::string> &folders,
                       std::vector<std::string> &notices, std::string &path) {
  std::string source = array.source, key = array.key;
  std::string name = fmt::format("{}-{}-ubyte", array.split == INGOT_SPLIT_TEST ? "t10k" : "train",
                                 key == "labels" ? "labels-idx1" : "images-idx3");
  path = findIn(folders, {name + ".gz", name});
  if (path.empty())
    failMissing(source, name + ".gz", folders);
  Samples samples;
  samples.storage = readPossiblyCompressed(path, howToGet(source));
  IdxHeader header = readIdxHeader(samples.storage.view(), path, howToGet(source));
  checkShape(header.shape, array, path);
  samples.offset = header.bytes;
  samples.count = header.shape[0];
  if (source == "fashion_mnist" && !published(name, samples.storage.view()))
    notices.push_back(
        fmt::format("{}: not the published fashion_mnist ({} samples)", path, samples.count));
  return samples;
}

static Samples loadCifar(const IngotArray &array, const std::vector<std::string> &folders,
                         std::string &path) {
  std::string source = array.source;
  bool hundred = source == "cifar100", labels = std::string(array.key) == "labels";
  std::vector<std::string> paths;
  for (const std::string &name : cifarFiles(hundred, array.split == INGOT_SPLIT_TEST)) {
    paths.push_back(findIn(folders, {name}));
    if (paths.back().empty())
      failMissing(source, name, folders);
  }
  path = paths.front();
  Samples samples = readCifar(paths, hundred, labels, howToGet(source));
  checkShape(labels ? std::vector<int64_t>{samples.count}
                    : std::vector<int64_t>{samples.count, 32, 32, 3},
             array, path);
  return samples;
}

Samples loadSamples(const IngotArray &array, const std::string &dataFolder,
                    std::vector<std::string> &notices) {
  std::string source = array.source, path;
  Samples samples;
  if (source == "mnist" || source == "fashion_mnist")
    samples = loadIdx(array, dataFolders(dataFolder, source), notices, path);
  else if (source == "cifar10" || source == "cifar100")
    samples = loadCifar(array, dataFolders(dataFolder, source), path);
  else if (source.ends_with(".npy"))
    samples = loadNpy(array, path = source);
  else
    throw Error{fmt::format("the data set {} cannot be read by this runtime", source)};
  if (!source.ends_with(".npy"))
    samples = convertSamples(std::move(samples), INGOT_U8, array, path);
  checkLabels(samples, array, path);
  return samples;
}

Samples loadNpy(const IngotArray &array, const std::string &path) {
  Samples samples;
  samples.storage = readFile(path);
  NpyHeader header = readNpyHeader(samples.storage.view(), path);
  checkShape(header.shape, array, path);
  samples.offset = header.bytes;
  samples.count = header.shape[0];
  samples = convertSamples(std::move(samples), header.element, array, path);
  if (reinterpret_cast<uintptr_t>(samples.data()) % elementSize(array.element) != 0) {
    // NumPy aligns what it writes; others need not.
    size_t bytes = samples.storage.size() - samples.offset;
    Bytes aligned(bytes, path);
    std::copy_n(samples.data(), bytes, aligned.data());
    samples = {std::move(aligned), 0, samples.count};
  }
  return samples;
}

} // namespace ingot::runtime
