// One step: rows into the order, count and step number into the state, launches.

#include "runtime/Train/StepRunner.h"

#include "runtime/Core/Arena.h"

#include <algorithm>

namespace ingot::runtime {

StepRunner::StepRunner(const IngotProgram &program, const IngotEntry &entry,
                       const Bindings &bindings, ThreadPool &pool)
    : itsProgram(program), itsBindings(bindings), itsExecutor(entry, bindings, pool),
      itsPoison(poisonRequested()) {}

void StepRunner::prepare(std::span<const int32_t> rows) {
  int32_t *end = std::copy(rows.begin(), rows.end(), itsBindings.order);
  std::fill(end, itsBindings.order + itsProgram.batch, 0);
  itsBindings.state->valid_count = static_cast<int64_t>(rows.size());
  if (itsExecutor.entry().kind == INGOT_TRAIN_STEP)
    ++itsBindings.state->step;
}

void StepRunner::run(std::span<const int32_t> rows) {
  prepare(rows);
  if (!itsPoison) {
    itsExecutor.run();
    return;
  }
  poison(itsBindings.arena + itsProgram.state_bytes,
         itsProgram.arena_bytes - itsProgram.state_bytes);
  itsExecutor.runPoisoned(itsProgram.state_bytes);
}

void StepRunner::runTimed(std::span<const int32_t> rows, std::span<double> seconds) {
  prepare(rows);
  itsExecutor.runTimed(seconds);
}

} // namespace ingot::runtime
