// ingotc's command line.

#ifndef INGOT_TOOLS_INGOTC_COMMANDLINE_H
#define INGOT_TOOLS_INGOTC_COMMANDLINE_H

#include <optional>
#include <string>
#include <vector>

namespace ingot {

enum class Emit { Executable, Object, Assembly, LLVM };

struct CommandLine {
  std::string input;  // a script; with compileFrom IR
  std::string output; // empty: named after the script
  std::string targetCpu, schedule;
  std::string compileTo, compileFrom; // phases, or empty
  std::string dumpPhasesTo;           // a folder, or empty
  Emit emit = Emit::Executable;
  bool withReference = false, explain = false;
  bool kerasFiles = false;            // --keras-files: even where the script names none
  bool run = false;                   // --run: compile into the cache, and run
  std::vector<std::string> arguments; // with it: of the executable
  unsigned threads = 0;               // 0: as many as this process may use
  std::vector<std::string> mlirFlags; // --mlir-..., for MLIR's own parser
};

/// The parsed command line; nothing, with the exit status, if there is nothing to compile: after
/// --help, or after a message about wrong use.
std::optional<CommandLine> parseCommandLine(int argc, char **argv, int &status);

/// What `ingotc --version` says and executables record: "ingotc 0.1".
extern const char *const compilerVersion;

} // namespace ingot

#endif
