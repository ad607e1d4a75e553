// The compiler: a Keras training script in, an executable out.

#include "tools/ingotc/CompileAndRun.h"

#include "llvm/Support/InitLLVM.h"

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  int status = 0;
  std::optional<ingot::CommandLine> line = ingot::parseCommandLine(argc, argv, status);
  if (!line)
    return status;
  return line->run ? ingot::compileAndRun(*line, argv[0]) : ingot::compile(*line, argv[0]);
}
