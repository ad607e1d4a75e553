// From what readers find to what steps read.

#include "runtime/Data/Samples.h"

#include "runtime/Core/Error.h"
#include "runtime/Data/Convert.h"
#include "runtime/Data/Npy.h"
#include "runtime/Data/Reader.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <fmt/format.h>
#include <thread>

namespace ingot::runtime {

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

bool ArrayRequest::isLabels() const { return std::string_view(array.key) == "labels"; }

void inParallel(std::span<const std::function<void()>> tasks, int threads) {
  std::vector<std::exception_ptr> errors(tasks.size());
  std::atomic<size_t> next = 0;
  auto work = [&] {
    for (size_t i = next++; i < tasks.size(); i = next++)
      try {
        tasks[i]();
      } catch (...) {
        errors[i] = std::current_exception();
      }
  };
  {
    std::vector<std::jthread> others;
    for (size_t i = 1; i < std::min(tasks.size(), static_cast<size_t>(std::max(threads, 1))); ++i)
      others.emplace_back(work);
    work();
  }
  for (const std::exception_ptr &error : errors)
    if (error)
      std::rethrow_exception(error);
}

/// Whether one reading serves both.
static bool same(const IngotArray &a, const IngotArray &b) {
  return a.split == b.split && a.element == b.element && a.rank == b.rank &&
         a.classes == b.classes &&
         std::string_view(a.options ? a.options : "") == (b.options ? b.options : "") &&
         std::equal(a.shape, a.shape + a.rank, b.shape) && std::string_view(a.key) == b.key;
}

/// As a step reads it.
static Samples finished(ArrayRequest &request) {
  FoundArray &found = request.found;
  checkShape(found.shape, request.array, found.path);
  Samples samples =
      convertSamples(std::move(found.samples), found.element, request.array, found.path);
  checkLabels(samples, request.array, found.path);
  return samples;
}

/// Reads all of `arrays` that are of the first one's source; leaves the others in it.
static void loadSource(const IngotProgram &program, std::vector<int32_t> &arrays,
                       IngotReadRequest &request, std::map<int32_t, Samples> &loaded) {
  const IngotArray &first = program.arrays[arrays.front()];
  if (!first.reader)
    throw Error{fmt::format("the data set {} cannot be read by this program", first.source)};
  std::vector<int32_t> rest;
  std::map<int32_t, size_t> requests;
  for (int32_t index : arrays) {
    const IngotArray &array = program.arrays[index];
    if (array.reader != first.reader || request.source != array.source) {
      rest.push_back(index);
      continue;
    }
    size_t number = 0;
    while (number < request.arrays.size() && !same(request.arrays[number].array, array))
      ++number;
    if (number == request.arrays.size())
      request.arrays.push_back({array, {}});
    requests[index] = number;
  }
  first.reader(&request);
  std::vector<Samples> samples;
  for (ArrayRequest &array : request.arrays)
    samples.push_back(finished(array));
  for (auto [index, number] : requests)
    loaded[index] = samples[number];
  arrays = std::move(rest);
}

std::map<int32_t, Samples> loadSamples(const IngotProgram &program, std::span<const int32_t> arrays,
                                       const std::string &dataFolder, int threads,
                                       std::vector<std::string> &notices) {
  std::map<int32_t, Samples> loaded;
  std::vector<int32_t> left(arrays.begin(), arrays.end());
  while (!left.empty()) {
    IngotReadRequest request{program.arrays[left.front()].source, dataFolder, threads, {}, {}};
    loadSource(program, left, request, loaded);
    notices.insert(notices.end(), request.notices.begin(), request.notices.end());
  }
  return loaded;
}

Samples samplesFrom(const IngotArray &array, IngotElement element,
                    const std::vector<int64_t> &shape, const void *elements,
                    const std::string &what) {
  checkShape(shape, array, what);
  Samples samples;
  samples.count = shape[0];
  size_t bytes = static_cast<size_t>(samples.count * sampleElements(array)) * elementSize(element);
  samples.storage = Bytes(bytes, what);
  std::copy_n(static_cast<const uint8_t *>(elements), bytes, samples.storage.data());
  samples = convertSamples(std::move(samples), element, array, what);
  checkLabels(samples, array, what);
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
