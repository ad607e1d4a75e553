// What labels a loss and metrics need.

#ifndef INGOT_COMPILER_IMPORT_KERAS_LABELS_H
#define INGOT_COMPILER_IMPORT_KERAS_LABELS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// The type of a metric's Config that "accuracy" has until labels say which accuracy it is.
inline constexpr const char *kAccuracy = "accuracy";

/// Checks that labels fit the model's output, its loss and its metrics, and resolves "accuracy" by
/// them, as Keras does with the first batch. False after an error at `range`.
bool checkLabels(Evaluator &evaluator, GraphModel &model, const Array &labels, SourceRange range);

/// Whether a loss takes class indices.
bool takesIndices(const Config &loss);

/// Without the metrics that no labels have resolved: nobody asks for them.
Compile withoutOpenMetrics(Compile compile);

} // namespace ingot::import

#endif
