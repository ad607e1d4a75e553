// Commands, flags, and their help.

#include "runtime/Command/Help.h"

#include <cstring>
#include <fmt/format.h>

namespace ingot::runtime {

static const Flag flags[] = {
    {"epochs", "N", "st", "epochs of every fit"},
    {"batch-size", "N", "steb", "samples a step, up to what was compiled"},
    {"learning-rate", "X", "st", "in place of the script's"},
    {"seed", "N", "stcb", "of initial weights and shuffling (default: a new one each run)"},
    {"threads", "N", "stepb", "threads to use (default: all that are available)"},
    {"data-dir", "DIR", "stepb", "where the data set is"},
    {"save", "FILE", "st",
     "write the trained weights to FILE (safetensors, or Keras's .keras, .h5)"},
    {"init-weights", "FILE", "step", "begin with these weights"},
    {"checkpoint", "FILE", "st", "where training keeps its state (default: NAME.ckpt)"},
    {"no-checkpoint", nullptr, "st", "keep nothing"},
    {"no-shuffle", nullptr, "st", "take samples in their order"},
    {"progress", "keras|line|none", "ste", "how progress is shown"},
    {"checkpoint-every", "N|Ts", "st", "also within epochs: every N steps, or T seconds"},
    {"resume", nullptr, "st", "go on from the checkpoint; begin anew where there is none"},
    {"json", nullptr, "epb", "print JSON"},
    {"raw", nullptr, "p", "IMAGES.npy is as the model sees it: no preprocessing"},
    {"help", nullptr, "stepmcbv", "this text"},
};

static const CommandName commands[] = {
    {"train", Command::Train, 't', "run the script's fits"},
    {"evaluate", Command::Evaluate, 'e', "loss and metrics on the test set"},
    {"predict", Command::Predict, 'p', "classes of IMAGES.npy, or of the test set"},
    {"summary", Command::Summary, 'm', "the model's layers"},
    {"selfcheck", Command::Selfcheck, 'c', "compare kernels with their references"},
    {"bench", Command::Bench, 'b', "how fast kernels, steps and epochs are"},
    {"version", Command::Version, 'v', "what this program was compiled from"},
};

std::span<const Flag> allFlags() { return flags; }
std::span<const CommandName> allCommands() { return commands; }

std::string helpText(const IngotProgram &program, Command command) {
  std::string name, what;
  char letter = 's';
  for (const CommandName &entry : commands)
    if (entry.command == command) {
      name = fmt::format(" {}{}", entry.name, entry.letter == 'p' ? " [IMAGES.npy]" : "");
      letter = entry.letter;
      what = entry.help;
    }
  std::string text;
  if (command == Command::Script) {
    text = fmt::format("usage: {0} [FLAGS]            run {1} from top to bottom\n"
                       "       {0} COMMAND [FLAGS]    one of these:\n",
                       program.name, program.spec);
    for (const CommandName &entry : commands)
      text += fmt::format("  {:<12}{}\n", entry.name, entry.help);
    text += "flags (COMMAND --help has those of a command):\n";
  } else {
    text = fmt::format("usage: {}{} [FLAGS]    {}\nflags:\n", program.name, name, what);
  }
  for (const Flag &flag : flags)
    if (std::strchr(flag.commands, letter))
      text += fmt::format(
          "  {:<28}{}\n",
          fmt::format("--{}{}{}", flag.name, flag.value ? " " : "", flag.value ? flag.value : ""),
          flag.help);
  return text;
}

} // namespace ingot::runtime
