// The compiler: a Keras training script in, an executable out.

#include "tools/ingotc/CompileAndRun.h"

#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

#include <iostream>

/// The exit status: a failure where standard output could not be written.
static int finishOutput(int status) {
  std::cout.flush();
  llvm::outs().flush();
  std::error_code error = llvm::outs().error();
  llvm::outs().clear_error(); // of which its destructor would make a crash
  if (!error && std::cout)
    return status;
  llvm::errs() << "ingotc: error: cannot write to standard output"
               << (error ? ": " + error.message() : "") << '\n';
  return status ? status : 1;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  int status = 0;
  std::optional<ingot::CommandLine> line = ingot::parseCommandLine(argc, argv, status);
  if (!line)
    return finishOutput(status);
  return finishOutput(line->run ? ingot::compileAndRun(*line, argv[0])
                                : ingot::compile(*line, argv[0]));
}
