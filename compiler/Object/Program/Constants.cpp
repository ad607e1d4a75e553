// Texts, tables and references to kernels as LLVM constants.

#include "compiler/Object/Program/Constants.h"

#include "runtime/ABI/Program.h"

using namespace llvm;

namespace ingot::object {

Constant *Constants::shape(ArrayRef<int64_t> sizes) const {
  SmallVector<Constant *> elements;
  for (int64_t size : sizes)
    elements.push_back(i64(size));
  elements.resize(INGOT_MAX_RANK, i64(0));
  return ConstantArray::get(types.shape, elements);
}

Constant *Constants::text(StringRef text) {
  Constant *&known = texts[text];
  if (!known) {
    Constant *bytes = ConstantDataArray::getString(module.getContext(), text, /*AddNull=*/true);
    auto *global = new GlobalVariable(module, bytes->getType(), /*isConstant=*/true,
                                      GlobalValue::PrivateLinkage, bytes, "ingot.text");
    global->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    global->setAlignment(Align(1));
    known = global;
  }
  return known;
}

Constant *Constants::table(Type *element, ArrayRef<Constant *> rows, StringRef name) {
  if (rows.empty())
    return null();
  ArrayType *type = ArrayType::get(element, rows.size());
  return new GlobalVariable(module, type, /*isConstant=*/true, GlobalValue::PrivateLinkage,
                            ConstantArray::get(type, rows), "ingot." + name);
}

Constant *Constants::indices(ArrayRef<int64_t> values, StringRef name) {
  SmallVector<Constant *> elements;
  for (int64_t value : values)
    elements.push_back(u32(value));
  return table(types.i32, elements, name);
}

Constant *Constants::reader(mlir::StringAttr name) {
  if (!name)
    return null();
  auto *type = FunctionType::get(Type::getVoidTy(module.getContext()), {types.pointer},
                                 /*isVarArg=*/false);
  return cast<Constant>(
      module.getOrInsertFunction(("ingot_read_" + name.getValue()).str(), type).getCallee());
}

Constant *Constants::kerasFiles() {
  return module.getOrInsertGlobal("ingot_keras_files", types.pointer);
}

Constant *Constants::kernel(StringRef name) {
  if (name.empty())
    return null();
  auto *type = FunctionType::get(Type::getVoidTy(module.getContext()),
                                 {types.pointer, types.i64, types.i64}, /*isVarArg=*/false);
  return cast<Constant>(module.getOrInsertFunction(name, type).getCallee());
}

} // namespace ingot::object
