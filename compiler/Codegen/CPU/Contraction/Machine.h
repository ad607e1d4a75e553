// The parameters of a processor that schedules depend on.
#ifndef INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_MACHINE_H
#define INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_MACHINE_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace ingot::cpu {

struct Machine {
  int64_t vectorBits = 512;
  int64_t registers = 32;  ///< vector registers
  int64_t fmaPerCycle = 2; ///< vector FMAs issued in a cycle
  int64_t fmaLatency = 4;  ///< cycles
  int64_t loadsPerCycle = 2;
  int64_t l1Bytes = 32 * 1024, l1Ways = 8;
  int64_t l2Bytes = 1024 * 1024;

  int64_t lanes() const { return vectorBits / 32; } ///< floats in a vector
  /// Accumulators a tile may hold: what the registers leave beside operands.
  int64_t maxAccumulators() const { return registers >= 32 ? 26 : 12; }
};

/// The machine for an LLVM feature string ("+avx2,+fma,+avx512f,..."): it depends on nothing of the
/// host, so equal targets give equal schedules. Kernels need AVX2 and FMA; `machineHasKernels` says
/// whether they are there.
Machine machineFor(llvm::StringRef features);
bool machineHasKernels(llvm::StringRef features);

} // namespace ingot::cpu

#endif
