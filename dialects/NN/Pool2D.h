// Ops of Pool2D.td.

#ifndef INGOT_DIALECTS_NN_POOL2D_H
#define INGOT_DIALECTS_NN_POOL2D_H

#include "dialects/NN/NN.h"

#define GET_OP_CLASSES
#include "dialects/NN/Pool2DOps.h.inc"

#endif
