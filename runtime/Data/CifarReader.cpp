// CIFAR-10 and CIFAR-100, as https://www.cs.toronto.edu/~kriz/cifar.html publishes them: records of
// one or two label bytes and 3072 pixels, or pickles, in folders or in archives. Pixels are planes
// of red, green and blue; here they become rows of pixels.

#include "runtime/Core/Error.h"
#include "runtime/Data/Find.h"
#include "runtime/Data/Pickle.h"
#include "runtime/Data/Published.h"
#include "runtime/Data/Reader.h"
#include "runtime/Data/Tar.h"

#include <fmt/format.h>
#include <sys/stat.h>

using namespace ingot::runtime;

static constexpr size_t planePixels = 32 * 32, imageBytes = 3 * planePixels;

namespace {

/// One of the forms that the data set has.
struct Form {
  bool pickled;
  std::vector<std::string> folders, archives; // relative to a data folder
};

/// Samples that lie in one file.
struct Batch {
  std::string path;
  std::span<const uint8_t> content; // null: the file's, read when it is needed
  size_t count = 0;
  // Set by locate:
  const uint8_t *planes = nullptr, *labels = nullptr;
  size_t stride = 0, labelStride = 0; // from one sample to the next
  Bytes storage, ownLabels;
};

class Reader {
public:
  explicit Reader(IngotReadRequest &request)
      : itsRequest(request), itsHundred(request.source == "cifar100") {}

  void read() {
    find();
    for (uint32_t split : {INGOT_SPLIT_TRAIN, INGOT_SPLIT_TEST})
      for (const ArrayRequest &array : itsRequest.arrays)
        if (array.array.split == split) {
          readSplit(split);
          break;
        }
    for (ArrayRequest &array : itsRequest.arrays)
      noticeUnlessPublished(itsRequest, array, nullptr);
  }

private:
  std::vector<Form> forms() const;
  std::vector<std::string> names(uint32_t split) const;
  std::string firstName(bool pickled) const;
  void find();
  Batch open(const std::string &name) const;
  void locate(Batch &batch) const;
  void locateRecords(Batch &batch) const;
  void locatePickled(Batch &batch) const;
  void readSplit(uint32_t split);
  size_t labelBytes() const { return itsHundred ? 2 : 1; }

  IngotReadRequest &itsRequest;
  bool itsHundred, itsPickled = false;
  std::string itsFolder;  // where the files are; or else:
  std::string itsArchive; // its path
  Bytes itsArchiveBytes;
  std::map<std::string, std::span<const uint8_t>> itsFiles; // of the archive
};

} // namespace

/// Keras unpacks CIFAR into a folder with the suffix "-target", and keeps the archive beside it.
std::vector<Form> Reader::forms() const {
  if (itsHundred)
    return {{false, {"", "cifar-100-binary/"}, {"cifar-100-binary.tar.gz"}},
            {true,
             {"", "cifar-100-python/", "cifar-100-python-target/cifar-100-python/"},
             {"cifar-100-python.tar.gz", "cifar-100-python-target_archive"}}};
  return {{false, {"", "cifar-10-batches-bin/"}, {"cifar-10-binary.tar.gz"}},
          {true,
           {"", "cifar-10-batches-py/", "cifar-10-batches-py-target/cifar-10-batches-py/"},
           {"cifar-10-python.tar.gz", "cifar-10-batches-py.tar.gz",
            "cifar-10-batches-py-target_archive"}}};
}

