// What all ops of the network share: the dialect, and the interfaces that they implement.

#ifndef INGOT_DIALECTS_NN_BASE
#define INGOT_DIALECTS_NN_BASE

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

#endif
