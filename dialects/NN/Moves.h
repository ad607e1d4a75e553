// Ops of Moves.td.

#ifndef INGOT_DIALECTS_NN_MOVES_H
#define INGOT_DIALECTS_NN_MOVES_H

#include "dialects/NN/NN.h"

#define GET_OP_CLASSES
#include "dialects/NN/MovesOps.h.inc"

#endif
