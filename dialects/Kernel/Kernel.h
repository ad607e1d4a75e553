// The kernel dialect: launches, schedules, buffers and the launch table (see Kernel.td).

#ifndef INGOT_DIALECTS_KERNEL_KERNEL_H
#define INGOT_DIALECTS_KERNEL_KERNEL_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/Kernel/KernelDialect.h.inc"
#include "dialects/Kernel/KernelEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Kernel/KernelAttributes.h.inc"

#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.h.inc"

namespace ingot::kernel {

/// The memory shape of a logical tensor: the batch at its capacity, a blocked layout unfolded.
mlir::MemRefType physicalType(mlir::RankedTensorType type, int64_t batch);

/// Bytes of that memory.
int64_t physicalBytes(mlir::RankedTensorType type, int64_t batch);

} // namespace ingot::kernel

#endif
