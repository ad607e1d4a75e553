// What a callback must be.

#include "dialects/Train/Train.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

LogicalResult CallbackOp::verify() {
  if (!isa<ModelCheckpointAttr, EarlyStoppingAttr, ReduceLROnPlateauAttr, LearningRateSchedulerAttr,
           CSVLoggerAttr, TerminateOnNaNAttr, TensorBoardAttr, HistoryAttr>(getKind()))
    return emitOpError("needs a callback, but has ") << getKind();
  bool schedules = isa<LearningRateSchedulerAttr>(getKind());
  if (schedules == getFunction().empty())
    return emitOpError(schedules ? "needs a function" : "has a function, and calls none");
  if (!schedules)
    return success();
  Block &body = getFunction().front();
  if (body.getNumArguments() < 1 || body.getNumArguments() > 2 ||
      !isa<train::PreprocessYieldOp>(body.back()))
    return emitOpError("needs a function of (epoch) or (epoch, learning rate) that ends in yield");
  return success();
}
