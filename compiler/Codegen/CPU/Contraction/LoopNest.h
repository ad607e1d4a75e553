// A thin layer over OpBuilder for the emitters: index arithmetic that folds constants as it goes
// (small IR compiles fast), and loops that carry accumulators.
#ifndef INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_LOOPNEST_H
#define INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_LOOPNEST_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace ingot::cpu {

/// An index `base + constant`; a null base means the constant alone.
struct Index {
  mlir::Value base;
  int64_t constant = 0;

  Index() = default;
  Index(int64_t constant) : constant(constant) {}
  Index(mlir::Value base, int64_t constant = 0) : base(base), constant(constant) {}
  bool isConstant() const { return !base; }
};

class LoopNest {
public:
  using Values = llvm::SmallVector<mlir::Value>;
  using BodyFn = llvm::function_ref<Values(Index iv, Values carried)>;

  LoopNest(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  mlir::OpBuilder &builder;
  mlir::Location loc;

  mlir::Value value(Index index);
  Index add(Index a, Index b);
  Index sub(Index a, Index b);
  Index mul(Index a, int64_t factor);
  Index floorDiv(Index a, int64_t divisor); ///< a >= 0
  Index rem(Index a, int64_t divisor);      ///< a >= 0
  Index max(Index a, Index b);
  Index min(Index a, Index b);
  mlir::Value less(Index a, Index b);

  /// for (iv = lower; iv < upper; iv += step), carrying values. Loops of one trip become straight
  /// code, loops of none return `init`.
  Values loop(Index lower, Index upper, int64_t step, Values init, BodyFn body);
  void loop(Index lower, Index upper, int64_t step, llvm::function_ref<void(Index)> body);
  /// Emits `then` under `condition`; a null condition always holds.
  void when(mlir::Value condition, llvm::function_ref<void()> then);

  mlir::VectorType vector(int64_t lanes);
  mlir::Value zero(int64_t lanes);
  /// flat[offset] broadcast to a vector.
  mlir::Value broadcastAt(mlir::Value flat, Index offset, int64_t lanes);
  /// The sum of a vector's lanes, in the order of a tree.
  mlir::Value sum(mlir::Value vector);
  mlir::Value fma(mlir::Value a, mlir::Value b, mlir::Value c);
  /// A mask of the lanes below `valid` (which may be negative or exceed `lanes`).
  mlir::Value mask(Index valid, int64_t lanes);
};

inline int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

} // namespace ingot::cpu

#endif
