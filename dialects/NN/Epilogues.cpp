#include "dialects/NN/Epilogues.h"

#include "dialects/NN/DepthwiseConv2D.h"
#include "dialects/NN/Pool2D.h"

using namespace mlir;
using namespace ingot::nn;

bool ingot::nn::takesEpilogue(Operation *op) {
  return isa<GatherOp, MatmulOp, Conv2DOp, Conv2DGradInputOp, Conv2DGradFilterOp, DepthwiseConv2DOp,
             DepthwiseConv2DGradInputOp, MaxPool2DOp, MaxPool2DGradInputOp, SumPool2DOp,
             SumPool2DGradInputOp>(op);
}
