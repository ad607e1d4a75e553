// The network: pure ops on tensors. A dynamic first dimension is the batch: it stands for the number of
// valid rows of the step, at most the program's batch. All layouts named here are logical (NHWC); where
// a tensor type carries a #kernel.blocked encoding, memory differs, the meaning does not.

#ifndef INGOT_DIALECTS_NN
#define INGOT_DIALECTS_NN

include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialects/Interfaces/Interfaces.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::ingot::nn";
  let summary = "The network: layers as pure ops on tensors, and their gradients";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

class NN_Op<string mnemonic, list<Trait> traits = []>
    : Op<NN_Dialect, mnemonic, traits>;

class NN_PureOp<string mnemonic, list<Trait> traits = []>
    : NN_Op<mnemonic, !listconcat([Pure], traits)>;

def StructureOp : DeclareOpInterfaceMethods<StructureOpInterface>;
def GradientOp : DeclareOpInterfaceMethods<GradientOpInterface>;
def DecomposeOp : DeclareOpInterfaceMethods<DecomposeOpInterface>;

include "dialects/NN/Conv2D.td"
include "dialects/NN/Matmul.td"
include "dialects/NN/Map.td"
include "dialects/NN/Reduce.td"
include "dialects/NN/Shape.td"
include "dialects/NN/Softmax.td"
include "dialects/NN/Model.td"

#endif
