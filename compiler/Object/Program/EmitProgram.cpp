// From IR after codegen to `ingot_program`.

#include "compiler/Object/Program/EmitProgram.h"

#include "compiler/Object/Program/Tables.h"
#include "runtime/ABI/Program.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::object;

std::string object::scheduleHash(train::ProgramOp program) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (auto parameter : program.getBody().getOps<train::ParameterOp>())
    stream << parameter.getSymName() << ' ' << parameter.getType() << '\n';
  for (auto entry : program.getBody().getOps<kernel::EntryOp>()) {
    stream << entry.getSymName() << '\n';
    for (auto call : entry.getBody().getOps<kernel::CallOp>())
      stream << call.getLayer() << ' ' << call.getSchedule() << ' ' << call.getGrid() << '\n';
  }
  auto digest = llvm::SHA256::hash(llvm::arrayRefFromStringRef(text));
  return llvm::toHex(ArrayRef(digest).take_front(8), /*LowerCase=*/true);
}

FailureOr<std::unique_ptr<llvm::Module>> object::buildProgram(train::ProgramOp program,
                                                              const Provenance &provenance,
                                                              llvm::LLVMContext &context) {
  if (!program.getArena() || !program.getState())
    return program.emitOpError("has no memory plan: run the phase plan before");
  auto module = std::make_unique<llvm::Module>((program.getSymName() + ".program").str(), context);
  Constants c(*module);
  Symbols symbols(program);
  FailureOr<Table> parameters = buildParameters(program, c);
  Table layers = buildLayers(program, c);
  FailureOr<Table> arrays = buildArrays(program, c);
  FailureOr<Table> entries = buildEntries(program, symbols, c);
  if (failed(parameters) || failed(arrays) || failed(entries))
    return failure();
  FailureOr<ScriptTables> script = buildScript(program, symbols, c);
  FailureOr<Table> callbacks = buildCallbacks(program, symbols, c);
  if (failed(script) || failed(callbacks))
    return failure();
  llvm::Constant *value = llvm::ConstantStruct::get(
      c.types.program, {c.u32(INGOT_ABI_VERSION),
                        c.u32(program.getBatch()),
                        c.text(program.getSymName()),
                        c.text(program.getSpec()),
                        c.text(program.getDigest()),
                        c.text(provenance.compiler),
                        c.text(provenance.targetCpu),
                        c.text(provenance.targetFeatures),
                        c.text(scheduleHash(program)),
                        c.text(program.getModelName()),
                        c.u64(*program.getArena()),
                        c.u64(*program.getState()),
                        c.f64(program.getLearningRate().convertToDouble()),
                        parameters->rows,
                        layers.rows,
                        arrays->rows,
                        entries->rows,
                        script->fits.rows,
                        script->evaluations.rows,
                        script->script.rows,
                        callbacks->rows,
                        c.u32(parameters->count),
                        c.u32(layers.count),
                        c.u32(arrays->count),
                        c.u32(entries->count),
                        c.u32(script->fits.count),
                        c.u32(script->evaluations.count),
                        c.u32(script->script.count),
                        c.u32(callbacks->count),
                        buildKerasModel(program, c)});
  auto *global =
      llvm::cast<llvm::GlobalVariable>(module->getOrInsertGlobal("ingot_program", c.types.program));
  global->setInitializer(value);
  global->setConstant(true);
  return std::move(module);
}

/// A machine for data alone: the processor does not matter.
static std::unique_ptr<llvm::TargetMachine> createMachine(std::string &error) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  llvm::Triple triple(llvm::sys::getDefaultTargetTriple());
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  return std::unique_ptr<llvm::TargetMachine>(
      target->createTargetMachine(triple, /*CPU=*/"", /*Features=*/"", {}, llvm::Reloc::PIC_));
}

FailureOr<SmallVector<char, 0>> object::emitProgram(train::ProgramOp program,
                                                    const Provenance &provenance) {
  llvm::LLVMContext context;
  auto module = buildProgram(program, provenance, context);
  if (failed(module))
    return failure();
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine = createMachine(error);
  if (!machine)
    return program.emitOpError("cannot be written as an object: ") << error;
  (*module)->setTargetTriple(machine->getTargetTriple());
  (*module)->setDataLayout(machine->createDataLayout());
  llvm::LLVMContext otherContext; // where the types' names are free
  std::string mismatch = AbiTypes(otherContext).findMismatch((*module)->getDataLayout());
  if (!mismatch.empty())
    return program.emitOpError("cannot be written as an object: ") << mismatch;
  SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::ObjectFile))
    return program.emitOpError("cannot be written as an object: the target writes none");
  passes.run(**module);
  return bytes;
}
