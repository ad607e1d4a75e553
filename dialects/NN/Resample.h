// Ops of Resample.td.

#ifndef INGOT_DIALECTS_NN_RESAMPLE_H
#define INGOT_DIALECTS_NN_RESAMPLE_H

#include "dialects/NN/NN.h"

#define GET_OP_CLASSES
#include "dialects/NN/ResampleOps.h.inc"

#endif
