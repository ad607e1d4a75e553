// Shapes of what NumPy's functions and subscripts give, as far as they are known before the run: a
// model takes its input's shape from them.

#include "compiler/Import/NumPy/ComputedArrays.h"

#include <algorithm>

namespace ingot::import {

namespace {
using Extents = std::vector<int64_t>;
using KnownShape = std::optional<Extents>;

bool isAmong(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A shape given as an argument: a first size that only the run knows, or -1, is the number of
/// samples.
KnownShape shapeFrom(const Value &value) {
  std::vector<Value> sizes = sequence(value) ? *sequence(value) : std::vector<Value>{value};
  Extents shape;
  for (const Value &size : sizes) {
    auto known = size.integer();
    bool ofRun = size.as<RunTimeObject>() != nullptr;
    if (!(known && *known >= 0) && !(shape.empty() && (ofRun || known == -1)))
      return std::nullopt;
    shape.push_back(known.value_or(-1));
  }
  return shape;
}

/// Arrays behind one another along the first axis, or as a new first dimension.
KnownShape joinedShape(const Value &list, const Value &axis, bool stacks) {
  auto *items = sequence(list);
  if (!items || items->empty() || axis.integer() != 0)
    return std::nullopt;
  KnownShape first = knownShape(items->front());
  for (const Value &item : *items) {
    KnownShape shape = knownShape(item);
    if (!shape || !first || shape->size() != first->size() ||
        (!stacks &&
         (shape->empty() || !std::equal(shape->begin() + 1, shape->end(), first->begin() + 1))) ||
        (stacks && shape != first))
      return std::nullopt;
  }
  Extents shape = *first;
  if (stacks)
    shape.insert(shape.begin(), static_cast<int64_t>(items->size()));
  else
    shape[0] = -1;
  return shape;
}

KnownShape reshaped(const KnownShape &from, const Value &sizes) {
  std::vector<Value> given = sequence(sizes) ? *sequence(sizes) : std::vector<Value>{sizes};
  Extents shape;
  int64_t free = -1, known = 1;
  for (size_t i = 0; i < given.size(); ++i) {
    auto size = given[i].integer();
    if (i > 0 && (!size || *size < -1 || *size == 0))
      return std::nullopt;
    if (i > 0 && *size == -1)
      free = static_cast<int64_t>(i);
    shape.push_back(i == 0 && size.value_or(-1) < 0 ? -1 : *size);
    known *= i > 0 && *size > 0 ? *size : 1;
  }
  if (free < 0)
    return shape;
  // As many elements a sample as before, where the samples stay.
  if (!from || from->empty() || (*from)[0] != -1 || shape[0] != -1)
    return std::nullopt;
  int64_t elements = 1;
  for (size_t i = 1; i < from->size(); ++i)
    elements *= (*from)[i];
  shape[static_cast<size_t>(free)] = elements / known;
  return shape;
}
} // namespace

std::optional<std::vector<int64_t>> functionShape(std::string_view name,
                                                  const std::vector<Value> &arguments) {
  name.remove_prefix(name.rfind('.') == name.npos ? 0 : name.rfind('.') + 1);
  auto argument = [&](size_t i) {
    return i < arguments.size() ? arguments[i] : Value(NoneValue());
  };
  KnownShape first = knownShape(argument(0));
  if (isAmong(name,
              {"round", "abs",         "sqrt",       "exp",       "log",     "cos",     "sin",
               "tanh",  "log2",        "log10",      "floor",     "ceil",    "square",  "sign",
               "isnan", "clip",        "isfinite",   "copy",      "astype",  "array",   "isin",
               "flip",  "logical_not", "zeros_like", "ones_like", "softmax", "sigmoid", "relu"}))
    return first;
  if (isAmong(name, {"maximum", "minimum", "power", "add", "subtract", "multiply", "divide",
                     "equal", "not_equal", "greater", "less", "logical_and", "logical_or"})) {
    RunTimeObject result;
    describeResult(result, "+", argument(0), argument(1));
    return result.shape;
  }
  if (isAmong(name, {"zeros", "ones", "full", "random", "standard_normal"}))
    return argument(0).isNone() ? KnownShape(Extents()) : shapeFrom(argument(0));
  if (isAmong(name, {"normal", "uniform", "randint"}))
    return argument(2).isNone() ? KnownShape(Extents()) : shapeFrom(argument(2));
  if (name == "concatenate" || name == "stack")
    return joinedShape(argument(0), argument(1).isNone() ? Value(0) : argument(1), name == "stack");
  if (name == "vstack" && sequence(argument(0)) && !sequence(argument(0))->empty())
    if (KnownShape shape = knownShape(sequence(argument(0))->front()); shape && shape->size() > 1)
      return joinedShape(argument(0), Value(0), false);
  if (name == "reshape")
    return reshaped(first, argument(1));
  if (name == "expand_dims" && first && argument(1).integer()) {
    int64_t rank = static_cast<int64_t>(first->size()) + 1, axis = *argument(1).integer();
    axis += axis < 0 ? rank : 0;
    if (axis < 0 || axis >= rank || (axis == 0 && !first->empty() && (*first)[0] == -1))
      return std::nullopt;
    first->insert(first->begin() + axis, 1);
    return first;
  }
  return std::nullopt;
}

std::optional<std::vector<int64_t>> subscriptShape(const Value &array, const Value &index) {
  KnownShape from = knownShape(array);
  if (!from)
    return std::nullopt;
  std::vector<Value> parts =
      index.as<TupleObject>() ? index.as<TupleObject>()->items : std::vector<Value>{index};
  size_t taken = 0;
  for (const Value &part : parts)
    taken += !part.isNone() && !part.isEllipsis();
  if (taken > from->size())
    return std::nullopt;
  Extents shape;
  size_t at = 0;
  bool rest = false;
  for (const Value &part : parts) {
    if (part.isNone()) {
      if (shape.empty())
        return std::nullopt;
      shape.push_back(1);
      continue;
    }
    if (part.isEllipsis()) {
      rest = true;
      for (size_t left = from->size() - taken; left-- > 0;)
        shape.push_back((*from)[at++]);
      continue;
    }
    auto *slice = part.as<SliceObject>();
    bool keepsSize =
        slice && slice->start.isNone() && slice->stop.isNone() &&
        (slice->step.isNone() || slice->step.integer() == 1 || slice->step.integer() == -1);
    int64_t extent = (*from)[at++];
    if (keepsSize)
      shape.push_back(extent);
    else if (at == 1 && (slice || part.as<ArrayObject>() || part.as<ListObject>()))
      shape.push_back(-1);
    else if (auto *chosen = part.as<RunTimeObject>();
             at == 1 && chosen && chosen->type == RunTimeObject::Type::Array) {
      if (chosen->shape && chosen->shape->size() > 1)
        return std::nullopt;
      shape.push_back(-1);
    } else if (!part.integer())
      return std::nullopt;
  }
  if (!rest)
    shape.insert(shape.end(), from->begin() + static_cast<ptrdiff_t>(at), from->end());
  return shape;
}

} // namespace ingot::import
