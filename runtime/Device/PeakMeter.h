// How many floating-point operations a second one core of this machine can do.

#ifndef INGOT_RUNTIME_DEVICE_PEAK_METER_H
#define INGOT_RUNTIME_DEVICE_PEAK_METER_H

namespace ingot::runtime {

struct Peak {
  double flopsPerSecond; // of this thread, a multiply and an add counted as two
  const char *vectors;   // "AVX-512", "AVX2", "128-bit"
};

/// Measures fused multiply-adds on registers, on the widest vectors that this CPU has, for about 50
/// ms.
Peak measurePeak();

} // namespace ingot::runtime

#endif
