// Whether a tuned kernel computes what the naive lowering of its region computes.

#ifndef INGOT_RUNTIME_TRAIN_KERNEL_CHECK_H
#define INGOT_RUNTIME_TRAIN_KERNEL_CHECK_H

#include "runtime/ABI/Program.h"
#include "runtime/Core/Arena.h"
#include "runtime/Device/CpuExecutor.h"

#include <cstddef>
#include <string>
#include <vector>

namespace ingot::runtime {

/// What comparing one launch has found.
struct KernelVerdict {
  double error = 0;  // the largest difference of its buffers, as a share of the buffer's scale
  std::string fault; // empty: they agree
};

/// Compares the launches of one entry, in table order, on the values that a step really brings
/// them: by the time a launch runs, those before it have left their reference's results in the
/// arena. So integers (labels, indices) are valid whatever the kernels take them for.
class KernelCheck {
public:
  /// Differences beyond this share of a buffer's largest magnitude (of its largest change, for a
  /// buffer that is read too) are a fault. Another order of summation stays well below, unless the
  /// summands cancel each other: then the rounding of sums so long is the scale.
  static constexpr double tolerance = 1e-4;

  /// The arena of `bindings` holds the parameters; all else in it becomes NaN.
  KernelCheck(const IngotProgram &program, const Bindings &bindings);

  /// Runs launch both ways, with the state's valid count. It must have a reference.
  KernelVerdict check(const IngotLaunch &launch);
  /// Runs a launch that has none.
  void pass(const IngotLaunch &launch);

private:
  std::vector<void *> addresses(const IngotLaunch &launch, std::byte *arena) const;
  void compareBuffer(const IngotBuffer &buffer, double rounding, KernelVerdict &verdict);
  double roundingOf(const IngotLaunch &launch, const IngotBuffer &output) const;
  bool strayed(const IngotLaunch &launch, const Arena &written) const;
  void forget(const IngotLaunch &launch);
  void settle(const IngotLaunch &launch);
  uint64_t validBytes(const IngotBuffer &buffer) const;

  const IngotProgram &itsProgram;
  Bindings itsBindings;
  Arena itsTuned, itsPieces, itsReference; // between checks, copies of the bindings' arena
};

} // namespace ingot::runtime

#endif
