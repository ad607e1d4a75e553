// Emits, compiles and loads the kernels of a problem.
#ifndef INGOT_TEST_CODEGEN_KERNELRUN_H
#define INGOT_TEST_CODEGEN_KERNELRUN_H

#include "compiler/Codegen/CPU/Contraction/Schedule.h"
#include "compiler/Object/CompileKernels.h"
#include "test/codegen/KernelProblem.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include <memory>

namespace ingot::test {

using KernelFn = void (*)(void *const *buffers, int64_t begin, int64_t end);

struct Kernel {
  KernelFn run = nullptr;
  int64_t grid = 0;
  std::string schedule;
  double lowerSeconds = 0, compileSeconds = 0;
};

/// The four kernels of a problem. Buffers, each after the valid count (int64_t):
/// forward: input, packed filter, bias [outC], output = relu(conv + bias)
/// operand: filter or grad_output, operand
/// gradInput: the other of filter and grad_output, operand, mask [input] (grad where mask > 0),
/// grad_input gradFilter: input, grad_output, packed grad_filter
struct Kernels {
  int64_t filterBlock;
  cpu::TileSchedule forwardSchedule;
  cpu::GradInputSchedule gradInputSchedule;
  cpu::GradFilterSchedule gradFilterSchedule;
  Kernel forward, operand, gradInput, gradFilter;
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

/// With `print`, the emitted module goes to stderr. Null after an error message.
std::unique_ptr<Kernels> compileProblem(mlir::MLIRContext &context, const KernelProblem &problem,
                                        const object::Target &target, bool print);

} // namespace ingot::test

#endif
