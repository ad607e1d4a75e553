// Steps of one entry on one pair of sample arrays: what happens around the executor at every step.

#ifndef INGOT_RUNTIME_TRAIN_STEP_RUNNER_H
#define INGOT_RUNTIME_TRAIN_STEP_RUNNER_H

#include "runtime/Device/CpuExecutor.h"

#include <cstdint>
#include <span>

namespace ingot::runtime {

/// Runs steps. The bindings' state block holds what is the same for many steps; run sets the rest.
class StepRunner {
public:
  StepRunner(const IngotProgram &program, const IngotEntry &entry, const Bindings &bindings,
             ThreadPool &pool);

  /// A step on the samples that `rows` names, at most IngotProgram.batch. Allocates nothing. With
  /// $INGOT_POISON = 1, all that earlier steps left beyond the parameters is NaN before.
  void run(std::span<const int32_t> rows);

  /// The same on this thread; adds to seconds[i] what launch i took.
  void runTimed(std::span<const int32_t> rows, std::span<double> seconds);

  CpuExecutor &executor() { return itsExecutor; }

private:
  void prepare(std::span<const int32_t> rows);

  const IngotProgram &itsProgram;
  Bindings itsBindings;
  CpuExecutor itsExecutor;
  bool itsPoison;
};

} // namespace ingot::runtime

#endif
