// Ops of DepthwiseConv2D.td.

#ifndef INGOT_DIALECTS_NN_DEPTHWISECONV2D_H
#define INGOT_DIALECTS_NN_DEPTHWISECONV2D_H

#include "dialects/NN/NN.h"

#define GET_OP_CLASSES
#include "dialects/NN/DepthwiseConv2DOps.h.inc"

#endif
