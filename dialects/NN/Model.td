// The forward pass of a model, as a function of its inputs and weights.

#ifndef INGOT_DIALECTS_NN_MODEL
#define INGOT_DIALECTS_NN_MODEL

def NN_ModelOp : NN_Op<"model", [FunctionOpInterface, IsolatedFromAbove, Symbol]> {
  let summary = "the forward pass: a pure function of inputs and weights";
  let description = [{
    Arguments are the inputs, then the weights, each weight with an attribute `nn.parameter` that names its
    train.parameter. Results are the outputs, then the successors of weights that training changes without a
    gradient (moving averages), each with the same attribute; only a training step keeps these.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type,
                       OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
  }];
}

def NN_OutputOp : NN_Op<"output", [Pure, Terminator, ReturnLike, HasParent<"ModelOp">]> {
  let summary = "the model's outputs";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

#endif
