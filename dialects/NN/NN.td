// The network: pure ops on tensors. A dynamic first dimension is the batch: it stands for the number of
// valid rows of the step, at most the program's batch. All layouts named here are logical (NHWC); where
// a tensor type carries a #kernel.blocked encoding, memory differs, the meaning does not.

#ifndef INGOT_DIALECTS_NN
#define INGOT_DIALECTS_NN

include "dialects/NN/Base.td"
include "dialects/NN/Conv2D.td"
include "dialects/NN/Matmul.td"
include "dialects/NN/Map.td"
include "dialects/NN/Reduce.td"
include "dialects/NN/Fill.td"
include "dialects/NN/Shape.td"
include "dialects/NN/Softmax.td"
include "dialects/NN/Dropout.td"
include "dialects/NN/BatchNorm.td"
include "dialects/NN/Model.td"

#endif
