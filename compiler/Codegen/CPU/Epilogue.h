// What a launch does with its anchor's results: its map, on each vector before it is stored.

#ifndef INGOT_COMPILER_CODEGEN_CPU_EPILOGUE_H
#define INGOT_COMPILER_CODEGEN_CPU_EPILOGUE_H

#include "compiler/Codegen/CPU/Contraction/Emit.h"
#include "compiler/Codegen/Kernel.h"

namespace ingot::cpu {

/// The map behind the anchor, if the launch has one, and the store of its result.
class Epilogue {
public:
  /// With `fromBias` the anchor can start its sums from a bias.
  Epilogue(mlir::OpBuilder &builder, codegen::Kernel &kernel, mlir::Value anchor, bool fromBias);
  ~Epilogue();
  Epilogue(const Epilogue &) = delete;
  Epilogue &operator=(const Epilogue &) = delete;

  void store(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value vector,
             const StorePoint &point);

  bool hasMap() const { return static_cast<bool>(map); }

  /// The memory of a bias from which the anchor's sums can start, or null.
  mlir::Value bias;

private:
  void takeBias(codegen::Kernel &kernel, mlir::Value anchor);

  mlir::Value target;
  nn::MapOp map;                          // a copy
  llvm::SmallVector<mlir::Value> sources; // of the map; null: the anchor's result
};

} // namespace ingot::cpu

#endif
