// Subscripts of arrays.

#include "runtime/Python/NdArray.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <numeric>

namespace ingot::runtime {

namespace {

/// What an index takes of one dimension.
struct Part {
  std::vector<int64_t> positions;
  bool keeps = true;     // the dimension stays
  bool advanced = false; // positions come from an array
  bool isNew = false;    // np.newaxis: a dimension of 1 that the array does not have
};

[[noreturn]] void outOfBounds(int64_t index, size_t axis, int64_t size) {
  throw PythonError{fmt::format("IndexError: index {} is out of bounds for axis {} with size {}",
                                index, axis, size)};
}

int64_t positionOf(int64_t index, size_t axis, int64_t size) {
  if (index < -size || index >= size)
    outOfBounds(index, axis, size);
  return index < 0 ? index + size : index;
}

bool isArrayIndex(const Value &value) {
  if (value.array())
    return !value.array()->shape.empty();
  return value.sequence() && (value.sequence()->kind == PythonSequence::List ||
                              value.sequence()->kind == PythonSequence::Range);
}

class Indexing {
public:
  Indexing(const NdArray &array, const Value &index) : itsArray(array) {
    if (index.sequence() && index.sequence()->kind == PythonSequence::Tuple)
      itsIndices = index.sequence()->items;
    else
      itsIndices = {index};
  }

  Value take() {
    if (itsIndices.size() == 1 && isArrayIndex(itsIndices[0]))
      if (NdArray index = asArray(itsIndices[0]); index.shape.size() > 1)
        return arrayValue(takeMany(index));
    expandEllipsis();
    size_t axis = 0;
    for (const Value &index : itsIndices) {
      itsParts.push_back(part(index, axis));
      axis += !itsParts.back().isNew;
    }
    size_t advanced = static_cast<size_t>(
        std::count_if(itsParts.begin(), itsParts.end(), [](const Part &p) { return p.advanced; }));
    return arrayValue(advanced > 1 ? takePoints() : takeBlock());
  }

private:
  /// Every dimension gets an index: those of "..." and those left out are taken whole.
  void expandEllipsis() {
    auto isEllipsis = [](const Value &value) {
      return value.sequence() && value.sequence()->kind == PythonSequence::Ellipsis;
    };
    size_t used = 0;
    for (const Value &index : itsIndices)
      used += !isEllipsis(index) && !index.isNone();
    if (used > itsArray.shape.size())
      throw PythonError{fmt::format("IndexError: too many indices for array: array is "
                                    "{}-dimensional, but {} were indexed",
                                    itsArray.shape.size(), used)};
    auto found = std::find_if(itsIndices.begin(), itsIndices.end(), isEllipsis);
    Value whole = makeSequence(PythonSequence::Slice, {PythonNone{}, PythonNone{}, PythonNone{}});
    size_t missing = itsArray.shape.size() - used;
    if (found == itsIndices.end())
      itsIndices.insert(itsIndices.end(), missing, whole);
    else {
      found = itsIndices.erase(found);
      itsIndices.insert(found, missing, whole);
    }
  }

  Part part(const Value &given, size_t axis) {
    Part result;
    if (given.isNone()) {
      result.isNew = true;
      return result;
    }
    int64_t size = itsArray.shape[axis];
    const Value index = plain(given);
    if (index.isInteger() && !std::holds_alternative<bool>(index)) {
      result.positions = {positionOf(index.integer(), axis, size)};
      result.keeps = false;
      return result;
    }
    if (const PythonSequence *slice = index.sequence();
        slice && slice->kind == PythonSequence::Slice) {
      for (size_t at : slicePositions(slice->items[0], slice->items[1], slice->items[2], size))
        result.positions.push_back(static_cast<int64_t>(at));
      return result;
    }
    if (!isArrayIndex(index))
      throw PythonError{"IndexError: only integers, slices (`:`), ellipsis (`...`), numpy.newaxis "
                        "(`None`) and integer or boolean arrays are valid indices"};
    NdArray array = asArray(index);
    if (array.shape.size() != 1)
      throw PythonError{
          "IndexError: an index of several dimensions beside others is not supported"};
    result.advanced = true;
    if (array.dtype == Dtype::Bool)
      result.positions = maskPositions(array, axis, size);
    else
      result.positions = indexPositions(array, axis, size);
    return result;
  }

