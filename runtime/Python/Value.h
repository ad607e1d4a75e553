// Values of a script at run time: those of Python that a training script computes with after
// training.

#ifndef INGOT_RUNTIME_PYTHON_VALUE_H
#define INGOT_RUNTIME_PYTHON_VALUE_H

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ingot::runtime {

struct Value;
struct NdArray;
struct PythonNone {};

/// A slice, as it stands in x[:, 1], is a sequence of three: start, stop, step.
struct PythonSequence {
  enum Kind { Tuple, List, Range, Set, Slice, Ellipsis } kind;
  std::vector<Value> items;
  int64_t start = 0, step = 1; // of a range, for its text
  int64_t stop = 0;
};

/// In the order of insertion.
struct PythonDict {
  std::vector<std::pair<Value, Value>> items;
};

/// What fit returns: its dict `history`, its list `epoch` and its dict `params`.
struct PythonHistory {
  std::shared_ptr<const PythonDict> dict;
  std::shared_ptr<const PythonSequence> epochs;
  std::shared_ptr<const PythonDict> params;
};

/// Immutable here: a script's instructions have no assignment to items. Integers have 64 bits;
/// what would be longer is an error. A NumPy scalar is an array without dimensions.
struct Value
    : std::variant<PythonNone, bool, int64_t, double, std::string,
                   std::shared_ptr<const PythonSequence>, std::shared_ptr<const PythonDict>,
                   PythonHistory, std::shared_ptr<const NdArray>> {
  using variant::variant;

  const PythonSequence *sequence() const {
    auto *pointer = std::get_if<std::shared_ptr<const PythonSequence>>(this);
    return pointer ? pointer->get() : nullptr;
  }
  const PythonDict *dict() const {
    auto *pointer = std::get_if<std::shared_ptr<const PythonDict>>(this);
    return pointer ? pointer->get() : nullptr;
  }
  const NdArray *array() const {
    auto *pointer = std::get_if<std::shared_ptr<const NdArray>>(this);
    return pointer ? pointer->get() : nullptr;
  }
  const std::string *string() const { return std::get_if<std::string>(this); }
  bool isNone() const { return std::holds_alternative<PythonNone>(*this); }
  bool isFloat() const { return std::holds_alternative<double>(*this); }
  /// int or bool, which is an int.
  bool isInteger() const {
    return std::holds_alternative<int64_t>(*this) || std::holds_alternative<bool>(*this);
  }
  bool isNumber() const { return isFloat() || isInteger(); }
  /// Throws PythonError where it is none.
  int64_t integer() const;
  double number() const {
    return isFloat() ? std::get<double>(*this) : static_cast<double>(integer());
  }
};

Value makeSequence(PythonSequence::Kind kind, std::vector<Value> items);

/// A Python exception: "ZeroDivisionError: division by zero".
struct PythonError {
  std::string message;
};

/// "int", "list", as error messages name types.
const char *typeName(const Value &value);

/// A NumPy scalar as the bool, int or float that it holds; anything else as it is.
Value plain(const Value &value);

/// The items that a loop over the value gives.
std::vector<Value> itemsOf(const Value &value);

/// What `if value:` asks.
bool truth(const Value &value);

/// `a + b`, `a not in b`; `operation` is Python's. Throws PythonError, as all below.
Value binary(const std::string &operation, const Value &a, const Value &b);
/// "-", "+", "~", "not".
Value unary(const std::string &operation, const Value &value);
Value subscript(const Value &container, const Value &index);
Value slice(const Value &container, const Value &start, const Value &stop, const Value &step);
/// One of Python's builtin functions, a function of a library by its full name ("numpy.mean"), or a
/// method (".argmax") of the first argument.
Value callBuiltin(const std::string &name, std::span<const Value> arguments);
/// The positions that start:stop:step means in a container of that size.
std::vector<size_t> slicePositions(const Value &start, const Value &stop, const Value &step,
                                   int64_t size);
/// -1, 0, 1, or 2 where a NaN is in it. Throws PythonError for types that have no order.
int compare(const std::string &operation, const Value &a, const Value &b);
bool equal(const Value &a, const Value &b);

} // namespace ingot::runtime

#endif
