// The functions that instructions call, in a table a subject.

#ifndef INGOT_RUNTIME_PYTHON_FUNCTIONS_H
#define INGOT_RUNTIME_PYTHON_FUNCTIONS_H

#include "runtime/Python/Value.h"

#include <span>

namespace ingot::runtime {

using Arguments = std::span<const Value>;

/// A function with the number of arguments that it takes. Functions of libraries take all their
/// parameters, by position, in the order of compiler/Import/NumPy/RunTimeFunctions.cpp.
struct Function {
  const char *name;
  size_t least, most;
  Value (*call)(Arguments);
};

/// Making, reshaping, ordering and searching arrays.
std::span<const Function> arrayFunctions();
/// Random numbers: numpy.random and random.
std::span<const Function> randomFunctions();
/// TensorFlow's functions of arrays, and Keras's losses of them.
std::span<const Function> tensorFunctions();
/// os and os.path.
std::span<const Function> pathFunctions();
/// Of these, what makes folders or tells whether something is there; they return None or a bool.
std::span<const Function> fileFunctions();
/// Sums, means and the like over an axis or all elements.
std::span<const Function> reductionFunctions();
/// What is done to each element.
std::span<const Function> elementwiseFunctions();
/// sklearn.metrics.
std::span<const Function> metricFunctions();
/// A method or attribute, on whatever type the first argument is of.
Value callMethod(const std::string &name, Arguments arguments);
/// The function of that name among those given, or null.
const Function *findFunction(std::span<const Function> functions, const std::string &name);
/// Calls it after the number of arguments has been checked.
Value callFunction(const Function &function, Arguments arguments);

} // namespace ingot::runtime

#endif
