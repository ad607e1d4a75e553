// The structs of runtime/ABI/Program.h as LLVM types.

#ifndef INGOT_COMPILER_OBJECT_PROGRAM_ABITYPES_H
#define INGOT_COMPILER_OBJECT_PROGRAM_ABITYPES_H

#include "llvm/IR/DerivedTypes.h"
#include <string>

namespace llvm {
class DataLayout;
}

namespace ingot::object {

/// One type a struct, each with the header's fields in the header's order.
struct AbiTypes {
  explicit AbiTypes(llvm::LLVMContext &context);

  llvm::PointerType *pointer;
  llvm::Type *i32, *i64, *f64;
  llvm::ArrayType *shape; // int64_t[INGOT_MAX_RANK]
  llvm::StructType *buffer, *launch, *metric, *entry, *parameter, *array, *layer, *instruction,
      *function, *callback, *fit, *evaluation, *program, *kerasModel;

  /// The first field whose place differs from what the C++ compiler gave it, in words; empty if all
  /// agree.
  std::string findMismatch(const llvm::DataLayout &layout) const;
};

} // namespace ingot::object

#endif
