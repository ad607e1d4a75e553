// The train dialect: the program around the network (see Train.td).

#ifndef INGOT_DIALECTS_TRAIN_TRAIN_H
#define INGOT_DIALECTS_TRAIN_TRAIN_H

#include "dialects/NN/NN.h"
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

#endif
