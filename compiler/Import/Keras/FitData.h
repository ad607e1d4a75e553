// The samples that fit, evaluate and predict take.

#ifndef INGOT_COMPILER_IMPORT_KERAS_FITDATA_H
#define INGOT_COMPILER_IMPORT_KERAS_FITDATA_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// Images and labels.
struct SamplePair {
  int x = -1, y = -1; // indices into Graph::arrays
  // Instructions: which of their samples are taken; -1: all. Of arrays that no file holds, the
  // samples themselves.
  int xRows = -1, yRows = -1;
};

/// How messages call the images and the labels.
struct PairNames {
  std::string_view x, y;
};

/// Images that look like the model's input and labels that fit its output, loss and metrics;
/// nothing after an error. Where the run computes one of them, both are given to it in memory.
std::optional<SamplePair> samplePair(Evaluator &evaluator, GraphModel &model, const Argument &x,
                                     const Argument &y, PairNames names);

/// Keras's validation_split: takes the last `share` of the samples, before any shuffling, out of
/// `training` (keras/src/trainers/data_adapters/data_adapter_utils.py, train_validation_split).
SamplePair splitOff(Evaluator &evaluator, SamplePair &training, double share, SourceRange range);

/// Says which samples the fit or evaluation takes that comes next, if it does not take all samples
/// of all arrays. `steps`: the instruction of steps_per_epoch, or -1.
void emitRows(Evaluator &evaluator, const SamplePair &training,
              const std::optional<SamplePair> &validation, SourceRange range, int steps = -1);

/// A Sequential model without an input shape takes that of the data.
void buildFromData(Evaluator &evaluator, int model, const Argument *data);

} // namespace ingot::import

#endif
