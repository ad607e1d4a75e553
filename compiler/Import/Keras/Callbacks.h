// Keras's callbacks: the objects that a script makes, and what a fit makes of them.

#ifndef INGOT_COMPILER_IMPORT_KERAS_CALLBACKS_H
#define INGOT_COMPILER_IMPORT_KERAS_CALLBACKS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// EarlyStopping(...): the object, or nothing after an error.
Value callCallbackClass(Evaluator &evaluator, const ApiEntry &entry, Call &call);

/// What a History object has seen; nothing for other objects and names.
std::optional<Value> callbackAttribute(Evaluator &evaluator, const Value &object,
                                       const std::string &name, SourceRange range);

/// fit's argument 'callbacks' as indices into Graph::callbacks, after all that they watch, fill in
/// and call is known to be there in this fit of `model`. Nothing after an error.
std::optional<std::vector<int>> fitCallbacks(Evaluator &evaluator, const GraphModel &model,
                                             bool validates, const Argument *argument);

/// Whether callbacks of that class show the learning rate in an epoch's logs.
bool logsLearningRate(const GraphCallback &callback);

} // namespace ingot::import

#endif
