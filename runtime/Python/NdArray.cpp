// Making arrays, and their types and shapes.

#include "runtime/Python/NdArray.h"

#include "runtime/Python/Text.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <new>

namespace ingot::runtime {

struct DtypeRow {
  const char *name, *scalar;
  size_t bytes;
};

static constexpr DtypeRow dtypes[] = {
    {"bool", "numpy.bool", 1},   {"uint8", "numpy.uint8", 1},     {"int32", "numpy.int32", 4},
    {"int64", "numpy.int64", 8}, {"float32", "numpy.float32", 4}, {"float64", "numpy.float64", 8}};

static const DtypeRow &rowOf(Dtype dtype) { return dtypes[static_cast<size_t>(dtype)]; }

bool isFloating(Dtype dtype) { return dtype >= Dtype::Float32; }
const char *dtypeName(Dtype dtype) { return rowOf(dtype).name; }
const char *scalarTypeName(Dtype dtype) { return rowOf(dtype).scalar; }

Dtype dtypeFrom(const Value &value) {
  const std::string name = value.string() ? *value.string() : "";
  for (size_t i = 0; i < std::size(dtypes); ++i)
    if (name == dtypes[i].name)
      return static_cast<Dtype>(i);
  if (name == "int")
    return Dtype::Int64;
  if (name == "float")
    return Dtype::Float64;
  throw PythonError{
      fmt::format("TypeError: data type {} is not supported; there are bool, uint8, int32, int64, "
                  "float32, float64",
                  repr(value))};
}

Dtype promote(Dtype a, Dtype b) {
  if (a > b)
    std::swap(a, b);
  // float32 holds all values of bool and uint8 alone.
  if (b == Dtype::Float32 && (a == Dtype::Int32 || a == Dtype::Int64))
    return Dtype::Float64;
  return b;
}

int64_t NdArray::size() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

Value NdArray::item(int64_t index) const {
  return withType(dtype, [&]<typename T>() -> Value {
    T element = as<T>()[index];
    if constexpr (std::is_same_v<T, bool>)
      return element;
    else if constexpr (std::is_floating_point_v<T>)
      return static_cast<double>(element);
    else
      return static_cast<int64_t>(element);
  });
}

NdArray newArray(Dtype dtype, std::vector<int64_t> shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    if (extent < 0 || __builtin_mul_overflow(count, extent, &count) || count > (int64_t(1) << 40))
      throw PythonError{
          fmt::format("MemoryError: an array of shape {} is too large", shapeText(shape))};
  size_t bytes = std::max<size_t>(static_cast<size_t>(count) * rowOf(dtype).bytes, 1);
  auto *memory = static_cast<std::byte *>(std::calloc(bytes, 1));
  if (!memory)
    throw PythonError{
        fmt::format("MemoryError: an array of shape {} does not fit in memory", shapeText(shape))};
  return {dtype, std::move(shape),
          std::shared_ptr<const std::byte>(
              memory, [](const std::byte *data) { std::free(const_cast<std::byte *>(data)); })};
}

Value arrayValue(NdArray array) { return std::make_shared<const NdArray>(std::move(array)); }

NdArray converted(const NdArray &array, Dtype dtype) {
  if (array.dtype == dtype)
    return array;
  NdArray result = newArray(dtype, array.shape);
  int64_t count = array.size();
  withType(array.dtype, [&]<typename From>() {
    withType(dtype, [&]<typename To>() {
      const From *from = array.as<From>();
      To *to = result.fill<To>();
      for (int64_t i = 0; i < count; ++i)
        if constexpr (std::is_same_v<To, bool>)
          to[i] = from[i] != 0;
        else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>)
          // Out of range it is any number in C; NumPy goes by way of the widest.
          to[i] = std::abs(static_cast<double>(from[i])) < 9.2e18
                      ? static_cast<To>(static_cast<int64_t>(from[i]))
                      : static_cast<To>(INT64_MIN);
        else
          to[i] = static_cast<To>(from[i]);
    });
  });
  return result;
}

