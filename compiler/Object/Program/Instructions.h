// Lists of IngotInstruction: the script's, and those of functions.

#ifndef INGOT_COMPILER_OBJECT_PROGRAM_INSTRUCTIONS_H
#define INGOT_COMPILER_OBJECT_PROGRAM_INSTRUCTIONS_H

#include "compiler/Object/Program/Tables.h"

#include "runtime/ABI/Program.h"

#include <map>

namespace ingot::object {

/// Operation i of a block defines value i; a block's arguments come first.
class InstructionList {
public:
  InstructionList(mlir::Block &block, const Symbols &symbols, Constants &constants,
                  std::string name);

  /// An action that is no fit, evaluation or prediction. Fails on an opcode that the ABI does not
  /// know, on a jump to nowhere and on an array that is not there.
  mlir::LogicalResult add(train::ActionOp action);
  /// An instruction with the operation's operands and result.
  void add(mlir::Operation *op, IngotOpcode opcode, int64_t integer, double number = 0,
           std::optional<llvm::StringRef> text = std::nullopt);

  /// Which instruction's value this is.
  int64_t index(mlir::Value value) const { return values.lookup(value); }
  Table finish();

private:
  const Symbols &symbols;
  Constants &c;
  std::string name;
  llvm::DenseMap<mlir::Value, int64_t> values;
  std::map<int64_t, int64_t> labels; // the place of each
  mlir::SmallVector<llvm::Constant *> rows;
};

} // namespace ingot::object

#endif
