// Finding a checkpoint, and comparing flags with it.

#include "runtime/Command/SavedRun.h"

#include "runtime/Core/Error.h"
#include "runtime/Core/Message.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ingot::runtime {

static void note(const IngotProgram &program, const std::string &text) {
  printMessage("{}: note: {}\n", program.name, text);
}

/// False where there is no such file. What is there but cannot be read is not damaged: an error.
static bool readable(const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT)
      return false;
    throw Error{fmt::format("{}: cannot be read: {}", path, std::strerror(errno))};
  }
  if (!S_ISREG(status.st_mode))
    throw Error{fmt::format("{}: is no file that a training could be resumed from", path)};
  if (access(path.c_str(), R_OK) != 0)
    throw Error{fmt::format("{}: cannot be read: {}", path, std::strerror(errno))};
  return true;
}

static SavedRun readSavedRun(const IngotProgram &program, SafetensorsFile file) {
  std::string path = file.path();
  if (!hasTrainingState(file))
    throw Error{fmt::format("{}: holds weights, but no state of a training that could be resumed; "
                            "--init-weights {} begins a new training with them",
                            path, path)};
  auto entry = [&](const char *key) {
    auto found = file.metadata().find(key);
    return found == file.metadata().end() ? std::string() : found->second;
  };
  if (entry("spec_digest") != program.spec_digest)
    throw Error{fmt::format(
        "{}: is the training of another script, or of {} before it was changed (digest {}, this "
        "program's is {}); --checkpoint FILE names another file, without --resume training begins "
        "anew",
        path, program.spec, entry("spec_digest"), program.spec_digest)};
  if (entry("schedule_hash") != program.schedule_hash)
    note(program, fmt::format("{} was written by a program with other kernels: results may differ "
                              "from an undisturbed run's in their last bits",
                              path));
  TrainingState state = readTrainingState(file);
  return {std::move(path), std::move(file), std::move(state)};
}

std::optional<SavedRun> findSavedRun(const IngotProgram &program, const std::string &path) {
  std::string previous = path + ".1", damage;
  if (readable(path)) {
    std::optional<SafetensorsFile> file;
    try {
      file.emplace(path);
    } catch (const Error &error) {
      damage = error.message;
    }
    if (file)
      return readSavedRun(program, std::move(*file));
    if (!readable(previous))
      throw Error{fmt::format("{}; there is no {} either: nothing can be resumed, and nothing was "
                              "changed; without --resume training begins anew",
                              damage, previous)};
  } else if (!readable(previous)) {
    note(program, fmt::format("there is no {} yet: training begins anew", path));
    return std::nullopt;
  }
  std::optional<SafetensorsFile> file;
  try {
    file.emplace(previous);
  } catch (const Error &error) {
    throw Error{fmt::format("{}{}; nothing can be resumed, and nothing was changed; without "
                            "--resume training begins anew",
                            damage.empty() ? "" : damage + "; ", error.message)};
  }
  SavedRun saved = readSavedRun(program, std::move(*file));
  note(program,
       damage.empty()
           ? fmt::format("there is no {}: going on from the one before, {}", path, previous)
           : fmt::format("{}; going on from the one before, {}", damage, previous));
  saved.newestDamaged = true;
  return saved;
}

void noteUnfinishedRun(const IngotProgram &program, const std::string &path) {
  try {
    if (!readable(path))
      return;
    std::optional<RunProgress> run = readProgress(readSafetensorsMetadata(path));
    if (!run || run->complete)
      return;
    std::string where = run->step
                            ? fmt::format("in epoch {} after step {}", run->epoch + 1, run->step)
                            : fmt::format("after epoch {}", run->epoch);
    note(program, fmt::format("{} holds a run that was cut short {}; this new run replaces it, "
                              "--resume goes on with it",
                              path, where));
  } catch (const Error &) {
    // What cannot be read is no loss.
  }
}

namespace {

class Agreement {
public:
  Agreement(const IngotProgram &program, Options &options, TrainingState &state)
      : itsProgram(program), itsOptions(options), itsState(state) {}

  void reach();

private:
  [[noreturn]] void contradict(const std::string &given, const std::string &saved) const {
    throw Error{fmt::format("--resume: {} contradicts the saved run, which has {}; leave it away, "
                            "or begin anew without --resume",
                            given, saved),
                Error::usage};
  }
  template <typename T>
  void value(const char *flag, std::optional<T> &given, const std::optional<T> &saved) const {
    if (given && given != saved)
      contradict(fmt::format("--{} {}", flag, *given),
                 saved ? fmt::format("{}", *saved) : "the script's");
    given = saved;
  }
  void command() const;
  void epochs();

  const IngotProgram &itsProgram;
  Options &itsOptions;
  TrainingState &itsState;
};

void Agreement::command() const {
  bool whole = itsOptions.command == Command::Script;
  if (whole != itsState.flags.wholeScript)
    throw Error{fmt::format("--resume: the saved run is of {}; go on with {} --resume",
                            whole ? "`train`, not of the whole script"
                                  : "the whole script, not of "
                                    "`train`",
                            std::string(itsProgram.name) + (whole ? " train" : "")),
                Error::usage};
}

/// More epochs than before are no contradiction, as long as no fit has come to its end with fewer.
void Agreement::epochs() {
  std::optional<int64_t> before = itsState.flags.epochs;
  std::optional<int64_t> &given = itsOptions.epochs;
  if (!given)
    given = before;
  const FitState &fit = itsState.fit;
  int64_t done = fit.epoch - fit.first, begun = done + (fit.step > 0 ? 1 : 0);
  if (given && given != before) {
    for (const ActionResult &result : itsState.results)
      if (std::holds_alternative<History>(result))
        contradict(fmt::format("--epochs {}", *given), "come to the end of another fit already");
    if (*given < begun)
      contradict(fmt::format("--epochs {}", *given), fmt::format("begun epoch {}", begun));
  }
  bool more = given && *given > done && given != before;
  if (!itsState.complete || !more || fit.stopped)
    return;
  if (!itsState.extensible)
    throw Error{
        fmt::format("--resume --epochs {}: the saved run is complete, and the weights of its "
                    "last epoch are gone: the script has put others in their place; "
                    "--init-weights begins a new training with those",
                    *given)};
  itsState.complete = false;
}

void Agreement::reach() {
  const RunFlags &saved = itsState.flags;
  command();
  std::optional<uint64_t> seed;
  if (itsOptions.seedGiven)
    seed = itsOptions.seed;
  value("seed", seed, std::optional(saved.seed));
  itsOptions.seed = saved.seed;
  value("batch-size", itsOptions.batch, saved.batch);
  value("learning-rate", itsOptions.learningRate, saved.learningRate);
  if (itsOptions.noShuffle && saved.shuffle)
    contradict("--no-shuffle", "shuffled samples");
  itsOptions.noShuffle = !saved.shuffle;
  if (!itsOptions.initWeights.empty() && itsOptions.initWeights != saved.initWeights)
    contradict("--init-weights " + itsOptions.initWeights, saved.initWeights.empty()
                                                               ? "weights of its own"
                                                               : "begun with " + saved.initWeights);
  itsOptions.initWeights = saved.initWeights;
  epochs();
}

} // namespace

void agree(const IngotProgram &program, Options &options, TrainingState &state) {
  Agreement(program, options, state).reach();
}

} // namespace ingot::runtime
