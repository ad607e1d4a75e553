// The train dialect: the program around the network (see Train.td).

#ifndef INGOT_DIALECTS_TRAIN_TRAIN_H
#define INGOT_DIALECTS_TRAIN_TRAIN_H

#include "dialects/NN/NN.h"
#include "dialects/Train/Interfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/Train/TrainDialect.h.inc"
#include "dialects/Train/TrainEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Train/TrainAttributes.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Train/TrainTypes.h.inc"

#define GET_OP_CLASSES
#include "dialects/Train/TrainOps.h.inc"

namespace ingot::train {

/// Names of the train.parameter ops of an optimizer's state: a slot of a weight, a number.
std::string slotName(llvm::StringRef weight, llvm::StringRef slot);
std::string scalarName(llvm::StringRef scalar);

} // namespace ingot::train

#endif
