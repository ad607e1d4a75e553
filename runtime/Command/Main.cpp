// main() of every executable that ingotc makes.

#include "runtime/Command/CpuFeatures.h"
#include "runtime/Command/Options.h"
#include "runtime/Command/Output.h"
#include "runtime/Command/Run.h"
#include "runtime/Core/Error.h"
#include "runtime/Core/Message.h"
#include "runtime/Train/Selfcheck.h"
#include "runtime/Train/Summary.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <fmt/format.h>
#include <new>
#include <unistd.h>

namespace ingot::runtime {

static std::string versionText(const IngotProgram &program) {
  return fmt::format("program:   {}\nspec:      {}\ndigest:    {}\ncompiler:  {}\ntarget:    {}\n"
                     "features:  {}\nschedule:  {}\nbatch:     {}\nmemory:    {:.1f} MB\n",
                     program.name, program.spec, program.spec_digest, program.compiler,
                     program.target_cpu, program.target_features, program.schedule_hash,
                     program.batch, static_cast<double>(program.arena_bytes) / 1e6);
}

static void runCommand(const IngotProgram &program, const Options &options,
                       const std::string &executable) {
  switch (options.command) {
  case Command::Summary:
    return writeOut(summaryText(program, {terminalColumns(), onTerminal(), false}));
  case Command::Version:
    return writeOut(versionText(program));
  case Command::Selfcheck:
    return runSelfcheck(program, options.seed);
  default:
    break;
  }
  Run run(program, options, executable);
  switch (options.command) {
  case Command::Train:
    return run.train();
  case Command::Evaluate:
    return run.evaluate();
  case Command::Predict:
    return run.predict();
  case Command::Bench:
    return run.bench();
  default:
    return run.script();
  }
}

static void runProgram(const IngotProgram &program, int argc, char **argv) {
  if (program.abi_version != INGOT_ABI_VERSION)
    throw Error{fmt::format("this program was compiled for version {} of the runtime's interface, "
                            "but linked with a runtime of version {}; compile it again",
                            program.abi_version, INGOT_ABI_VERSION)};
  checkCpu(program);
  Options options = parseOptions(argc, argv, program);
  if (options.help)
    writeOut(options.helpText);
  else
    runCommand(program, options, argc > 0 ? argv[0] : program.name);
  finishOut();
}

/// The exit status.
static int report(const char *name, const std::string &message, int status) {
  // What is on stdout comes before; if it cannot be written, that was reported.
  std::fflush(stdout);
  if (status == Error::interrupted)
    printMessage("\n{}\n", message);
  else
    printMessage("{}: error: {}\n", name, message);
  return status;
}

/// A standard stream that was closed would be the next file that is opened, and messages would go
/// there. Writing to it fails, as before.
static void occupyStandardStreams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream)
    if (fcntl(stream, F_GETFD) < 0)
      (void)open("/dev/null", O_RDONLY);
}

static int guardedMain(const IngotProgram &program, int argc, char **argv) {
  occupyStandardStreams();
  // A closed pipe is an error to report, not a death without a word.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    runProgram(program, argc, argv);
    return 0;
  } catch (const Error &error) {
    return report(program.name, error.message, error.exitCode);
  } catch (const std::bad_alloc &) {
    return report(program.name, "not enough memory", Error::failed);
  } catch (const std::exception &error) {
    return report(program.name, error.what(), Error::failed);
  }
}

} // namespace ingot::runtime

int main(int argc, char **argv) { return ingot::runtime::guardedMain(ingot_program, argc, argv); }
