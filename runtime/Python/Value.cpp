// Types, truth, comparison, containers.

#include "runtime/Python/Value.h"

#include "runtime/Python/NdArray.h"
#include "runtime/Python/Text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace ingot::runtime {

Value makeSequence(PythonSequence::Kind kind, std::vector<Value> items) {
  return std::make_shared<const PythonSequence>(PythonSequence{kind, std::move(items)});
}

int64_t Value::integer() const {
  if (auto *truth = std::get_if<bool>(this))
    return *truth;
  if (auto *number = std::get_if<int64_t>(this))
    return *number;
  throw PythonError{fmt::format("TypeError: a number is needed, not '{}'", typeName(*this))};
}

const char *typeName(const Value &value) {
  static const char *const names[] = {"NoneType", "bool", "int",  "float",
                                      "str",      "",     "dict", "History"};
  static const char *const sequences[] = {"tuple", "list", "range", "set", "slice", "ellipsis"};
  if (const PythonSequence *sequence = value.sequence())
    return sequences[sequence->kind];
  if (const NdArray *array = value.array())
    return array->shape.empty() ? scalarTypeName(array->dtype) : "numpy.ndarray";
  return names[value.index()];
}

Value plain(const Value &value) {
  const NdArray *array = value.array();
  return array && array->shape.empty() ? array->item(0) : value;
}

bool truth(const Value &value) {
  if (value.isNone())
    return false;
  if (value.isNumber())
    return value.number() != 0;
  if (value.string())
    return !value.string()->empty();
  if (value.sequence())
    return !value.sequence()->items.empty();
  if (const NdArray *array = value.array()) {
    if (array->size() == 1)
      return truth(array->item(0));
    throw PythonError{"ValueError: The truth value of an array with more than one element is "
                      "ambiguous. Use a.any() or a.all()"};
  }
  return !value.dict() || !value.dict()->items.empty();
}

bool equal(const Value &a, const Value &b) {
  if (a.array() || b.array())
    return truth(binaryArrays("==", a, b));
  if (a.isNumber() && b.isNumber())
    return a.isInteger() && b.isInteger() ? a.integer() == b.integer() : a.number() == b.number();
  if (a.string() && b.string())
    return *a.string() == *b.string();
  if (a.sequence() && b.sequence())
    return a.sequence()->kind == b.sequence()->kind &&
           std::equal(a.sequence()->items.begin(), a.sequence()->items.end(),
                      b.sequence()->items.begin(), b.sequence()->items.end(), equal);
  if (a.dict() && b.dict())
    return std::equal(a.dict()->items.begin(), a.dict()->items.end(), b.dict()->items.begin(),
                      b.dict()->items.end(), [](const auto &x, const auto &y) {
                        return equal(x.first, y.first) && equal(x.second, y.second);
                      });
  return a.isNone() && b.isNone();
}

int compare(const std::string &operation, const Value &left, const Value &right) {
  const Value a = plain(left), b = plain(right);
  auto order = [](const auto &x, const auto &y) { return x < y ? -1 : y < x ? 1 : x == y ? 0 : 2; };
  if (a.isInteger() && b.isInteger())
    return order(a.integer(), b.integer());
  if (a.isNumber() && b.isNumber())
    return order(a.number(), b.number());
  if (a.string() && b.string())
    return order(*a.string(), *b.string());
  if (a.sequence() && b.sequence() && a.sequence()->kind == b.sequence()->kind &&
      a.sequence()->kind != PythonSequence::Range) {
    const std::vector<Value> &x = a.sequence()->items, &y = b.sequence()->items;
    for (size_t i = 0; i < std::min(x.size(), y.size()); ++i)
      if (!equal(x[i], y[i]))
        return compare(operation, x[i], y[i]);
    return order(x.size(), y.size());
  }
  throw PythonError{fmt::format("TypeError: '{}' not supported between instances of '{}' and '{}'",
                                operation, typeName(a), typeName(b))};
}

