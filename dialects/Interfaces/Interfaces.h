// What a pass may ask an op or attribute of the network (see Interfaces.td).

#ifndef INGOT_DIALECTS_INTERFACES_INTERFACES_H
#define INGOT_DIALECTS_INTERFACES_INTERFACES_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"

#include "dialects/Interfaces/AttrInterfaces.h.inc"
#include "dialects/Interfaces/Interfaces.h.inc"

#endif
