// The compiler's passes. Each is one phase, or part of one, of Pipeline.cpp's list; its implementation is in
// the folder of its name. All are on the module: a phase reads the whole program.

#ifndef INGOT_COMPILER_PIPELINE_PASSES
#define INGOT_COMPILER_PIPELINE_PASSES

include "mlir/Pass/PassBase.td"

def Differentiate : Pass<"ingot-differentiate", "::mlir::ModuleOp"> {
  let summary = "builds pure step functions from the model and how it is compiled";
  let description = [{
    Consumes nn.model and train.compile, and makes a train.step for each kind of step and each pair of arrays
    that the script uses: forward pass, loss and metrics, gradients, updates. train.fit and train.evaluate name
    their steps afterwards.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::ingot::nn::NNDialect", "::ingot::train::TrainDialect"];
}

def Fuse : Pass<"ingot-fuse", "::mlir::ModuleOp"> {
  let summary = "groups the ops of each step into kernel.launch";
  let description = [{
    Afterwards a step holds only launches, reshapes (views) and its return. The meaning of what a launch
    computes is its region.
  }];
  let dependentDialects = ["::ingot::kernel::KernelDialect", "::ingot::nn::NNDialect"];
}

def Schedule : Pass<"ingot-schedule", "::mlir::ModuleOp"> {
  let summary = "chooses each launch's algorithm, tiles and layouts";
  let description = [{
    Depends on the target alone, never on the machine that compiles or on its number of cores.
  }];
  let options = [
    Option<"algorithm", "algorithm", "std::string", "\"auto\"",
           "auto: by the cost model; reference: the naive lowering of every launch">,
    Option<"targetFeatures", "target-features", "std::string", "\"\"",
           "the target's features as LLVM writes them: +avx2,+fma,...">,
  ];
  let dependentDialects = ["::ingot::kernel::KernelDialect", "::ingot::nn::NNDialect"];
}

def Plan : Pass<"ingot-plan", "::mlir::ModuleOp"> {
  let summary = "gives every tensor of the steps its place in the arena";
  let description = [{
    Each train.step becomes a kernel.entry whose launches read and write buffers at known offsets and name the
    launches that they come after.
  }];
  let dependentDialects = ["::ingot::kernel::KernelDialect", "::ingot::nn::NNDialect"];
}

def Codegen : Pass<"ingot-codegen", "::mlir::ModuleOp"> {
  let summary = "emits one function a launch, and the launch tables";
  let description = [{
    Each kernel.launch becomes a kernel.call of a func.func in the scf, vector, memref, arith and math dialects;
    equal functions are emitted once.
  }];
  let options = [
    Option<"withReference", "with-reference", "bool", "false",
           "also emit each launch's reference kernel, for selfcheck">,
  ];
}

#endif
