// The domain of maps and reductions in as few dimensions as their memory allows: neighbours along
// which every operand runs, or none of the two, are one.
//
//   [?, 13, 13, 32] with a bias along [3]  ->  [? * 169, 32]
//
// Dimensions of size 1 vanish.

#ifndef INGOT_COMPILER_CODEGEN_CPU_DOMAIN_H
#define INGOT_COMPILER_CODEGEN_CPU_DOMAIN_H

#include "dialects/NN/NN.h"

namespace ingot::cpu {

class Domain {
public:
  /// `shape` is that of the ops; a dynamic first dimension is the batch, `batch` rows at most.
  Domain(llvm::ArrayRef<int64_t> shape, int64_t batch);

  /// Says that an operand or a result runs along `dims` of the shape.
  void access(llvm::ArrayRef<int64_t> dims);
  /// Says that a body looks at positions (nn.index).
  void positionsOf(mlir::Block &body);
  /// Keeps the dimensions before `dim` apart from `dim` and those behind.
  void separate(int64_t dim);

  // What follows is asked when all has been said.

  unsigned rank() const { return groups().size(); }
  /// How many dimensions those of the shape before `dim` have become.
  unsigned rankBefore(int64_t dim) const;
  /// The size of a dimension, of a full batch.
  int64_t capacity(unsigned i) const;
  /// The size, with `count` valid rows.
  mlir::Value size(mlir::OpBuilder &builder, mlir::Location loc, unsigned i,
                   mlir::Value count) const;
  bool isDynamic(unsigned i) const;
  /// Elements between neighbours along each dimension, in the memory of an operand along `dims`; 0
  /// where it is broadcast.
  llvm::SmallVector<int64_t> strides(llvm::ArrayRef<int64_t> dims) const;
  /// The position along `dim` of the shape at a point of this domain.
  mlir::Value position(mlir::OpBuilder &builder, mlir::Location loc, int64_t dim,
                       mlir::ValueRange point) const;

private:
  llvm::SmallVector<llvm::SmallVector<int64_t>> groups() const;

  llvm::SmallVector<int64_t> shape;
  int64_t batch;
  llvm::SmallVector<bool> apart; // from the dimension before
};

/// The sum of position times stride over a point's leading coordinates; null strides cost nothing.
mlir::Value offsetAt(mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange point,
                     llvm::ArrayRef<int64_t> strides);

/// The point that has number `number` in row-major order of `sizes` (the first is not looked at).
llvm::SmallVector<mlir::Value> pointOf(mlir::OpBuilder &builder, mlir::Location loc,
                                       mlir::Value number, llvm::ArrayRef<int64_t> sizes);

} // namespace ingot::cpu

#endif
