// Kernels from the LLVM dialect to object files. The pipeline is light on purpose: LLVM's -O3
// unrolls loops and reuses broadcasts across iterations, which spills the accumulators and halves
// the speed of register-tiled kernels.
#include "compiler/Object/CompileKernels.h"
#include "compiler/Object/LowerToLLVM.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Target/LLVMIR/ModuleTranslation.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include <atomic>
#include <mutex>
#include <thread>
#include <time.h>

using namespace mlir;

namespace ingot::object {
namespace {

/// Processor time of this thread, in seconds.
double threadSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

const llvm::Target *hostTarget(std::string &error) {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
  return llvm::TargetRegistry::lookupTarget(llvm::Triple(llvm::sys::getDefaultTargetTriple()),
                                            error);
}

std::unique_ptr<llvm::TargetMachine> createMachine(const Target &target, std::string &error) {
  const llvm::Target *backend = hostTarget(error);
  if (!backend)
    return nullptr;
  llvm::TargetOptions options;
  options.FunctionSections = true;
  return std::unique_ptr<llvm::TargetMachine>(backend->createTargetMachine(
      llvm::Triple(llvm::sys::getDefaultTargetTriple()), target.cpu, target.features, options,
      llvm::Reloc::PIC_, std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

void optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::ModulePassManager passes;
  // A fixed, valid text: parsing cannot fail.
  llvm::cantFail(builder.parsePassPipeline(
      passes, "function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,"
              "loop-mssa(licm),simplifycfg)"));
  passes.run(module, modules);
}

LogicalResult emitOutput(ModuleOp source, llvm::TargetMachine &machine, Output output,
                         SmallVectorImpl<char> &bytes) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module = translateModuleToLLVMIR(source, context);
  if (!module)
    return failure();
  module->setTargetTriple(machine.getTargetTriple());
  module->setDataLayout(machine.createDataLayout());
  // Spilled vectors must be aligned, whatever stack the caller has.
  for (llvm::Function &function : *module)
    if (!function.isDeclaration())
      function.addFnAttr("stackrealign");
  optimize(*module, machine);
  llvm::raw_svector_ostream stream(bytes);
  if (output == Output::LLVM) {
    module->print(stream, nullptr);
    return success();
  }
  auto type = output == Output::Object ? llvm::CodeGenFileType::ObjectFile
                                       : llvm::CodeGenFileType::AssemblyFile;
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type))
    return source.emitError("the target cannot write object files");
  passes.run(*module);
  return success();
}

LogicalResult compileOne(ModuleOp module, llvm::TargetMachine &machine, Output output,
                         KernelObject &object) {
  double start = threadSeconds();
  if (failed(lowerToLLVM(module)))
    return failure();
  object.lowerSeconds = threadSeconds() - start;
  start = threadSeconds();
  LogicalResult result = emitOutput(module, machine, output, object.bytes);
  object.compileSeconds = threadSeconds() - start;
  return result;
}

std::string joinFeatures(const llvm::MCSubtargetInfo &info) {
  std::string features;
  for (const llvm::SubtargetFeatureKV &feature : info.getEnabledProcessorFeatures())
    features += (features.empty() ? "+" : ",+") + std::string(feature.Key);
  return features;
}

} // namespace

FailureOr<Target> resolveTarget(StringRef cpu, std::string &error) {
  const llvm::Target *backend = hostTarget(error);
  if (!backend)
    return failure();
  std::string name = cpu == "native" ? llvm::sys::getHostCPUName().str() : cpu.str(), features;
  if (cpu == "native")
    for (const auto &[feature, present] : llvm::sys::getHostCPUFeatures())
      features += (features.empty() ? "" : ",") + std::string(present ? "+" : "-") + feature.str();
  llvm::Triple triple(llvm::sys::getDefaultTargetTriple());
  std::unique_ptr<llvm::MCSubtargetInfo> info(backend->createMCSubtargetInfo(triple, "", ""));
  if (!info->isCPUStringValid(name)) {
    error = "unknown processor '" + name + "'";
    return failure();
  }
  info.reset(backend->createMCSubtargetInfo(triple, name, features));
  return Target{name, joinFeatures(*info)};
}

FailureOr<std::vector<KernelObject>>
compileKernels(ArrayRef<ModuleOp> modules, const Target &target, unsigned threads, Output output) {
  std::vector<KernelObject> objects(modules.size());
  if (modules.empty())
    return objects;
  if (!modules.front()->getContext()->isMultithreadingEnabled())
    threads = 1;
  std::atomic<size_t> next = 0;
  std::atomic<bool> failure = false;
  auto work = [&] {
    std::string error;
    std::unique_ptr<llvm::TargetMachine> machine = createMachine(target, error);
    // All threads fail alike: one says so.
    if (!machine && !failure.exchange(true))
      mlir::emitError(ModuleOp(modules.front()).getLoc(), error);
    for (size_t i; !failure && (i = next++) < modules.size();)
      if (mlir::failed(compileOne(modules[i], *machine, output, objects[i])))
        failure = true;
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < std::min<size_t>(threads, modules.size()); ++i)
    others.emplace_back(work);
  work();
  for (std::thread &thread : others)
    thread.join();
  if (failure)
    return mlir::failure();
  return objects;
}

} // namespace ingot::object
