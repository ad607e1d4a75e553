// Ops of Modes.td.

#ifndef INGOT_DIALECTS_NN_MODES_H
#define INGOT_DIALECTS_NN_MODES_H

#include "dialects/NN/NN.h"

#define GET_OP_CLASSES
#include "dialects/NN/ModesOps.h.inc"

#endif
