// NumPy's arrays, as far as scripts look at predictions, labels and histories with them.

#ifndef INGOT_RUNTIME_PYTHON_NDARRAY_H
#define INGOT_RUNTIME_PYTHON_NDARRAY_H

#include "runtime/Python/Value.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ingot::runtime {

/// In the order in which NumPy promotes integers.
enum class Dtype : uint8_t { Bool, UInt8, Int32, Int64, Float32, Float64 };

/// Row-major and contiguous; never changed once it is a Value. Without dimensions: a NumPy scalar.
struct NdArray {
  Dtype dtype = Dtype::Float64;
  std::vector<int64_t> shape;
  std::shared_ptr<const std::byte> data;

  int64_t size() const;
  template <typename T> const T *as() const { return reinterpret_cast<const T *>(data.get()); }
  /// For an array that was just made and that nobody else has.
  template <typename T> T *fill() const {
    return reinterpret_cast<T *>(const_cast<std::byte *>(data.get()));
  }
  /// Element `index` of the flat array as Python's bool, int or float.
  Value item(int64_t index) const;
};

/// An array whose elements are yet to be filled in. Throws PythonError where memory does not
/// suffice.
NdArray newArray(Dtype dtype, std::vector<int64_t> shape);
Value arrayValue(NdArray array);
template <typename T> Value scalarValue(Dtype dtype, T value) {
  NdArray array = newArray(dtype, {});
  *array.fill<T>() = value;
  return arrayValue(std::move(array));
}

/// Calls f.operator()<T>() for the C++ type of the elements.
template <typename F> decltype(auto) withType(Dtype dtype, F &&f) {
  switch (dtype) {
  case Dtype::Bool:
    return f.template operator()<bool>();
  case Dtype::UInt8:
    return f.template operator()<uint8_t>();
  case Dtype::Int32:
    return f.template operator()<int32_t>();
  case Dtype::Int64:
    return f.template operator()<int64_t>();
  case Dtype::Float32:
    return f.template operator()<float>();
  default:
    return f.template operator()<double>();
  }
}

bool isFloating(Dtype dtype);
/// "float32".
const char *dtypeName(Dtype dtype);
/// "numpy.float32".
const char *scalarTypeName(Dtype dtype);
/// "float32", "float" or "int" as NumPy takes them; throws PythonError for what is not known.
Dtype dtypeFrom(const Value &value);
/// The type of a result of both (numpy.promote_types).
Dtype promote(Dtype a, Dtype b);

/// np.asarray(value): of numbers, sequences of them, and arrays.
NdArray asArray(const Value &value);
/// array.astype(dtype).
NdArray converted(const NdArray &array, Dtype dtype);
/// The same elements in another shape of as many.
NdArray reshaped(const NdArray &array, std::vector<int64_t> shape);
/// The axis counted from 0; throws NumPy's AxisError.
size_t axisOf(const Value &axis, size_t rank);
/// A shape as NumPy takes one: an int, or a tuple of them.
std::vector<int64_t> shapeFrom(const Value &value);
/// The same, of an array that is to be made.
std::vector<int64_t> newShapeFrom(const Value &value);
/// "(3, 4)".
std::string shapeText(const std::vector<int64_t> &shape);

/// Operators with an array on one side at least, with broadcasting and the promotion of NEP 50: a
/// Python number takes the array's type unless it is of a higher kind.
Value binaryArrays(const std::string &operation, const Value &a, const Value &b);
/// The type in which both are combined.
Dtype resultType(const Value &a, const Value &b);
std::vector<int64_t> broadcastShape(const std::vector<int64_t> &a, const std::vector<int64_t> &b);
NdArray broadcastTo(const NdArray &array, const std::vector<int64_t> &shape);
Value unaryArray(const std::string &operation, const NdArray &array);

/// array[index]: ints, slices, None, Ellipsis, masks and arrays of indices, alone or in a tuple.
Value arraySubscript(const NdArray &array, const Value &index);
/// The items of the first dimension.
std::vector<Value> rowsOf(const NdArray &array);
/// Rows of the first dimension, by position.
NdArray takeRows(const NdArray &array, const std::vector<int64_t> &rows);

/// str(array) and repr(array), as NumPy 2 writes them.
std::string arrayText(const NdArray &array);
std::string arrayRepr(const NdArray &array);
/// numpy.set_printoptions; None leaves an option as it is.
void setPrintOptions(const Value &precision, const Value &threshold, const Value &edgeItems,
                     const Value &lineWidth, const Value &suppress);

} // namespace ingot::runtime

#endif