  static std::vector<int64_t> maskPositions(const NdArray &mask, size_t axis, int64_t size) {
    if (mask.size() != size)
      throw PythonError{fmt::format(
          "IndexError: boolean index did not match indexed array along axis {}; size of axis is "
          "{} but size of corresponding boolean axis is {}",
          axis, size, mask.size())};
    std::vector<int64_t> positions;
    for (int64_t i = 0; i < size; ++i)
      if (mask.as<bool>()[i])
        positions.push_back(i);
    return positions;
  }

  static std::vector<int64_t> indexPositions(const NdArray &array, size_t axis, int64_t size) {
    if (isFloating(array.dtype) && array.size())
      throw PythonError{"IndexError: arrays used as indices must be of integer (or boolean) type"};
    NdArray indices = converted(array, Dtype::Int64);
    std::vector<int64_t> positions;
    for (int64_t i = 0; i < indices.size(); ++i)
      positions.push_back(positionOf(indices.as<int64_t>()[i], axis, size));
    return positions;
  }

  /// One index array of several dimensions: a mask of all elements, or rows in its shape.
  NdArray takeMany(const NdArray &index) {
    if (index.dtype == Dtype::Bool) {
      if (index.shape != itsArray.shape)
        throw PythonError{"IndexError: a mask must have the array's shape"};
      NdArray flat = reshaped(itsArray, {itsArray.size()});
      return takeRows(flat, maskPositions(reshaped(index, {index.size()}), 0, index.size()));
    }
    if (itsArray.shape.empty())
      throw PythonError{"IndexError: too many indices for array"};
    NdArray rows =
        takeRows(itsArray, indexPositions(reshaped(index, {index.size()}), 0, itsArray.shape[0]));
    std::vector<int64_t> shape = index.shape;
    shape.insert(shape.end(), itsArray.shape.begin() + 1, itsArray.shape.end());
    return reshaped(rows, shape);
  }

  std::vector<int64_t> strides() const {
    std::vector<int64_t> result(itsArray.shape.size(), 1);
    for (size_t axis = result.size(); axis-- > 1;)
      result[axis - 1] = result[axis] * itsArray.shape[axis];
    return result;
  }

  /// The positions of all dimensions, each with each.
  NdArray takeBlock() {
    std::vector<int64_t> shape, all = strides(), offsets{0};
    size_t axis = 0;
    for (const Part &part : itsParts) {
      if (part.isNew) {
        shape.push_back(1);
        continue;
      }
      if (part.keeps)
        shape.push_back(static_cast<int64_t>(part.positions.size()));
      int64_t stride = all[axis++];
      std::vector<int64_t> next;
      next.reserve(offsets.size() * part.positions.size());
      for (int64_t offset : offsets)
        for (int64_t position : part.positions)
          next.push_back(offset + position * stride);
      offsets = std::move(next);
    }
    return gather(offsets, std::move(shape));
  }

  /// Several index arrays name points; other dimensions must be ints.
  NdArray takePoints() {
    size_t count = 1;
    for (const Part &part : itsParts)
      if (part.advanced)
        count = std::max(count, part.positions.size());
    std::vector<int64_t> all = strides(), offsets(count, 0);
    size_t axis = 0;
    for (const Part &part : itsParts) {
      if (part.isNew || (!part.advanced && part.keeps))
        throw PythonError{"IndexError: slices beside several index arrays are not supported"};
      if (part.positions.size() != count && part.positions.size() != 1)
        throw PythonError{"IndexError: shape mismatch: indexing arrays could not be broadcast"};
      for (size_t i = 0; i < count; ++i)
        offsets[i] += part.positions[part.positions.size() == 1 ? 0 : i] * all[axis];
      ++axis;
    }
    return gather(offsets, {static_cast<int64_t>(count)});
  }

  NdArray gather(const std::vector<int64_t> &offsets, std::vector<int64_t> shape) {
    NdArray result = newArray(itsArray.dtype, std::move(shape));
    withType(itsArray.dtype, [&]<typename T>() {
      T *to = result.fill<T>();
      for (int64_t offset : offsets)
        *to++ = itsArray.as<T>()[offset];
    });
    return result;
  }

  const NdArray &itsArray;
  std::vector<Value> itsIndices;
  std::vector<Part> itsParts;
};

} // namespace

Value arraySubscript(const NdArray &array, const Value &index) {
  return Indexing(array, index).take();
}

} // namespace ingot::runtime
