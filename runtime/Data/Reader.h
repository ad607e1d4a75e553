// What a reader of a data set is asked, and what it answers.

#ifndef INGOT_RUNTIME_DATA_READER_H
#define INGOT_RUNTIME_DATA_READER_H

#include "runtime/Data/Samples.h"

#include <functional>

namespace ingot::runtime {

/// An array as its file has it.
struct FoundArray {
  Samples samples;
  IngotElement element = INGOT_U8;
  std::vector<int64_t> shape; // the number of samples first
  std::string path;           // of the file, for errors
};

struct ArrayRequest {
  const IngotArray &array;
  FoundArray found; // the answer

  bool isLabels() const;
};

/// Calls each, in up to `threads` threads. Throws what the first of them, in their order, threw.
void inParallel(std::span<const std::function<void()>> tasks, int threads);

} // namespace ingot::runtime

/// All arrays that a program wants of one source. A reader fills `found` of each, and throws Error.
struct IngotReadRequest {
  std::string source;
  const std::string &dataFolder; // --data-dir, or empty
  int threads;
  std::vector<ingot::runtime::ArrayRequest> arrays; // no two alike
  std::vector<std::string> notices;
};

#endif
