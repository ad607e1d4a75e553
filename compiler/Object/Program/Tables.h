// The tables of IngotProgram, one function each. All are in the order of their ops.

#ifndef INGOT_COMPILER_OBJECT_PROGRAM_TABLES_H
#define INGOT_COMPILER_OBJECT_PROGRAM_TABLES_H

#include "compiler/Object/Program/Constants.h"
#include "compiler/Object/Program/Symbols.h"

namespace ingot::object {

/// A table's address and how many rows it has.
struct Table {
  llvm::Constant *rows;
  uint32_t count;
};

/// Weights in Keras's order, then slots. Fails on a parameter without offset, of a rank beyond
/// INGOT_MAX_RANK, with a layout other than blocked, or with an unknown distribution.
mlir::FailureOr<Table> buildParameters(train::ProgramOp program, Constants &constants);

Table buildLayers(train::ProgramOp program, Constants &constants);

/// Keras's files, where the program's attribute `keras_config` holds the model's configuration;
/// else null.
llvm::Constant *buildKerasModel(train::ProgramOp program, Constants &constants);

/// Fails on samples of an element type that the ABI does not know.
mlir::FailureOr<Table> buildArrays(train::ProgramOp program, Constants &constants);

/// The step functions and their launch tables. Fails if one still holds launches without kernels.
mlir::FailureOr<Table> buildEntries(train::ProgramOp program, const Symbols &symbols,
                                    Constants &constants);

/// The script's instructions, and what its fits and evaluations refer to.
struct ScriptTables {
  Table script, fits, evaluations;
};

/// The script's callbacks and their functions. Fails on a kind that the ABI does not know.
mlir::FailureOr<Table> buildCallbacks(train::ProgramOp program, const Symbols &symbols,
                                      Constants &constants);

/// Fails on an opcode that the ABI does not know, or a fit or evaluation without its steps.
mlir::FailureOr<ScriptTables> buildScript(train::ProgramOp program, const Symbols &symbols,
                                          Constants &constants);

} // namespace ingot::object

#endif
