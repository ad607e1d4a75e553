// Choosing schedules, by class of kernels. Choices depend on the launch and the target's features
// alone.

#ifndef INGOT_COMPILER_SCHEDULE_CHOOSE_H
#define INGOT_COMPILER_SCHEDULE_CHOOSE_H

#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "dialects/Train/Train.h"

namespace ingot::schedule {

kernel::ScheduleAttr makeSchedule(kernel::LaunchOp launch, kernel::Algorithm algorithm,
                                  llvm::ArrayRef<std::pair<llvm::StringRef, int64_t>> tiles,
                                  const llvm::Twine &why);

/// Schedules every launch whose anchor is a contraction, gives parameters their packed layout, and
/// adds the launches that prepare an operand.
void chooseContractions(train::ProgramOp program, llvm::StringRef targetFeatures);

/// The schedule of a launch whose anchor is a pooling or depthwise convolution, or null.
kernel::ScheduleAttr chooseWindow(kernel::LaunchOp launch, llvm::StringRef targetFeatures);

/// The schedule of a launch of maps, reductions, gathers or transposes.
kernel::ScheduleAttr chooseElementwise(kernel::LaunchOp launch);

} // namespace ingot::schedule

#endif
