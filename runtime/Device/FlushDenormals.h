// Denormal numbers as zero, while kernels run.
//
// An optimizer's moments of a unit that no longer gets a gradient shrink step by step until they
// are denormal, and there they stay; many CPUs then take a hundred times as long for each operation
// on them. TensorFlow flushes them in its threads as well.

#ifndef INGOT_RUNTIME_DEVICE_FLUSH_DENORMALS_H
#define INGOT_RUNTIME_DEVICE_FLUSH_DENORMALS_H

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace ingot::runtime {

/// While it lives, this thread's float operations read and give zero for denormal numbers.
class FlushDenormals {
public:
#if defined(__x86_64__)
  FlushDenormals() : itsBefore(_mm_getcsr()) { _mm_setcsr(itsBefore | flushToZero | zeroInputs); }
  ~FlushDenormals() { _mm_setcsr(itsBefore); }
#else
  FlushDenormals() {}
#endif
  FlushDenormals(const FlushDenormals &) = delete;
  FlushDenormals &operator=(const FlushDenormals &) = delete;

private:
  static constexpr unsigned flushToZero = 0x8000, zeroInputs = 0x0040;
  unsigned itsBefore = 0;
};

} // namespace ingot::runtime

#endif
