// Vectors of channels: loops over the channels of a pixel, and loads where a kernel's two sides
// have different numbers of channels.

#ifndef INGOT_COMPILER_CODEGEN_CPU_CHANNELVECTORS_H
#define INGOT_COMPILER_CODEGEN_CPU_CHANNELVECTORS_H

#include "compiler/Codegen/CPU/Contraction/LoopNest.h"

namespace ingot::cpu {

/// Calls `body` for each vector of `channels` channels: the first channel, and a mask (null where
/// all lanes exist). Up to `unrolled` whole vectors are emitted one after the other, more as a
/// loop.
void forEachChannelVector(LoopNest &nest, int64_t channels, int64_t lanes, int64_t unrolled,
                          llvm::function_ref<void(Index channel, mlir::Value mask)> body);

/// Lane l holds flat[offset + (channel + l) / multiplier]: each source channel serves `multiplier`
/// lanes.
mlir::Value loadSpread(LoopNest &nest, mlir::Value flat, Index offset, Index channel,
                       int64_t multiplier, int64_t lanes, mlir::Value mask);

/// Lane l holds flat[offset + l * stride].
mlir::Value loadStrided(LoopNest &nest, mlir::Value flat, Index offset, int64_t stride,
                        int64_t lanes, mlir::Value mask);

} // namespace ingot::cpu

#endif
