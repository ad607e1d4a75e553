// The compiler: a Keras training script in, an executable out.

#include "tools/ingotc/Compilation.h"

#include "llvm/Support/InitLLVM.h"

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  int status = 0;
  std::optional<ingot::CommandLine> line = ingot::parseCommandLine(argc, argv, status);
  return line ? ingot::compile(*line, argv[0]) : status;
}
