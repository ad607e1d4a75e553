// The op of Predict.td.

#ifndef INGOT_DIALECTS_TRAIN_PREDICT_H
#define INGOT_DIALECTS_TRAIN_PREDICT_H

#include "dialects/Train/Train.h"

#define GET_OP_CLASSES
#include "dialects/Train/PredictOps.h.inc"

#endif
