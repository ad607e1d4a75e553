// Schedules of launches that move memory rather than compute: maps, reductions, gathers.

#include "compiler/Schedule/Choose.h"

using namespace mlir;
using namespace ingot;

kernel::ScheduleAttr ingot::schedule::chooseElementwise(kernel::LaunchOp launch, int64_t, StringRef) {
  return makeSchedule(launch, kernel::Algorithm::Reference, {}, "no tuned kernel of this class");
}
