// What lies beyond an image's border.

#ifndef INGOT_DIALECTS_NN_FILL
#define INGOT_DIALECTS_NN_FILL

include "mlir/IR/EnumAttr.td"

def NN_FillNearest : I32EnumAttrCase<"Nearest", 0, "nearest">;
def NN_FillReflect : I32EnumAttrCase<"Reflect", 1, "reflect">;
def NN_FillWrap : I32EnumAttrCase<"Wrap", 2, "wrap">;
def NN_FillConstant : I32EnumAttrCase<"Constant", 3, "constant">;
def NN_FillTile : I32EnumAttrCase<"Tile", 4, "tile">;
def NN_FillBlend : I32EnumAttrCase<"Blend", 5, "blend">;
def NN_Fill : I32EnumAttr<"Fill", "what lies beyond an image's border",
    [NN_FillNearest, NN_FillReflect, NN_FillWrap, NN_FillConstant, NN_FillTile, NN_FillBlend]> {
  let cppNamespace = "::ingot::nn";
}

#endif
