// The script of a resumed run begins at its top: what it has done before is given again, not done.

#ifndef INGOT_RUNTIME_TRAIN_JOURNAL_H
#define INGOT_RUNTIME_TRAIN_JOURNAL_H

#include "runtime/Train/Script.h"
#include "runtime/Train/TrainingState.h"

#include <cstddef>
#include <functional>

namespace ingot::runtime {

/// Keeps the results of a script's actions in a training's state. In a resumed run the actions
/// before the fit that was cut short return what they returned then, and what was printed before is
/// not printed again. A checkpoint's prints are those up to its moment: what the killed run printed
/// after it comes a second time, as its steps do.
class Journal {
public:
  /// A fit, from where it was cut short unless null.
  using Fit = std::function<History(int64_t fit, FitData data, const FitState *resumedFrom)>;

  Journal(TrainingState &state, bool resumed);

  /// The same actions, kept. The journal must live as long as they.
  ScriptActions keep(ScriptActions actions, Fit fit);

private:
  bool replays() const { return itsResumed && itsNext <= itsKept; }
  template <typename Result, typename Do> Result once(Do act);

  TrainingState &itsState;
  const bool itsResumed;
  const size_t itsKept; // results that the state came with; the fit that goes on is behind them
  size_t itsNext = 0;
};

} // namespace ingot::runtime

#endif
