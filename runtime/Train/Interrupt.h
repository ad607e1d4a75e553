// Ctrl-C as a request that the training loop looks at between steps. SigintGuard is in Session.h.

#ifndef INGOT_RUNTIME_TRAIN_INTERRUPT_H
#define INGOT_RUNTIME_TRAIN_INTERRUPT_H

namespace ingot::runtime {

/// Whether Ctrl-C was pressed since the SigintGuard came to life.
bool interruptRequested();

} // namespace ingot::runtime

#endif
