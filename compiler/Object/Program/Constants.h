// Constant data of the program's object: texts and tables.

#ifndef INGOT_COMPILER_OBJECT_PROGRAM_CONSTANTS_H
#define INGOT_COMPILER_OBJECT_PROGRAM_CONSTANTS_H

#include "compiler/Object/Program/AbiTypes.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

namespace ingot::object {

/// Makes constants in a module; equal texts are one. What it makes depends on the order of calls
/// alone.
class Constants {
public:
  explicit Constants(llvm::Module &module) : module(module), types(module.getContext()) {}

  llvm::Constant *u32(uint64_t value) const { return llvm::ConstantInt::get(types.i32, value); }
  llvm::Constant *i32(int64_t value) const {
    return llvm::ConstantInt::getSigned(types.i32, value);
  }
  llvm::Constant *u64(uint64_t value) const { return llvm::ConstantInt::get(types.i64, value); }
  llvm::Constant *i64(int64_t value) const {
    return llvm::ConstantInt::getSigned(types.i64, value);
  }
  llvm::Constant *f64(double value) const { return llvm::ConstantFP::get(types.f64, value); }
  llvm::Constant *null() const { return llvm::ConstantPointerNull::get(types.pointer); }

  /// int64_t[INGOT_MAX_RANK], zero beyond the given sizes.
  llvm::Constant *shape(llvm::ArrayRef<int64_t> sizes) const;
  /// Address of a text that ends with a zero byte.
  llvm::Constant *text(llvm::StringRef text);
  /// Address of a table; null if it is empty.
  llvm::Constant *table(llvm::Type *element, llvm::ArrayRef<llvm::Constant *> rows,
                        llvm::StringRef name);
  /// Address of a table of uint32_t.
  llvm::Constant *indices(llvm::ArrayRef<int64_t> values, llvm::StringRef name);
  /// Address of one of the runtime's readers, by the name that follows "ingot_read_"; null if there
  /// is none.
  llvm::Constant *reader(mlir::StringAttr name);
  /// Address of the runtime's ingot_keras_files.
  llvm::Constant *kerasFiles();
  /// Address of a kernel of another object; null for an empty name.
  llvm::Constant *kernel(llvm::StringRef name);

  llvm::Module &module;
  const AbiTypes types;

private:
  llvm::StringMap<llvm::Constant *> texts;
};

} // namespace ingot::object

#endif