/// Without the binary files' suffix.
std::vector<std::string> Reader::names(uint32_t split) const {
  if (itsHundred)
    return {split == INGOT_SPLIT_TEST ? "test" : "train"};
  if (split == INGOT_SPLIT_TEST)
    return {"test_batch"};
  return {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"};
}

std::string Reader::firstName(bool pickled) const {
  return names(INGOT_SPLIT_TRAIN)[0] + (pickled ? "" : ".bin");
}

void Reader::find() {
  std::vector<std::string> folders = dataFolders(itsRequest.dataFolder, itsRequest.source);
  for (const std::string &folder : folders)
    for (const Form &form : forms()) {
      itsPickled = form.pickled;
      for (const std::string &inner : form.folders)
        if (isFile(folder + "/" + inner + firstName(form.pickled))) {
          itsFolder = folder + "/" + inner;
          return;
        }
      for (const std::string &archive : form.archives)
        if (isFile(folder + "/" + archive)) {
          itsArchive = folder + "/" + archive;
          itsArchiveBytes = readPossiblyCompressed(itsArchive, howToGet(itsRequest.source)).bytes;
          itsFiles = filesOfTar(itsArchiveBytes.view(), itsArchive);
          return;
        }
    }
  failMissing(itsRequest.source,
              fmt::format("{}, {}", forms()[0].archives[0], forms()[0].folders[1]), folders);
}

/// Finds a file and how many samples a file of records has.
Batch Reader::open(const std::string &name) const {
  Batch batch;
  size_t bytes = 0;
  if (itsArchive.empty()) {
    struct stat status = {};
    batch.path = itsFolder + name;
    if (stat(batch.path.c_str(), &status) != 0)
      throw Error{fmt::format("{}: is missing: {}", batch.path, howToGet(itsRequest.source))};
    bytes = static_cast<size_t>(status.st_size);
  } else {
    batch.path = fmt::format("{}, {}", itsArchive, name);
    auto file = itsFiles.find(name);
    if (file == itsFiles.end())
      throw Error{fmt::format("{}: has no {}: {}", itsArchive, name, howToGet(itsRequest.source))};
    batch.content = file->second;
    bytes = batch.content.size();
  }
  size_t record = labelBytes() + imageBytes;
  if (!itsPickled && (bytes == 0 || bytes % record != 0))
    throw Error{fmt::format("{}: {} bytes are no whole number of records of {} bytes: {}",
                            batch.path, bytes, record, howToGet(itsRequest.source))};
  batch.count = bytes / record;
  return batch;
}

void Reader::locate(Batch &batch) const {
  if (!batch.content.data()) {
    batch.storage = readFile(batch.path);
    batch.content = batch.storage.view();
  }
  if (itsPickled)
    return locatePickled(batch);
  if (batch.content.size() != batch.count * (labelBytes() + imageBytes))
    throw Error{fmt::format("{}: changed while it was read", batch.path)};
  batch.planes = batch.content.data() + labelBytes();
  batch.labels = batch.planes - 1;
  batch.stride = batch.labelStride = labelBytes() + imageBytes;
}

void Reader::locatePickled(Batch &batch) const {
  std::shared_ptr<const Pickled> dict = readPickle(batch.content, batch.path);
  const char *key = itsHundred ? "fine_labels" : "labels";
  const Pickled *data = dict->find("data"), *labels = dict->find(key);
  int64_t count = 0;
  std::span<const uint8_t> planes;
  if (data)
    planes = pickledBytes(*data, imageBytes, count);
  if (planes.empty() || !labels || labels->kind != Pickled::List ||
      labels->items.size() != static_cast<size_t>(count))
    throw Error{fmt::format("{}: not CIFAR's pickle: a dict with 'data', uint8 of [n, 3072], and "
                            "'{}', a list of n numbers: {}",
                            batch.path, key, howToGet(itsRequest.source))};
  batch.count = static_cast<size_t>(count);
  batch.ownLabels = Bytes(batch.count, batch.path);
  for (size_t i = 0; i < batch.count; ++i) {
    int64_t label = labels->items[i]->integer;
    batch.ownLabels.data()[i] = static_cast<uint8_t>(label < 0 || label > 255 ? 255 : label);
  }
  batch.planes = planes.data();
  batch.labels = batch.ownLabels.data();
  batch.stride = imageBytes;
  batch.labelStride = 1;
}

/// Planes to pixels.
static void interleave(const uint8_t *planes, uint8_t *pixels) {
  for (size_t i = 0; i < planePixels; ++i)
    for (size_t channel = 0; channel < 3; ++channel)
      pixels[3 * i + channel] = planes[channel * planePixels + i];
}

static void copy(const Batch &batch, size_t at, FoundArray *images, FoundArray *labels) {
  for (size_t i = 0; images && i < batch.count; ++i)
    interleave(batch.planes + i * batch.stride,
               images->samples.storage.data() + (at + i) * imageBytes);
  for (size_t i = 0; labels && i < batch.count; ++i)
    labels->samples.storage.data()[at + i] = batch.labels[i * batch.labelStride];
}

void Reader::readSplit(uint32_t split) {
  std::vector<Batch> batches;
  for (const std::string &name : names(split))
    batches.push_back(open(name + (itsPickled ? "" : ".bin")));
  std::vector<std::function<void()>> tasks;
  for (Batch &batch : batches)
    tasks.push_back([&] { locate(batch); });
  // Files of records say by their sizes how many samples they have: each is read as it is needed.
  if (itsPickled)
    inParallel(tasks, itsRequest.threads);
  size_t total = 0;
  for (const Batch &batch : batches)
    total += batch.count;
  FoundArray *images = nullptr, *labels = nullptr;
  for (ArrayRequest &array : itsRequest.arrays) {
    if (array.array.split != split)
      continue;
    bool isLabels = array.isLabels();
    (isLabels ? labels : images) = &array.found;
    array.found.path = batches[0].path;
    array.found.shape = {static_cast<int64_t>(total)};
    if (!isLabels)
      array.found.shape.insert(array.found.shape.end(), {32, 32, 3});
    array.found.samples = {Bytes(total * (isLabels ? 1 : imageBytes), batches[0].path), 0,
                           static_cast<int64_t>(total)};
  }
  tasks.clear();
  size_t at = 0;
  for (Batch &batch : batches) {
    tasks.push_back([&, at] {
      if (!itsPickled)
        locate(batch);
      copy(batch, at, images, labels);
      batch.storage = Bytes();
    });
    at += batch.count;
  }
  inParallel(tasks, itsRequest.threads);
}

void ingot_read_cifar(IngotReadRequest *request) { Reader(*request).read(); }
