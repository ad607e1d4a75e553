// What builtin functions and methods share.

#ifndef INGOT_COMPILER_IMPORT_EVALUATE_BUILTINS_H
#define INGOT_COMPILER_IMPORT_EVALUATE_BUILTINS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// The items in order, as `key` and `reverse` say, or nothing after an error.
std::optional<std::vector<Value>> sortedItems(Evaluator &evaluator, const std::vector<Value> &items,
                                              const Call &call);
/// dict(...).
Value toDict(Evaluator &evaluator, Call &call);

} // namespace ingot::import

#endif
