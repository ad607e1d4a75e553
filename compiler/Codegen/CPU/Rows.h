// Launches that go row by row: maps with broadcast operands, reductions along trailing dimensions,
// and chains of both.

#ifndef INGOT_COMPILER_CODEGEN_CPU_ROWS_H
#define INGOT_COMPILER_CODEGEN_CPU_ROWS_H

#include "compiler/Codegen/CPU/Domain.h"
#include "dialects/Kernel/Kernel.h"

namespace ingot::cpu {

/// Maps and reductions that share their leading dimensions: those name a row, the trailing ones an
/// element of a row. An op has one value a row, or one an element.
struct RowLaunch {
  /// The launch as such, if it is one.
  static std::optional<RowLaunch> of(kernel::LaunchOp launch, int64_t batch);

  /// Pieces of rows, of a full batch: what units consist of.
  int64_t pieces() const { return rows() * chunksPerRow(); }
  /// Elements of a piece.
  int64_t pieceElements() const { return rowElements() / chunksPerRow(); }
  /// Rows of a full batch.
  int64_t rows() const;
  /// Elements of a row.
  int64_t rowElements() const;
  /// Long rows of maps alone are cut; what is reduced stays whole.
  int64_t chunksPerRow() const;

  bool isPerRow(mlir::Value value) const;

  Domain domain;
  int64_t rank = 0;        // of the ops' shape
  int64_t leadingDims = 0; // dims of the shape that name a row, where something is reduced
  unsigned leading = 0;    // dimensions of the domain that name a row
  bool reduces = false;

private:
  explicit RowLaunch(Domain domain) : domain(std::move(domain)) {}
};

} // namespace ingot::cpu

#endif
