// What runs: launches, their schedules and layouts, buffers of the arena, and the launch table.

#ifndef INGOT_DIALECTS_KERNEL
#define INGOT_DIALECTS_KERNEL

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/IR/TensorEncoding.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::ingot::kernel";
  let summary = "Launches, schedules, buffers and the launch table";
  let useDefaultAttributePrinterParser = 1;
}

class Kernel_Op<string mnemonic, list<Trait> traits = []> : Op<Kernel_Dialect, mnemonic, traits>;

class Kernel_Layout<string name> : AttrDef<Kernel_Dialect, name, [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let genVerifyDecl = 1;
}

def Kernel_Blocked : Kernel_Layout<"Blocked"> {
  let mnemonic = "blocked";
  let summary = "a tensor's memory layout: the last dimension in blocks";
  let description = [{
    As encoding of a tensor type: the last dimension L is stored as ceil(L / block) blocks,
    [blocks][all other dimensions][block]; lanes beyond L hold zero.
  }];
  let parameters = (ins "int64_t":$block);
  let assemblyFormat = "`<` $block `>`";
}

def Kernel_Permuted : Kernel_Layout<"Permuted"> {
  let mnemonic = "permuted";
  let summary = "a tensor's memory layout: any order of elements, for the sake of one kernel";
  let description = [{
    As encoding of a tensor type: memory has `shape`, and the element at a logical index lies where `map` sends
    the index. What no index is sent to is never looked at.
  }];
  let parameters = (ins "::mlir::AffineMap":$map, ArrayRefParameter<"int64_t">:$shape);
  let assemblyFormat = "`<` $map `,` `[` $shape `]` `>`";
}

class Kernel_AlgorithmCase<string name, int value, string spelling> : I32EnumAttrCase<name, value, spelling>;
def Kernel_Algorithm : I32EnumAttr<"Algorithm", "which emitter makes a launch's kernel", [
    Kernel_AlgorithmCase<"Reference", 0, "reference">,
    Kernel_AlgorithmCase<"Elementwise", 1, "elementwise">,
    Kernel_AlgorithmCase<"Rows", 2, "rows">,
    Kernel_AlgorithmCase<"Columns", 3, "columns">,
    Kernel_AlgorithmCase<"Gather", 4, "gather">,
    Kernel_AlgorithmCase<"GradInputOperand", 5, "grad_input_operand">,
    Kernel_AlgorithmCase<"Conv2DForward", 6, "conv2d_forward">,
    Kernel_AlgorithmCase<"Conv2DGradInput", 7, "conv2d_grad_input">,
    Kernel_AlgorithmCase<"Conv2DGradFilter", 8, "conv2d_grad_filter">,
    Kernel_AlgorithmCase<"MatmulForward", 9, "matmul_forward">,
    Kernel_AlgorithmCase<"MatmulGradInput", 10, "matmul_grad_input">,
    Kernel_AlgorithmCase<"MatmulGradWeights", 11, "matmul_grad_weights">,
    Kernel_AlgorithmCase<"Window", 20, "window">,
    Kernel_AlgorithmCase<"DepthwiseGradFilter", 21, "depthwise_grad_filter">,
    Kernel_AlgorithmCase<"Resample", 22, "resample">]> {
  let cppNamespace = "::ingot::kernel";
}

def Kernel_Schedule : AttrDef<Kernel_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "how a launch computes what its region says";
  let description = [{
    `algorithm` is the emitter, `tiles` are its numbers by name, `why` is the reason, for --explain.
  }];
  let parameters = (ins EnumParameter<Kernel_Algorithm>:$algorithm, "::mlir::DictionaryAttr":$tiles, StringRefParameter<>:$why);
  let assemblyFormat = "`<` $algorithm `,` $tiles `,` $why `>`";
  let extraClassDeclaration = [{
    /// One of `tiles`, 0 where it is not there.
    int64_t getTile(::llvm::StringRef name) const {
      auto number = getTiles().getAs<::mlir::IntegerAttr>(name);
      return number ? number.getInt() : 0;
    }
  }];
}

