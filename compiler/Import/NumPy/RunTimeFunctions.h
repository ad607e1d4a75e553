// Functions and methods that the executable computes: NumPy's, scikit-learn's metrics, random
// choice, the time.

#ifndef INGOT_COMPILER_IMPORT_NUMPY_RUNTIMEFUNCTIONS_H
#define INGOT_COMPILER_IMPORT_NUMPY_RUNTIMEFUNCTIONS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// One of them. The runtime has it by its full name and takes all parameters by position
/// (runtime/Python/Functions.h).
struct RunTimeFunction {
  std::string_view module; // "numpy"; empty: a method alone
  std::string_view name;
  std::string_view parameters;       // "a axis=None keepdims=False"; '*' before one: it takes all
                                     // positional ones that are left
  RunTimeObject::Type type;          // of the result
  bool isMethod = false;             // also a method of arrays, whose first parameter is the array
  std::string_view runtimeName = {}; // where it is another name's function
  bool isEffect = false; // it does something, so that it is called though nothing uses its result

  /// "max" of amax.
  std::string_view sameAs() const { return runtimeName.empty() ? name : runtimeName; }
};

const RunTimeFunction *findRunTimeFunction(std::string_view module, std::string_view name);
std::vector<std::string> runTimeFunctionNames(std::string_view module);
/// Whether the runtime's function of this full name does something beyond giving a value.
bool isRunTimeEffect(std::string_view fullName);

/// Whether some argument is known only to the run.
bool needsRun(const Call &call);
/// Calls it on the arguments, and on `self` where it is a method.
Value callRunTimeFunction(Evaluator &evaluator, const RunTimeFunction &function, const Value *self,
                          Call &call);
/// The same of the function that the call is of: a builtin's handler leaves to the run what it does
/// not know.
Value callAsRunTimeFunction(Evaluator &evaluator, Call &call);
/// shape, T, argmax, upper, ...: an attribute of a value of the run, or nothing if values have none
/// of that name.
std::optional<Value> runTimeAttribute(Evaluator &evaluator, const Value &object,
                                      const std::string &name, SourceRange range);

} // namespace ingot::import

#endif
