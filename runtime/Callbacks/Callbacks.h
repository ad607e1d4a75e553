// The callbacks, each made in a file of its own.

#ifndef INGOT_RUNTIME_CALLBACKS_CALLBACKS_H
#define INGOT_RUNTIME_CALLBACKS_CALLBACKS_H

#include "runtime/Callbacks/Callback.h"

namespace ingot::runtime {

std::unique_ptr<Callback> makeModelCheckpoint(const IngotCallback &description);
std::unique_ptr<Callback> makeEarlyStopping(const IngotCallback &description);
std::unique_ptr<Callback> makeReduceLROnPlateau(const IngotCallback &description);
std::unique_ptr<Callback> makeLearningRateScheduler(const IngotProgram &program,
                                                    const IngotCallback &description);
std::unique_ptr<Callback> makeCSVLogger(const IngotCallback &description);
std::unique_ptr<Callback> makeTerminateOnNaN(const IngotCallback &description);
std::unique_ptr<Callback> makeTensorBoard(const IngotCallback &description);

} // namespace ingot::runtime

#endif
