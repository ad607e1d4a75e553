// What the tables of a program refer to by number.

#ifndef INGOT_COMPILER_OBJECT_PROGRAM_SYMBOLS_H
#define INGOT_COMPILER_OBJECT_PROGRAM_SYMBOLS_H

#include "dialects/Kernel/Kernel.h"
#include "dialects/Train/Train.h"

namespace ingot::object {

/// The numbers of a program's arrays, parameters, entries and callbacks, in the order of their ops;
/// slots follow the other parameters.
class Symbols {
public:
  explicit Symbols(train::ProgramOp program);

  /// Index into IngotProgram.arrays, .parameters, .entries or .callbacks. Fails with an error at
  /// `user` if there is no such symbol.
  mlir::FailureOr<int32_t> array(mlir::Operation *user, mlir::FlatSymbolRefAttr name) const;
  mlir::FailureOr<int32_t> parameter(mlir::Operation *user, mlir::FlatSymbolRefAttr name) const;
  mlir::FailureOr<int32_t> entry(mlir::Operation *user, mlir::FlatSymbolRefAttr name) const;
  mlir::FailureOr<int32_t> callback(mlir::Operation *user, mlir::FlatSymbolRefAttr name) const;

private:
  llvm::DenseMap<mlir::StringAttr, int32_t> arrays, parameters, entries, callbacks;
};

} // namespace ingot::object

#endif
