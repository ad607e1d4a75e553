// Boost.Program_options throws: no file of the compiler but this one is built with exceptions.

#include "tools/ingotc/CommandLine.h"

#include "compiler/Import/Python/Diagnostics.h"

#include <boost/program_options.hpp>
#include <iostream>

namespace options = boost::program_options;
using namespace ingot;

const char *const ingot::compilerVersion = "ingotc 0.1";

namespace {
/// A wrong use, in words.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

options::options_description describe(CommandLine &line) {
  using options::bool_switch;
  using options::value;
  options::options_description all("Options");
  auto text = [](std::string &target) { return value(&target); };
  all.add_options()("output,o", text(line.output)->value_name("FILE"),
                    "what to write; ./NAME for NAME.py; - is standard output for text")(
      "target-cpu", text(line.targetCpu)->value_name("CPU")->default_value("native"),
      "the processor to compile for: native, x86-64-v3, x86-64-v4, or a name of LLVM's")(
      "schedule", text(line.schedule)->value_name("WHICH")->default_value("auto"),
      "auto: tuned kernels; reference: the naive ones")(
      "precision", value<std::string>()->value_name("HOW")->default_value("exact"),
      "exact")("with-reference", bool_switch(&line.withReference),
               "add the reference kernels, for selfcheck")(
      "keras-files", bool_switch(&line.kerasFiles),
      "let the executable read and write Keras's files (.keras, .h5), as it does anyway where the "
      "script names one")("emit", value<std::string>()->value_name("KIND"),
                          "llvm, asm (the kernels' text) or obj, instead of an executable")(
      "explain", bool_switch(&line.explain),
      "print each kernel's schedule and why, its FLOPs and bytes, and the memory plan")(
      "compile-to", text(line.compileTo)->value_name("PHASE"),
      "stop after a phase and print its IR")("compile-from",
                                             text(line.compileFrom)->value_name("PHASE"),
                                             "the input is the IR after that phase")(
      "dump-phases-to", text(line.dumpPhasesTo)->value_name("DIR"),
      "write the IR after each phase")("threads", value<int>()->value_name("N"),
                                       "threads that compile kernels")(
      "run", "SCRIPT [ARGUMENT...]: compile into ~/.cache/ingot unless it is there, and run with "
             "these arguments; other options come before")("version", "print the version")(
      "help,h", "print this");
  return all;
}

void printHelp(const options::options_description &all) {
  std::cout << "Compiles a Keras training script into an executable.\n\n"
               "Usage: ingotc SCRIPT.py [-o FILE] [OPTION...]\n\n"
            << all
            << "\nMLIR's flags of passes and timing also work: --mlir-timing, "
               "--mlir-print-ir-after-all,\n"
               "--mlir-pass-pipeline-crash-reproducer=FILE, ...\n"
               "Exit status: 2 for mistakes in the script or the command line, 1 for all other "
               "failures.\n";
}

/// Splits off MLIR's flags, which have a parser of their own.
/// What follows --run SCRIPT is the executable's.
std::vector<std::string> ownArguments(int argc, char **argv, CommandLine &line) {
  std::vector<std::string> own, &mlirFlags = line.mlirFlags;
  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]) == "--run") {
      line.run = true;
      if (i + 1 < argc)
        own.push_back(argv[i + 1]);
      line.arguments.assign(argv + std::min(i + 2, argc), argv + argc);
      argc = i;
    }
  for (int i = 1; i < argc; ++i)
    (std::string_view(argv[i]).starts_with("--mlir-") ? mlirFlags : own).push_back(argv[i]);
  return own;
}

std::string suggestion(const std::string &name, const options::options_description &all) {
  std::vector<std::string> names;
  for (auto &option : all.options())
    names.push_back("--" + option->long_name());
  auto nearest = import::python::nearestName(name, names);
  return nearest ? "; did you mean " + *nearest + "?" : "; ingotc --help lists them";
}

Emit emitOf(const std::string &kind) {
  if (kind == "llvm")
    return Emit::LLVM;
  if (kind == "asm")
    return Emit::Assembly;
  if (kind == "obj")
    return Emit::Object;
  throw UsageError("--emit takes llvm, asm or obj, not '" + kind + "'");
}

void check(CommandLine &line, const options::variables_map &given) {
  if (line.run && (given.contains("output") || given.contains("emit") || line.explain ||
                   !line.compileTo.empty() || !line.compileFrom.empty()))
    throw UsageError(
        "--run goes with none of -o, --emit, --explain, --compile-to and --compile-from");
  if (!line.compileTo.empty() && given.contains("emit"))
    throw UsageError("--compile-to prints IR and --emit writes code: give one of the two");
  if (!line.compileFrom.empty() && line.input.ends_with(".py"))
    throw UsageError("--compile-from goes on from IR that --compile-to printed, and " + line.input +
                     " is a script");
  if (line.input.empty())
    throw UsageError("no script is given; usage: ingotc SCRIPT.py [-o FILE]");
  if (line.schedule != "auto" && line.schedule != "reference")
    throw UsageError("--schedule takes auto or reference, not '" + line.schedule + "'");
  if (auto &precision = given["precision"].as<std::string>(); precision != "exact")
    throw UsageError("--precision takes exact, not '" + precision + "'");
  if (given.contains("emit"))
    line.emit = emitOf(given["emit"].as<std::string>());
  if (given.contains("threads")) {
    int threads = given["threads"].as<int>();
    if (threads < 1 || threads > 4096)
      throw UsageError("--threads takes 1 to 4096, not " + std::to_string(threads));
    line.threads = threads;
  }
}
} // namespace

std::optional<CommandLine> ingot::parseCommandLine(int argc, char **argv, int &status) {
  CommandLine line;
  std::vector<std::string> inputs;
  options::options_description visible = describe(line), all;
  all.add(visible).add_options()("input", options::value(&inputs));
  options::positional_options_description positional;
  positional.add("input", -1);
  try {
    options::variables_map given;
    using namespace options::command_line_style;
    auto style = unix_style & ~allow_guessing;
    options::store(options::command_line_parser(ownArguments(argc, argv, line))
                       .options(all)
                       .positional(positional)
                       .style(style)
                       .run(),
                   given);
    options::notify(given);
    if (given.contains("help") || given.contains("version")) {
      if (given.contains("help"))
        printHelp(visible);
      else
        std::cout << compilerVersion << '\n';
      status = 0;
      return std::nullopt;
    }
    if (inputs.size() > 1)
      throw UsageError("one script at a time, and here are '" + inputs[0] + "' and '" + inputs[1] +
                       "'");
    if (!inputs.empty())
      line.input = inputs[0];
    check(line, given);
    return line;
  } catch (const options::unknown_option &error) {
    std::string name = error.get_option_name();
    std::cerr << "ingotc: error: there is no option " << name << suggestion(name, visible) << '\n';
  } catch (const std::exception &error) {
    std::cerr << "ingotc: error: " << error.what() << '\n';
  }
  status = 2;
  return std::nullopt;
}
