// The course of a compilation: the first IR, the phases, and the file that is asked for.

#include "tools/ingotc/Compilation.h"

#include "compiler/Import/EmitIR/EmitIR.h"
#include "compiler/Link/Linker.h"
#include "compiler/Link/OutputFile.h"
#include "compiler/Object/LowerToLLVM.h"
#include "compiler/Pipeline/Dialects.h"
#include "compiler/Pipeline/Passes.h"
#include "compiler/Pipeline/Pipeline.h"
#include "tools/ingotc/Explain.h"
#include "tools/ingotc/ReadSpec.h"
#include "tools/ingotc/TargetCpu.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/Threading.h"

using namespace mlir;
using namespace ingot;

namespace {
constexpr int wrongUse = 2, otherFailure = 1;

int fail(const llvm::Twine &message, int status = otherFailure) {
  llvm::errs() << "ingotc: error: " << message << '\n';
  return status;
}
int fail(llvm::Error error) { return fail(llvm::toString(std::move(error))); }

/// IR with the script's places, so that going on from it loses nothing; values are named after
/// layers.
std::string printed(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os, OpPrintingFlags()
                       .enableDebugInfo(/*enable=*/true, /*prettyForm=*/false)
                       .printNameLocAsPrefix());
  os << '\n';
  return text;
}

/// Writes a text or object whole or not at all; "-" is standard output.
int writeOutput(llvm::StringRef path, llvm::StringRef bytes) {
  if (path == "-") {
    llvm::outs() << bytes;
    return 0;
  }
  auto file = link::OutputFile::create(path);
  if (!file)
    return fail(file.takeError());
  if (llvm::Error error = file->write(bytes))
    return fail(std::move(error));
  if (llvm::Error error = file->keep())
    return fail(std::move(error));
  return 0;
}

class Compilation {
public:
  Compilation(const CommandLine &line, const char *argv0)
      : line(line), argv0(argv0), context(MLIRContext::Threading::DISABLED),
        handler(sources, &context) {
    DialectRegistry registry;
    registerPhaseDialects(registry);
    context.appendDialectRegistry(registry);
    context.printOpOnDiagnostic(false);
  }

  int run() {
    if (int status = readPhaseNames())
      return status;
    std::optional<object::Target> resolved = targetOf(line.targetCpu);
    if (!resolved)
      return wrongUse;
    target = *resolved;
    applyDefaultTimingManagerCLOptions(timingManager);
    timing = timingManager.getRootScope();
    if (int status = makeModule())
      return status;
    if (failed(observe(first)) || failed(goOn()))
      return otherFailure;
    if (!line.compileTo.empty())
      return writeOutput(line.output.empty() ? "-" : line.output, printed(*module));
    if (line.explain)
      explain(*module, reasons, llvm::outs());
    return finish();
  }

private:
  int readPhaseNames() {
    auto find = [](llvm::StringRef flag, const std::string &name, unsigned &position) {
      if (name.empty())
        return 0;
      if (std::optional<unsigned> found = findPhaseWithIR(name))
        return position = *found, 0;
      return fail(flag + " takes one of " + namesOfPhasesWithIR() + ", not '" + name + "'",
                  wrongUse);
    };
    last = *findPhaseWithIR("codegen");
    if (int status = find("--compile-from", line.compileFrom, first))
      return status;
    if (int status = find("--compile-to", line.compileTo, last))
      return status;
    if (last < first)
      return fail("--compile-to=" + line.compileTo +
                      " comes before --compile-from=" + line.compileFrom,
                  wrongUse);
    return 0;
  }

  /// The IR to begin with, of a script or of a dump.
  int makeModule() {
    TimingScope scope = timing.nest("import");
    if (line.compileFrom.empty()) {
      std::optional<import::Program> program = readSpec(line.input, {line.kerasFiles});
      if (!program)
        return wrongUse;
      module = import::emitIR(context, *program);
      if (!module)
        return wrongUse;
      return failed(verify(*module)) ? otherFailure : 0;
    }
    if (!llvm::sys::fs::exists(line.input))
      return fail("there is no file " + line.input, wrongUse);
    module = parseSourceFile<ModuleOp>(line.input, &context);
    if (!module)
      return wrongUse;
    if (llvm::range_size(module->getOps<train::ProgramOp>()) != 1)
      return fail(line.input + " does not hold one train.program", wrongUse);
    return 0;
  }

