// MNIST and Fashion-MNIST: IDX files, compressed or not, or Keras's mnist.npz.

#include "runtime/Data/Find.h"
#include "runtime/Data/Idx.h"
#include "runtime/Data/Npz.h"
#include "runtime/Data/Published.h"
#include "runtime/Data/Reader.h"

#include <fmt/format.h>

using namespace ingot::runtime;

static std::string idxName(const ArrayRequest &request) {
  return fmt::format("{}-{}-ubyte", request.array.split == INGOT_SPLIT_TEST ? "t10k" : "train",
                     request.isLabels() ? "labels-idx1" : "images-idx3");
}

/// The CRC of its file's content, if that is compressed or known to matter.
static std::optional<uint32_t> readIdx(ArrayRequest &request, const std::string &source) {
  FoundArray &found = request.found;
  FileContent file = readPossiblyCompressed(found.path, howToGet(source));
  IdxHeader header = readIdxHeader(file.bytes.view(), found.path, howToGet(source));
  uint32_t crc = file.crc ? *file.crc : crc32(file.bytes.view());
  found.samples = {std::move(file.bytes), header.bytes, header.shape.empty() ? 0 : header.shape[0]};
  found.shape = header.shape;
  return crc;
}

static void readIdxFiles(IngotReadRequest &request) {
  std::vector<std::function<void()>> tasks;
  std::vector<std::optional<uint32_t>> crcs(request.arrays.size());
  for (size_t i = 0; i < request.arrays.size(); ++i)
    tasks.push_back([&, i] { crcs[i] = readIdx(request.arrays[i], request.source); });
  inParallel(tasks, request.threads);
  for (size_t i = 0; i < request.arrays.size(); ++i)
    noticeUnlessPublished(request, request.arrays[i], crcs[i] ? &*crcs[i] : nullptr);
}

static void readArchive(IngotReadRequest &request, const std::string &path) {
  Npz archive(path);
  for (ArrayRequest &array : request.arrays) {
    array.found =
        archive.read(fmt::format("{}_{}", array.isLabels() ? "y" : "x",
                                 array.array.split == INGOT_SPLIT_TEST ? "test" : "train"));
    noticeUnlessPublished(request, array, nullptr);
  }
}

void ingot_read_idx(IngotReadRequest *request) {
  std::vector<std::string> folders = dataFolders(request->dataFolder, request->source);
  std::string archive = request->source == "mnist" ? findIn(folders, {"mnist.npz"}) : "";
  for (ArrayRequest &array : request->arrays) {
    std::string name = idxName(array);
    array.found.path = findIn(folders, {name + ".gz", name});
    if (array.found.path.empty() && !archive.empty())
      return readArchive(*request, archive);
    if (array.found.path.empty())
      failMissing(request->source, name + ".gz", folders);
  }
  readIdxFiles(*request);
}