def Kernel_LaunchOp : Kernel_Op<"launch", [IsolatedFromAbove, AttrSizedOperandSegments,
                                  SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "computes what its region says, in one kernel";
  let description = [{
    The region is the launch's meaning: pure nn ops on tensors, whose arguments stand for `inputs` in order.
    On tensors the launch has results. After `plan` it has buffers instead: `outputs` are written and there
    are no results; `after` lists the launches of the entry (by position) that must be complete before it.
    `layer` names the layer and what is computed, as in "conv2d_1.grad_filter"; the kernel's symbol is made of it.
  }];
  let arguments = (ins StrAttr:$layer, Variadic<AnyType>:$inputs, Variadic<AnyType>:$outputs,
                       OptionalAttr<Kernel_Schedule>:$schedule, OptionalAttr<DenseI64ArrayAttr>:$after);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def Kernel_YieldOp : Kernel_Op<"yield", [Pure, Terminator, ReturnLike, HasParent<"LaunchOp">]> {
  let summary = "the launch's results";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
  let builders = [OpBuilder<(ins), [{ (void)$_state; }]>];
}

def Kernel_SpaceArena : I32EnumAttrCase<"Arena", 0, "arena">;
def Kernel_SpaceStepState : I32EnumAttrCase<"StepState", 1, "step_state">;
def Kernel_SpaceSamples : I32EnumAttrCase<"Samples", 2, "samples">;
def Kernel_SpaceOrder : I32EnumAttrCase<"Order", 3, "order">;
def Kernel_Space : I32EnumAttr<"Space", "where a buffer lies (IngotSpace)",
    [Kernel_SpaceArena, Kernel_SpaceStepState, Kernel_SpaceSamples, Kernel_SpaceOrder]> {
  let cppNamespace = "::ingot::kernel";
}

def Kernel_BufferOp : Kernel_Op<"buffer", [Pure]> {
  let summary = "memory at a place known at compile time";
  let description = [{
    `offset` is in bytes from the start of the space (of samples: the array's number). The memref has the
    physical shape: the batch at its capacity, blocked layouts unfolded.
  }];
  let arguments = (ins Kernel_Space:$space, I64Attr:$offset);
  let results = (outs AnyMemRef:$memory);
  let assemblyFormat = "$space `[` $offset `]` attr-dict `:` type($memory)";
  let hasVerifier = 1;
}

def Kernel_EntryOp : Kernel_Op<"entry", [Symbol, NoTerminator, SingleBlock]> {
  let summary = "a step function as a launch table";
  let description = [{
    `metrics` are dictionaries {name, offset}; `output` of a prediction {shape, offset}. `images` and `labels`
    name the train.array that the step was built for.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I32Attr:$kind, ArrayAttr:$metrics,
                       OptionalAttr<DictionaryAttr>:$output, FlatSymbolRefAttr:$images,
                       OptionalAttr<FlatSymbolRefAttr>:$labels);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
}

def Kernel_CallOp : Kernel_Op<"call"> {
  let summary = "a row of the launch table";
  let description = [{
    After `codegen`: `kernel` computes the units [0, grid) of `buffers`; the first `outputs_begin` are read.
  }];
  let arguments = (ins StrAttr:$layer, FlatSymbolRefAttr:$kernel, OptionalAttr<FlatSymbolRefAttr>:$reference,
                       Variadic<AnyMemRef>:$buffers, I64Attr:$outputs_begin, I64Attr:$grid,
                       DenseI64ArrayAttr:$after, I64Attr:$flops, I64Attr:$bytes, StrAttr:$schedule);
  let assemblyFormat = [{
    $layer $kernel (`reference` $reference^)? `(` $buffers `)` `outputs` $outputs_begin `grid` $grid `after` $after
    `flops` $flops `bytes` $bytes `schedule` $schedule attr-dict `:` type($buffers)
  }];
  let hasVerifier = 1;
}

#endif
