// Penalties on weights (keras/src/regularizers/regularizers.py).

#ifndef INGOT_DIALECTS_TRAIN_REGULARIZERS
#define INGOT_DIALECTS_TRAIN_REGULARIZERS

def Train_L1L2 : AttrDef<Train_Dialect, "L1L2", [DeclareAttrInterfaceMethods<Train_RegularizerAttrInterface>]> {
  let mnemonic = "l1_l2";
  let summary = "l1 * |w| + l2 * w^2";
  let parameters = (ins "::mlir::FloatAttr":$l1, "::mlir::FloatAttr":$l2);
  let assemblyFormat = "`<` struct(params) `>`";
}

#endif
