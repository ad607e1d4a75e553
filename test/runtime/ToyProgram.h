// A program as ingotc would write it, by hand: y = x W + b on samples of four floats with three
// classes, mean squared distance to the one-hot label, plain gradient descent. Its kernels are in
// C++, so that the executor, the loop and the files can be tested without the compiler.

#ifndef INGOT_TEST_RUNTIME_TOY_PROGRAM_H
#define INGOT_TEST_RUNTIME_TOY_PROGRAM_H

#include "runtime/ABI/Program.h"

#include <cstdint>
#include <vector>

namespace ingot::test {

constexpr int64_t toyBatch = 8, toyInputs = 4, toyClasses = 3;

/// The program; entries: 0 train, 1 evaluate, 2 predict; arrays: 0, 1 training images and labels,
/// 2, 3 those of the test. Parameters: "dense/kernel" [4][3] in blocks of 8, "dense/bias" [3],
/// "dense/kernel/momentum".
const IngotProgram &toyProgram();

/// A copy that a test may change, with all launches of all entries.
struct ToyCopy {
  ToyCopy();
  IngotProgram program;
  std::vector<IngotEntry> entries;
  std::vector<std::vector<IngotLaunch>> launches;
};

/// Samples [count][4] and labels, of a kind that can be learned.
struct ToySamples {
  explicit ToySamples(int64_t count, uint64_t seed = 1);
  std::vector<float> images;
  std::vector<uint8_t> labels;
};

} // namespace ingot::test

#endif
