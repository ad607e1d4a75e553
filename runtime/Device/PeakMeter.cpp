// Loops of independent fused multiply-adds. A loop is compiled for instructions that the rest of
// the runtime must do without, and is called only where the CPU has them.

#include "runtime/Device/PeakMeter.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace ingot::runtime {

// Twelve chains hide a latency of five or six cycles on two units, and fit sixteen registers
// together with both operands. The empty asm keeps each sum in its register.
#define INGOT_PEAK_LOOP(Vector, constraint)                                                        \
  Vector sums[12] = {};                                                                            \
  Vector factor = Vector{} + 0.999f, summand = Vector{} + 0.001f;                                  \
  asm("" : constraint(factor), constraint(summand));                                               \
  for (int64_t i = 0; i < iterations; ++i) {                                                       \
    _Pragma("clang loop unroll(full)") for (Vector &sum : sums) {                                  \
      sum = sum * factor + summand;                                                                \
      asm("" : constraint(sum));                                                                   \
    }                                                                                              \
  }                                                                                                \
  return 12 * 2 * static_cast<double>(sizeof(Vector) / sizeof(float)) *                            \
         static_cast<double>(iterations)

#pragma clang fp contract(fast)

#if defined(__x86_64__)
typedef float Vector512 __attribute__((vector_size(64)));
typedef float Vector256 __attribute__((vector_size(32)));

__attribute__((target("avx512f"), noinline)) static double flopsAvx512(int64_t iterations) {
  INGOT_PEAK_LOOP(Vector512, "+v");
}

__attribute__((target("avx2,fma"), noinline)) static double flopsAvx2(int64_t iterations) {
  INGOT_PEAK_LOOP(Vector256, "+x");
}
#endif

typedef float Vector128 __attribute__((vector_size(16)));

__attribute__((noinline)) static double flopsPlain(int64_t iterations) {
#if defined(__x86_64__)
  INGOT_PEAK_LOOP(Vector128, "+x");
#else
  INGOT_PEAK_LOOP(Vector128, "+w");
#endif
}

/// The best of several short runs: what disturbs them only makes them longer.
static double best(double (*flops)(int64_t)) {
  using Clock = std::chrono::steady_clock;
  auto rate = [&](int64_t iterations) {
    Clock::time_point before = Clock::now();
    double count = flops(iterations);
    return count / std::chrono::duration<double>(Clock::now() - before).count();
  };
  // The first runs wake the wide units and raise the clock.
  double perIteration = flops(1);
  int64_t iterations = 100000;
  double result = rate(iterations);
  constexpr double runSeconds = 0.005;
  for (int run = 0; run < 10; ++run) {
    iterations = std::max<int64_t>(1000, static_cast<int64_t>(result * runSeconds / perIteration));
    result = std::max(result, rate(iterations));
  }
  return result;
}

Peak measurePeak() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f"))
    return {best(flopsAvx512), "AVX-512"};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {best(flopsAvx2), "AVX2"};
#endif
  return {best(flopsPlain), "128-bit"};
}

} // namespace ingot::runtime
