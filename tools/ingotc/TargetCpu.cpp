// Resolves a processor's name, and finds the nearest where there is none.

#include "tools/ingotc/TargetCpu.h"

#include "compiler/Import/Python/Diagnostics.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"

using namespace ingot;

static std::vector<std::string> processorNames() {
  std::vector<std::string> names{"native"};
  llvm::Triple triple(llvm::sys::getDefaultTargetTriple());
  std::string error;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return names;
  std::unique_ptr<llvm::MCSubtargetInfo> info(target->createMCSubtargetInfo(triple, "", ""));
  for (const llvm::SubtargetSubTypeKV &processor : info->getAllProcessorDescriptions())
    names.push_back(processor.Key);
  return names;
}

std::optional<object::Target> ingot::targetOf(const std::string &cpu) {
  std::string error;
  mlir::FailureOr<object::Target> target = object::resolveTarget(cpu, error);
  if (mlir::succeeded(target))
    return *target;
  llvm::errs() << "ingotc: error: --target-cpu: " << error;
  if (std::optional<std::string> nearest = import::python::nearestName(cpu, processorNames()))
    llvm::errs() << "; did you mean " << *nearest << "?\n";
  else
    llvm::errs() << "; it takes native, x86-64-v3, x86-64-v4, or a name of LLVM's such as znver4\n";
  return std::nullopt;
}
