// Records of CIFAR's binary files.

#include "runtime/Data/Cifar.h"

#include "runtime/Core/Error.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace ingot::runtime {

static constexpr size_t planePixels = 32 * 32, imageBytes = 3 * planePixels;

std::vector<std::string> cifarFiles(bool hundred, bool test) {
  if (hundred)
    return {test ? "test.bin" : "train.bin"};
  if (test)
    return {"test_batch.bin"};
  std::vector<std::string> names;
  for (int batch = 1; batch <= 5; ++batch)
    names.push_back(fmt::format("data_batch_{}.bin", batch));
  return names;
}

/// Planes to pixels.
static void interleave(const uint8_t *planes, uint8_t *pixels) {
  for (size_t i = 0; i < planePixels; ++i)
    for (size_t channel = 0; channel < 3; ++channel)
      pixels[3 * i + channel] = planes[channel * planePixels + i];
}

Samples readCifar(const std::vector<std::string> &paths, bool hundred, bool labels,
                  const std::string &advice) {
  size_t labelBytes = hundred ? 2 : 1, record = labelBytes + imageBytes, total = 0;
  for (const std::string &path : paths) {
    struct stat status = {};
    if (stat(path.c_str(), &status) == 0)
      total += static_cast<size_t>(status.st_size) / record;
  }
  size_t bytes = labels ? 1 : imageBytes;
  Samples samples{Bytes(total * bytes, paths.front()), 0, 0};
  for (const std::string &path : paths) {
    Bytes file = readFile(path);
    size_t count = file.size() / record;
    if (count == 0 || file.size() % record != 0 ||
        static_cast<size_t>(samples.count) + count > total)
      throw Error{fmt::format("{}: {} bytes are no whole number of records of {} bytes: {}", path,
                              file.size(), record, advice)};
    for (size_t i = 0; i < count; ++i) {
      const uint8_t *from = file.data() + i * record;
      uint8_t *to = samples.storage.data() + (static_cast<size_t>(samples.count) + i) * bytes;
      if (labels)
        *to = from[labelBytes - 1];
      else
        interleave(from + labelBytes, to);
    }
    samples.count += static_cast<int64_t>(count);
  }
  return samples;
}

} // namespace ingot::runtime