NdArray reshaped(const NdArray &array, std::vector<int64_t> shape) {
  NdArray result = array;
  result.shape = std::move(shape);
  if (result.size() != array.size())
    throw PythonError{fmt::format("ValueError: cannot reshape array of size {} into shape {}",
                                  array.size(), shapeText(result.shape))};
  return result;
}

static NdArray fromSequence(const std::vector<Value> &items) {
  std::vector<NdArray> rows;
  Dtype dtype = items.empty() ? Dtype::Float64 : Dtype::Bool;
  for (const Value &item : items) {
    rows.push_back(asArray(item));
    dtype = promote(dtype, rows.back().dtype);
    if (rows.back().shape != rows.front().shape)
      throw PythonError{"ValueError: setting an array element with a sequence. The requested array "
                        "has an inhomogeneous shape"};
  }
  std::vector<int64_t> shape{static_cast<int64_t>(rows.size())};
  if (!rows.empty())
    shape.insert(shape.end(), rows.front().shape.begin(), rows.front().shape.end());
  NdArray result = newArray(dtype, std::move(shape));
  size_t rowBytes = rows.empty() ? 0 : static_cast<size_t>(rows[0].size()) * rowOf(dtype).bytes;
  for (size_t i = 0; i < rows.size(); ++i)
    std::memcpy(result.fill<std::byte>() + i * rowBytes, converted(rows[i], dtype).data.get(),
                rowBytes);
  return result;
}

NdArray asArray(const Value &value) {
  if (value.array())
    return *value.array();
  if (auto *flag = std::get_if<bool>(&value))
    return *scalarValue(Dtype::Bool, *flag).array();
  if (value.isInteger())
    return *scalarValue(Dtype::Int64, value.integer()).array();
  if (value.isFloat())
    return *scalarValue(Dtype::Float64, value.number()).array();
  if (const PythonSequence *sequence = value.sequence();
      sequence && sequence->kind <= PythonSequence::Range)
    return fromSequence(sequence->items);
  throw PythonError{fmt::format("TypeError: a '{}' in an array is not supported", typeName(value))};
}

NdArray takeRows(const NdArray &array, const std::vector<int64_t> &rows) {
  std::vector<int64_t> shape = array.shape;
  shape[0] = static_cast<int64_t>(rows.size());
  NdArray result = newArray(array.dtype, shape);
  int64_t count = array.shape[0];
  size_t rowBytes =
      count ? static_cast<size_t>(array.size() / count) * rowOf(array.dtype).bytes : 0;
  for (size_t i = 0; i < rows.size(); ++i)
    std::memcpy(result.fill<std::byte>() + i * rowBytes,
                array.data.get() + static_cast<size_t>(rows[i]) * rowBytes, rowBytes);
  return result;
}

std::vector<Value> rowsOf(const NdArray &array) {
  if (array.shape.empty())
    throw PythonError{"TypeError: iteration over a 0-d array"};
  std::vector<Value> rows;
  std::vector<int64_t> shape(array.shape.begin() + 1, array.shape.end());
  size_t rowBytes = rowOf(array.dtype).bytes;
  for (int64_t extent : shape)
    rowBytes *= static_cast<size_t>(extent);
  for (int64_t i = 0; i < array.shape[0]; ++i)
    rows.push_back(
        arrayValue({array.dtype, shape,
                    std::shared_ptr<const std::byte>(
                        array.data, array.data.get() + static_cast<size_t>(i) * rowBytes)}));
  return rows;
}

size_t axisOf(const Value &given, size_t rank) {
  const Value axis = plain(given);
  if (!axis.isInteger())
    throw PythonError{fmt::format("TypeError: an axis must be an int, not '{}'", typeName(axis))};
  int64_t at = axis.integer(), size = static_cast<int64_t>(rank);
  if (at < -size || at >= size)
    throw PythonError{
        fmt::format("AxisError: axis {} is out of bounds for array of dimension {}", at, size)};
  return static_cast<size_t>(at < 0 ? at + size : at);
}

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    text += fmt::format("{}{}", i ? ", " : "", shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

} // namespace ingot::runtime
