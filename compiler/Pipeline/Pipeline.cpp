// The list of phases, and their course.

#include "compiler/Pipeline/Pipeline.h"

#include "compiler/Pipeline/Passes.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace ingot;

static void simplify(OpPassManager &passes, const PipelineOptions &) {
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

static void differentiate(OpPassManager &passes, const PipelineOptions &) {
  passes.addPass(createDifferentiate());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

static void fuse(OpPassManager &passes, const PipelineOptions &) { passes.addPass(createFuse()); }

static void schedule(OpPassManager &passes, const PipelineOptions &options) {
  ScheduleOptions schedule;
  schedule.algorithm = options.schedule;
  schedule.targetFeatures = options.targetFeatures;
  passes.addPass(createSchedule(schedule));
}

static void plan(OpPassManager &passes, const PipelineOptions &) { passes.addPass(createPlan()); }

static void codegen(OpPassManager &passes, const PipelineOptions &options) {
  CodegenOptions codegen;
  codegen.withReference = options.withReference;
  passes.addPass(createCodegen(codegen));
  passes.addPass(createCanonicalizerPass());
}

static constexpr Phase table[] = {
    // The script, evaluated: arrays, parameters, the model, its compilation and the script's
    // actions.
    {"import", nullptr},
    // The same with less in it: what folds is folded, equal ops are one.
    {"simplify", simplify},
    // Pure step functions: forward pass, loss, gradients, updates. The model is consumed.
    {"differentiate", differentiate},
    // Each step as a sequence of launches, whose regions are their meaning.
    {"fuse", fuse},
    // Each launch with its algorithm and tiles, each tensor with its layout.
    {"schedule", schedule},
    // Each tensor at its place in the arena, each launch with what it waits for.
    {"plan", plan},
    // A function a launch, and the launch tables.
    {"codegen", codegen},
    // The functions and tables as object files (compiler/Object).
    {"object", nullptr},
    // The executable (compiler/Link).
    {"link", nullptr},
};

ArrayRef<Phase> ingot::phases() { return table; }

/// The phases before `object`.
static ArrayRef<Phase> phasesWithIR() { return phases().drop_back(2); }

std::optional<unsigned> ingot::findPhaseWithIR(StringRef name) {
  for (auto [position, phase] : llvm::enumerate(phasesWithIR()))
    if (phase.name == name)
      return position;
  return std::nullopt;
}

std::string ingot::namesOfPhasesWithIR() {
  return llvm::join(
      llvm::map_range(phasesWithIR(), [](const Phase &phase) { return phase.name.str(); }), ", ");
}

LogicalResult ingot::runPhases(ModuleOp module, unsigned after, unsigned last,
                               const PipelineOptions &options, TimingScope &timing,
                               llvm::function_ref<LogicalResult(PassManager &)> configure,
                               llvm::function_ref<LogicalResult(unsigned)> observe) {
  for (unsigned position = after + 1; position <= last; ++position) {
    TimingScope scope = timing.nest(phases()[position].name);
    PassManager passes(module->getName());
    phases()[position].addPasses(passes, options);
    passes.enableTiming(scope);
    if (failed(configure(passes)) || failed(passes.run(module)) || failed(observe(position)))
      return failure();
  }
  return success();
}
