// What a pass may ask an attribute that takes part in an update (see Interfaces.td).

#ifndef INGOT_DIALECTS_TRAIN_INTERFACES_H
#define INGOT_DIALECTS_TRAIN_INTERFACES_H

#include "mlir/IR/Builders.h"

namespace ingot::train {

/// A part of an optimizer's state: its name and what it holds at first.
struct OptimizerState {
  llvm::StringRef name;
  double initial = 0;
};

/// What the update of one element of a weight reads: f32, but `step` is i64 and counts from 1.
struct UpdateElements {
  mlir::Value weight, gradient;
  mlir::ValueRange slots;   // of the weight
  mlir::ValueRange scalars; // of the optimizer, before this step
  mlir::Value learningRate, step;
};

} // namespace ingot::train

#include "dialects/Train/TrainAttrInterfaces.h.inc"

#endif
