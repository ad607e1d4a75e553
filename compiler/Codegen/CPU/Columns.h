// Launches of reductions that keep the last dimension.

#ifndef INGOT_COMPILER_CODEGEN_CPU_COLUMNS_H
#define INGOT_COMPILER_CODEGEN_CPU_COLUMNS_H

#include "compiler/Codegen/CPU/Domain.h"
#include "dialects/Kernel/Kernel.h"

namespace ingot::cpu {

/// Reductions of one domain along the same dimensions, the last not among them.
struct ColumnLaunch {
  /// The launch as such, if it is one.
  static std::optional<ColumnLaunch> of(kernel::LaunchOp launch, int64_t batch);

  /// Columns side by side in memory: all of the last dimension, or a block of it.
  int64_t columns() const { return domain.capacity(domain.rank() - 1); }
  /// Stretches of columns, of a full batch.
  int64_t stretches() const;
  /// The dims of the domain along which the operand of a reduction, or a result, runs.
  llvm::SmallVector<int64_t> dimsOf(nn::ReduceOp reduce, unsigned operand) const;
  llvm::SmallVector<int64_t> resultDims() const;

  llvm::SmallVector<nn::ReduceOp> reduces;
  Domain domain;
  llvm::SmallVector<unsigned> kept, reduced; // dimensions of the domain; the last is neither
  int64_t block = 0;                         // of a blocked layout, else 0
  int64_t last = 0;                          // size of the last dimension

private:
  explicit ColumnLaunch(Domain domain) : domain(std::move(domain)) {}
};

} // namespace ingot::cpu

#endif
