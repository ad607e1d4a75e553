// The handler of SIGINT.

#include "runtime/Train/Interrupt.h"

#include "runtime/Train/Session.h"

#include <signal.h>

namespace ingot::runtime {

static volatile sig_atomic_t requested = 0;
static struct sigaction before;

bool interruptRequested() { return requested != 0; }

SigintGuard::SigintGuard() {
  requested = 0;
  sigaction(SIGINT, nullptr, &before);
  // A shell's background jobs ignore Ctrl-C; so shall we.
  if (before.sa_handler == SIG_IGN)
    return;
  struct sigaction action = {};
  action.sa_handler = [](int) { requested = 1; };
  // Only once: the second Ctrl-C finds the default, which ends the process.
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

SigintGuard::~SigintGuard() {
  sigaction(SIGINT, &before, nullptr);
  requested = 0;
}

} // namespace ingot::runtime