  LogicalResult goOn() {
    PipelineOptions options{line.schedule, target.features, line.withReference};
    return runPhases(
        *module, first, last, options, timing,
        [&](PassManager &passes) {
          return line.mlirFlags.empty() ? success() : applyPassManagerCLOptions(passes);
        },
        [&](unsigned phase) { return observe(phase); });
  }

  LogicalResult observe(unsigned phase) {
    if (phases()[phase].name == "plan")
      reasons = reasonsOf(*module);
    if (line.dumpPhasesTo.empty())
      return success();
    if (std::error_code code = llvm::sys::fs::create_directories(line.dumpPhasesTo))
      return fail("cannot make the folder " + line.dumpPhasesTo + ": " + code.message()), failure();
    llvm::SmallString<128> path(line.dumpPhasesTo);
    llvm::sys::path::append(path, llvm::Twine(phase) + "-" + phases()[phase].name + ".mlir");
    return success(writeOutput(path, printed(*module)) == 0);
  }

  /// The output's path: as given, or the program's name in this folder.
  std::string outputPath(llvm::StringRef extension) {
    if (!line.output.empty())
      return line.output;
    train::ProgramOp program = *module->getOps<train::ProgramOp>().begin();
    return (program.getSymName() + extension).str();
  }

  int finish() {
    context.enableMultithreading();
    if (llvm::sys::fs::equivalent(outputPath(""), line.input)) {
      fail("the output would overwrite " + line.input + ": give another name with -o");
      return 2;
    }
    switch (line.emit) {
    case Emit::LLVM:
      return emitText(object::Output::LLVM, ".ll");
    case Emit::Assembly:
      return emitText(object::Output::Assembly, ".s");
    case Emit::Object:
    case Emit::Executable:
      return emitObjects();
    }
    return otherFailure;
  }

  int emitText(object::Output kind, llvm::StringRef extension) {
    OwningOpRef<ModuleOp> kernels = link::kernelsOf(*module);
    object::registerTranslations(context);
    auto text = object::compileKernels({*kernels}, target, /*threads=*/1, kind);
    if (failed(text))
      return otherFailure;
    auto &bytes = text->front().bytes;
    return writeOutput(outputPath(extension), llvm::StringRef(bytes.data(), bytes.size()));
  }

  int emitObjects() {
    unsigned threads =
        line.threads ? line.threads : llvm::hardware_concurrency().compute_thread_count();
    TimingScope scope = timing.nest("object");
    auto objects = link::compileProgram(*module, target, compilerVersion, threads);
    if (failed(objects))
      return otherFailure;
    scope.stop();
    TimingScope linking = timing.nest("link");
    if (line.emit == Emit::Object) {
      llvm::Error error = link::linkObject(*objects, outputPath(".o"));
      return error ? fail(std::move(error)) : 0;
    }
    llvm::Expected<std::string> runtime = link::findRuntime(argv0);
    if (!runtime)
      return fail(runtime.takeError());
    llvm::Error error = link::linkExecutable(*objects, *runtime, outputPath(""));
    return error ? fail(std::move(error)) : 0;
  }

  const CommandLine &line;
  const char *argv0;
  llvm::SourceMgr sources; // the handler reads the files that locations name
  MLIRContext context;
  SourceMgrDiagnosticHandler handler;
  DefaultTimingManager timingManager;
  TimingScope timing;
  object::Target target;
  OwningOpRef<ModuleOp> module;
  Reasons reasons;
  unsigned first = 0, last = 0; // phases: the IR's at the beginning, and at the end
};

/// MLIR's own flags. Registering them costs time, so it is done only where one is given.
bool parseMlirFlags(const CommandLine &line) {
  if (line.mlirFlags.empty())
    return true;
  registerIngotPasses();
  registerPassManagerCLOptions();
  registerDefaultTimingManagerCLOptions();
  std::vector<const char *> arguments{"ingotc"};
  for (const std::string &flag : line.mlirFlags)
    arguments.push_back(flag.c_str());
  return llvm::cl::ParseCommandLineOptions(arguments.size(), arguments.data(), "", &llvm::errs());
}
} // namespace

int ingot::compile(const CommandLine &line, const char *argv0) {
  if (!parseMlirFlags(line))
    return wrongUse;
  return Compilation(line, argv0).run();
}
