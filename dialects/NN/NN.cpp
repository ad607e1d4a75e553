// The nn dialect's registration and what its ops share.

#include "dialects/NN/Activations.h"
#include "dialects/NN/DepthwiseConv2D.h"
#include "dialects/NN/Modes.h"
#include "dialects/NN/Moves.h"
#include "dialects/NN/Pool2D.h"
#include "dialects/NN/Resample.h"

#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/FunctionImplementation.h"

using namespace mlir;
using namespace ingot::nn;

#include "dialects/NN/NNDialect.cpp.inc"
#include "dialects/NN/NNEnums.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/NN/NNOps.cpp.inc"

void NNDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/ActivationsOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/DepthwiseConv2DOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/ModesOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/MovesOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/Pool2DOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/ResampleOps.cpp.inc"
      >();
}

bool ingot::nn::isBatched(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() > 0 && tensor.isDynamicDim(0);
}

int64_t ingot::nn::elementsPerRow(RankedTensorType type) {
  int64_t count = 1;
  for (int64_t size : type.getShape().drop_front(isBatched(type) ? 1 : 0))
    count *= size;
  return count;
}

SmallVector<int64_t> ingot::nn::allDims(int64_t rank) {
  return llvm::to_vector(llvm::seq<int64_t>(rank));
}

//===- Model ----------------------------------------------------------------------------------===//

void ModelOp::print(OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(printer, *this, /*isVariadic=*/false,
                                           getFunctionTypeAttrName(), getArgAttrsAttrName(),
                                           getResAttrsAttrName());
}

ParseResult ModelOp::parse(OpAsmParser &parser, OperationState &result) {
  auto build = [](Builder &builder, ArrayRef<Type> inputs, ArrayRef<Type> results,
                  function_interface_impl::VariadicFlag,
                  std::string &) { return builder.getFunctionType(inputs, results); };
  return function_interface_impl::parseFunctionOp(
      parser, result, /*allowVariadic=*/false, getFunctionTypeAttrName(result.name), build,
      getArgAttrsAttrName(result.name), getResAttrsAttrName(result.name));
}
