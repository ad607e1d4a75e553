// Random numbers of elements, as arithmetic within a scalar region.

#ifndef INGOT_DIALECTS_NN_RANDOM_H
#define INGOT_DIALECTS_NN_RANDOM_H

#include "dialects/NN/NN.h"

namespace ingot::nn {

/// The key of one layer's random numbers in one step: two tensors of rank 0 and type i32.
/// `seed` and `step` are tensor<i64>; `stream` tells layers apart.
llvm::SmallVector<mlir::Value> buildRandomKey(mlir::OpBuilder &builder, mlir::Location loc,
                                              mlir::Value seed, mlir::Value step, int64_t stream);

/// Within the region of an nn.map whose operands include a key: two random words (i32) for this
/// element of the domain.
std::array<mlir::Value, 2> buildRandomWords(mlir::OpBuilder &builder, mlir::Location loc,
                                            mlir::Value key0, mlir::Value key1);

/// A random word as a uniform f32 in [0, 1), a multiple of 2^-24.
mlir::Value buildUniform(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value word);

/// Two random words as a standard normal f32, by the Box-Muller transform:
/// sqrt(-2 ln u) cos(2 pi v), u in (0, 1].
mlir::Value buildNormal(mlir::OpBuilder &builder, mlir::Location loc,
                        std::array<mlir::Value, 2> words);

} // namespace ingot::nn

#endif
