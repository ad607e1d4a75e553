// Splitting and shuffling samples, as positions.

#ifndef INGOT_RUNTIME_PYTHON_SPLITS_H
#define INGOT_RUNTIME_PYTHON_SPLITS_H

#include "runtime/Python/Functions.h"

namespace ingot::runtime {

/// sklearn.model_selection.train_test_split and sklearn.utils.shuffle.
std::span<const Function> splitFunctions();

} // namespace ingot::runtime

#endif
