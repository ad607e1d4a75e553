// The table of --explain.

#ifndef INGOT_TOOLS_INGOTC_EXPLAIN_H
#define INGOT_TOOLS_INGOTC_EXPLAIN_H

#include "mlir/IR/BuiltinOps.h"
#include <map>
#include <string>
#include <vector>

namespace ingot {

/// Why each launch has its schedule: known after `plan`, in the order of the launches, by entry.
using Reasons = std::map<std::string, std::vector<std::string>>;
Reasons reasonsOf(mlir::ModuleOp module);

/// Prints a row a launch of a module that has gone through codegen, then the memory plan.
void explain(mlir::ModuleOp module, const Reasons &reasons, llvm::raw_ostream &os);

} // namespace ingot

#endif
