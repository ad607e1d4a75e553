// libFuzzer's entry for the readers of data: the first byte chooses one, the others are its file.
// Any bytes give an array or an Error.

#include "runtime/Core/Error.h"
#include "runtime/Data/Idx.h"
#include "runtime/Data/Image.h"
#include "runtime/Data/Npy.h"
#include "runtime/Data/Npz.h"
#include "runtime/Data/Pickle.h"
#include "runtime/Data/Tar.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace ingot::runtime;

namespace {
using File = std::span<const uint8_t>;

/// A file in memory, for readers that take paths.
class MemoryFile {
public:
  explicit MemoryFile(File content) : number(memfd_create("fuzz", MFD_CLOEXEC)) {
    if (number < 0 || write(number, content.data(), content.size()) < 0)
      std::abort();
  }
  ~MemoryFile() { close(number); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(number); }

private:
  int number;
};

void readImage(File file, int64_t channels) {
  Image image = decodeImage(file, channels, "fuzz");
  if (image.height < 1 || image.width < 1)
    return;
  uint8_t nearest[3 * 5 * 7];
  float bilinear[3 * 5 * 7];
  Window all{0, 0, image.height, image.width};
  resizeNearest(image, all, 5, 7, nearest);
  resizeBilinear(image, all, 5, 7, bilinear);
}

void readPickledArrays(File file) {
  std::shared_ptr<const Pickled> root = readPickle(file, "fuzz");
  int64_t count = 0;
  if (const Pickled *data = root->find("data"))
    pickledBytes(*data, 3072, count);
}

void readMembers(File file) {
  Npz archive(MemoryFile(file).path());
  archive.read("x_train");
}

void read(uint8_t reader, File file) {
  switch (reader) {
  case 'i':
    readIdxHeader(file, "fuzz", "");
    return;
  case 'n':
    readNpyHeader(file, "fuzz");
    return;
  case 'z':
    return readMembers(file);
  case 'p':
    return readPickledArrays(file);
  case 't':
    filesOfTar(file, "fuzz");
    return;
  case 'g':
    readPossiblyCompressed(MemoryFile(file).path(), "");
    return;
  case 'c': // a picture, in colour
    return readImage(file, 3);
  case 'm': // in one channel
    return readImage(file, 1);
  default:
    return;
  }
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  try {
    read(data[0], {data + 1, size - 1});
  } catch (const Error &error) {
    if (error.message.empty())
      std::abort();
  }
  return 0;
}
