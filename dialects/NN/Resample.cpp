// nn.resample.

#include "dialects/NN/Resample.h"

#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace ingot::nn;

#define GET_OP_CLASSES
#include "dialects/NN/ResampleOps.cpp.inc"

LogicalResult ResampleOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType()),
       output = cast<RankedTensorType>(getOutput().getType());
  auto isImages = [](RankedTensorType type) {
    return type.getRank() == 4 && type.getElementType().isF32();
  };
  if (!isImages(input) || !isImages(output) || input.getDimSize(0) != output.getDimSize(0) ||
      input.getDimSize(3) != output.getDimSize(3))
    return emitOpError("needs float32 images [batch, height, width, channels] and makes as many of "
                       "as many channels, not ")
           << output << " of " << input;
  if (getCoefficients().size() != 6)
    return emitOpError("needs six coefficients, not ") << getCoefficients().size();
  auto expected =
      RankedTensorType::get(input.getShape().take_front(1), Float64Type::get(getContext()));
  for (Value coefficient : getCoefficients())
    if (coefficient.getType() != expected)
      return emitOpError("needs coefficients of type ")
             << expected << ", not " << coefficient.getType();
  return success();
}
