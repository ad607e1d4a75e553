// From what a script says to IR: the only part of the front end that knows MLIR.

#ifndef INGOT_COMPILER_IMPORT_EMITIR_EMITIR_H
#define INGOT_COMPILER_IMPORT_EMITIR_EMITIR_H

#include "compiler/Import/Model.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace ingot::import {

/// A module with one train.program: arrays, parameters, layers, model, compilation and script, with
/// the places of the script as locations; ops of the model have a layer's name around theirs. Loads
/// the dialects that it needs. Null, after a diagnostic at its place, where the program has
/// something that no op expresses.
mlir::OwningOpRef<mlir::ModuleOp> emitIR(mlir::MLIRContext &context, const Program &program);

} // namespace ingot::import

#endif