/// Bytes at which each character of UTF-8 begins, and the end.
static std::vector<size_t> characterStarts(const std::string &text) {
  std::vector<size_t> starts;
  for (size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80)
      starts.push_back(i);
  starts.push_back(text.size());
  return starts;
}

static int64_t positionOf(const Value &given, int64_t size, const char *what) {
  const Value index = plain(given);
  if (!index.isInteger())
    throw PythonError{fmt::format("TypeError: {} indices must be integers or slices, not {}", what,
                                  typeName(index))};
  int64_t at = index.integer() < 0 ? index.integer() + size : index.integer();
  if (at < 0 || at >= size)
    throw PythonError{fmt::format("IndexError: {} index out of range", what)};
  return at;
}

Value subscript(const Value &container, const Value &index) {
  if (container.array())
    return arraySubscript(*container.array(), index);
  if (const PythonSequence *sequence = container.sequence())
    return sequence->items[static_cast<size_t>(
        positionOf(index, static_cast<int64_t>(sequence->items.size()), typeName(container)))];
  if (const std::string *text = container.string()) {
    std::vector<size_t> starts = characterStarts(*text);
    size_t at =
        static_cast<size_t>(positionOf(index, static_cast<int64_t>(starts.size()) - 1, "string"));
    return text->substr(starts[at], starts[at + 1] - starts[at]);
  }
  if (const PythonDict *dict = container.dict()) {
    for (const auto &[key, value] : dict->items)
      if (equal(key, index))
        return value;
    throw PythonError{"KeyError: " + repr(index)};
  }
  throw PythonError{
      fmt::format("TypeError: '{}' object is not subscriptable", typeName(container))};
}

std::vector<size_t> slicePositions(const Value &givenStart, const Value &givenStop,
                                   const Value &givenStep, int64_t size) {
  const Value start = plain(givenStart), stop = plain(givenStop), step = plain(givenStep);
  for (const Value *bound : {&start, &stop, &step})
    if (!bound->isNone() && !bound->isInteger())
      throw PythonError{"TypeError: slice indices must be integers or None"};
  int64_t by = step.isNone() ? 1 : step.integer();
  if (by == 0)
    throw PythonError{"ValueError: slice step cannot be zero"};
  by = std::clamp(by, -size - 1, size + 1);
  int64_t least = by < 0 ? -1 : 0, most = by < 0 ? size - 1 : size;
  auto bound = [&](const Value &value, int64_t otherwise) {
    if (value.isNone())
      return otherwise;
    int64_t at = value.integer();
    return std::clamp(at < 0 ? std::max(at + size, least) : at, least, most);
  };
  int64_t from = bound(start, by < 0 ? most : least), to = bound(stop, by < 0 ? least : most);
  std::vector<size_t> positions;
  for (int64_t at = from; by < 0 ? at > to : at < to; at += by)
    positions.push_back(static_cast<size_t>(at));
  return positions;
}

Value slice(const Value &container, const Value &start, const Value &stop, const Value &step) {
  if (container.array())
    return arraySubscript(*container.array(),
                          makeSequence(PythonSequence::Slice, {start, stop, step}));
  if (const PythonSequence *sequence = container.sequence()) {
    std::vector<Value> items;
    for (size_t at :
         slicePositions(start, stop, step, static_cast<int64_t>(sequence->items.size())))
      items.push_back(sequence->items[at]);
    return makeSequence(sequence->kind == PythonSequence::Tuple ? PythonSequence::Tuple
                                                                : PythonSequence::List,
                        std::move(items));
  }
  if (const std::string *text = container.string()) {
    std::vector<size_t> starts = characterStarts(*text);
    std::string result;
    for (size_t at : slicePositions(start, stop, step, static_cast<int64_t>(starts.size()) - 1))
      result += text->substr(starts[at], starts[at + 1] - starts[at]);
    return result;
  }
  throw PythonError{
      fmt::format("TypeError: '{}' object is not subscriptable", typeName(container))};
}

} // namespace ingot::runtime
