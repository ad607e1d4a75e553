// What --help prints, and which command takes which flags.

#ifndef INGOT_RUNTIME_COMMAND_HELP_H
#define INGOT_RUNTIME_COMMAND_HELP_H

#include "runtime/ABI/Program.h"
#include "runtime/Command/Options.h"

#include <span>
#include <string>

namespace ingot::runtime {

struct Flag {
  const char *name;     // without dashes
  const char *value;    // "N", "FILE"; null: takes none
  const char *commands; // letters of the commands that take it: s(cript) t e p m(summary) c b v
  const char *help;
};

struct CommandName {
  const char *name;
  Command command;
  char letter;
  const char *help;
};

std::span<const Flag> allFlags();
/// All but the script, which has no name.
std::span<const CommandName> allCommands();

std::string helpText(const IngotProgram &program, Command command);

} // namespace ingot::runtime

#endif
