// Symbolic arrays: shape, dtype and steps of preprocessing.

#include "compiler/Import/NumPy/Arrays.h"

#include "compiler/Import/NumPy/ComputedArrays.h"
#include "compiler/Import/NumPy/Datasets.h"
#include "compiler/Import/NumPy/Moments.h"
#include "compiler/Import/NumPy/RunTimeFunctions.h"
#include "compiler/Import/NumPy/Splits.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
ArrayObject *derived(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  auto *result = evaluator.heap.make<ArrayObject>(array);
  result->origin = range;
  return result;
}

std::string promote(const std::string &a, const std::string &b) {
  if (a == b)
    return a;
  if (a == "float64" || b == "float64")
    return "float64";
  if (isFloating(a) || isFloating(b)) {
    const std::string &other = isFloating(a) ? b : a;
    return other == "uint8" || other == "int8" || other == "bool" ? "float32" : "float64";
  }
  return a == "int64" || b == "int64" ? "int64" : "int32";
}

/// The dtype of an array or NumPy scalar; empty: a Python number, or not known.
std::string dtypeOf(const Value &value) {
  if (auto *array = value.as<ArrayObject>())
    return array->buffer->array.dtype;
  if (auto *scalar = value.as<ScalarObject>())
    return scalar->dtype;
  auto *numbers = value.as<RunTimeObject>();
  return numbers ? numbers->dtype : "";
}

bool isPythonFloat(const Value &value) {
  auto *number = value.as<RunTimeObject>();
  return value.isFloat() || (number && number->type == RunTimeObject::Type::Float);
}
} // namespace

ArrayObject *copiedArray(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  auto *result = derived(evaluator, array, range);
  result->buffer = std::make_shared<SampleBuffer>(*array.buffer);
  return result;
}

std::string resultType(const Value &a, const Value &b, std::string_view op) {
  std::string x = dtypeOf(a), y = dtypeOf(b),
              result = x.empty()   ? y
                       : y.empty() ? x
                                   : promote(x, y);
  const Value &other = x.empty() ? a : b;
  if ((x.empty() || y.empty()) && !isFloating(result) && isPythonFloat(other))
    result = "float64";
  return op == "/" && !isFloating(result) ? "float64" : result;
}

std::optional<std::string> dtypeName(Evaluator &evaluator, const Value &value, SourceRange range) {
  std::string name;
  if (auto *text = value.str())
    name = *text;
  else if (auto *builtin = value.as<BuiltinObject>())
    name = builtin->name == "float" ? "float64" : builtin->name == "int" ? "int64" : builtin->name;
  if (name == "float")
    name = "float64";
  if (name == "int")
    name = "int64";
  for (std::string_view known : {"uint8", "int32", "int64", "float32", "float64"})
    if (name == known)
      return name;
  if (auto near = python::nearestName(name, {"uint8", "int32", "int64", "float32", "float64"}))
    evaluator.error(range, fmt::format("there is no dtype '{0}'; did you mean '{1}'?", name, *near))
        .fix("\"" + *near + "\"");
  else if (!value.isPoison())
    evaluator.notSupported(range, fmt::format("the dtype {}", name.empty() ? repr(value) : name),
                           "use float32, float64, uint8, int32 or int64");
  return std::nullopt;
}

Value castArray(Evaluator &evaluator, const ArrayObject &array, const std::string &dtype,
                SourceRange range) {
  ArrayObject *result = copiedArray(evaluator, array, range);
  if (dtype != array.buffer->array.dtype)
    result->buffer->array.steps.push_back({ArrayStep::Cast, dtype, 0});
  result->buffer->array.dtype = dtype;
  return result;
}

Value arrayOperation(Evaluator &evaluator, std::string_view op, const Value &left,
                     const Value &right, SourceRange range, bool inPlace) {
  bool reversed = !left.as<ArrayObject>();
  const Value &other = reversed ? left : right;
  auto &array = *(reversed ? right : left).as<ArrayObject>();
  const std::string dtype = array.buffer->array.dtype;
  auto constant = other.number();
  if (other.str() || other.isNone() || sequence(other)) {
    evaluator.error(range, fmt::format("unsupported operand types for {}: '{}' and '{}'", op,
                                       typeName(left), typeName(right)));
    return {};
  }
  auto *numbers = other.as<RunTimeObject>();
  auto along = numbers ? shapeAlongSample(array, *numbers) : std::nullopt;
  bool isStep = op == "+" || op == "-" || op == "*" || op == "/";
  bool computes = isStep ? array.buffer->array.labels
                         : op == "//" || op == "%" || op == "**" || op == "&" || op == "|";
  if (!inPlace && (constant || along) && computes)
    return evaluator.binaryAtRunTime(op, left, right, range);
  if (!constant && !along)
    return evaluator.notSupported(range, fmt::format("'{}' of an array and {}", op, someOf(other)),
                                  "use a number that is known here");
  ArrayStep::Kind kind;
  if (op == "+")
    kind = ArrayStep::Add;
  else if (op == "-")
    kind = reversed ? ArrayStep::ReverseSubtract : ArrayStep::Subtract;
  else if (op == "*")
    kind = ArrayStep::Multiply;
  else if (op == "/")
    kind = reversed ? ArrayStep::ReverseDivide : ArrayStep::Divide;
  else
    return evaluator.notSupported(range, fmt::format("'{}' on an array", op), "use +, -, * or /");
  if (constant && kind == ArrayStep::Divide && *constant == 0) {
    evaluator.error(range, "an array is divided by zero");
    return {};
  }
  if (array.buffer->array.labels)
    return evaluator.notSupported(range, "arithmetic on labels");
  std::string result = resultType(left, right, op);
  // Numbers of a dtype take part in promotion; in place, floats are cast back.
  if (numbers && inPlace && !reversed && isFloating(dtype))
    result = dtype;
  if (constant && dtype == "uint8" && result == "uint8" && (*constant < 0 || *constant > 255)) {
    evaluator.error(range, fmt::format("{} does not fit in the array's type uint8", *constant));
    return {};
  }
  if (inPlace && !reversed && result != dtype) {
    evaluator
        .error(range,
               fmt::format("NumPy cannot put the {} result of '{}' into an array of {} in place",
                           result, op, dtype))
        .note(array.origin,
              fmt::format("the {0} array is made here; use {1} = {1} {2} {3}, or "
                          "{1}.astype(\"float32\") first",
                          dtype, evaluator.targetText(range), op, std::string(toStr(other))));
    return {};
  }
  // A part that was computed (x[:100] / 255) has elements of its own; others would change too.
  if (inPlace && !reversed && !array.isWhole() && array.buffer.use_count() > 1)
    return evaluator.notSupported(
        range, "changing a part of an array in place",
        fmt::format("use x = x {} {}", op, numbers ? std::string("...") : toStr(other)));
  ArrayObject *target = inPlace && !reversed ? &array : copiedArray(evaluator, array, range);
  int values = along ? keepValues(evaluator, other, *along, range) : -1;
  target->buffer->array.steps.push_back({kind, result, constant.value_or(0), values});
  target->buffer->array.dtype = result;
  return target;
}

//===- Shapes ---------------------------------------------------------------------------------===//

namespace {
Value sampleCount(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  Array description = array.buffer->array;
  description.shape = array.shape;
  if (!array.row.isPoison()) {
    auto rows = evaluator.materializeArray(array, range);
    return rows ? evaluator.runTime(evaluator.emitCall("len", {*rows}, range),
                                    RunTimeObject::Type::Int)
                : Value();
  }
  if (array.rows >= 0 || isComputed(array))
    return evaluator.runTime(
        evaluator.emitCall("len", {array.rows >= 0 ? array.rows : description.instruction}, range),
        RunTimeObject::Type::Int);
  int index = evaluator.graph.arrayIndex(description);
  Value count = evaluator.runTime(evaluator.emit(Instruction::SampleCount, {}, range, "", index),
                                  RunTimeObject::Type::Int);
  count.as<RunTimeObject>()->array = index;
  return count;
}

Value shapeOf(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  std::vector<Value> dimensions;
  for (int64_t size : array.leading)
    dimensions.emplace_back(size);
  if (!array.sample)
    dimensions.push_back(sampleCount(evaluator, array, range));
  for (int64_t size : array.shape)
    dimensions.emplace_back(size);
  return evaluator.heap.tuple(std::move(dimensions));
}

/// The run finds out whether there are so many samples.
void checkSamples(Evaluator &evaluator, const ArrayObject &array, int64_t count,
                  SourceRange range) {
  int all = evaluator.emitCall("len", {samplePositions(evaluator, array, range)}, range);
  evaluator.emitCall("numpy.check_samples",
                     {all, evaluator.emit(Instruction::Int, {}, range, "", count)}, range);
}

/// reshape's new shape: the first dimension is the samples', -1 or their number.
Value reshape(Evaluator &evaluator, const ArrayObject &array, std::vector<Value> dimensions,
              SourceRange range) {
  if (dimensions.size() == 1 && sequence(dimensions[0]))
    dimensions = *sequence(dimensions[0]);
  ArrayObject *result = derived(evaluator, array, range);
  size_t start = array.sample ? 0 : 1;
  result->shape.clear();
  result->leading.clear();
  int free = -1;
  for (size_t i = 0; i < dimensions.size(); ++i) {
    const Value &dimension = dimensions[i];
    if (dimension.isPoison())
      return {};
    auto *count = dimension.as<RunTimeObject>();
    auto size = dimension.integer();
    if (i == 0 && start == 1) {
      int64_t published = publishedSamples(array.buffer->array);
      bool samples = (count && count->type == RunTimeObject::Type::Int) ||
                     (size && *size > 0 && (!array.isWhole() || *size == published || !published));
      if (samples && size && !(array.isWhole() && published))
        checkSamples(evaluator, array, *size, range);
      if (!samples && size != -1)
        return evaluator.notSupported(
            range,
            fmt::format("a reshape that mixes samples ({} instead of their number)",
                        count ? "a value of the run" : repr(dimension)),
            "give -1 or x.shape[0] first");
      if (!samples)
        free = 0;
      continue;
    }
    if (!size || *size < -1 || (*size == -1 && free >= 0)) {
      evaluator.error(range, size == -1
                                 ? "one size of a shape may be -1, and this one has more"
                                 : fmt::format("{} is no dimension of a shape",
                                               size ? repr(dimension) : typeName(dimension)));
      return {};
    }
    if (*size == -1)
      free = static_cast<int>(i);
    result->shape.push_back(*size);
  }
  int64_t elements = elementCount(array.shape), given = 1;
  if (free > 0 || (free == 0 && start == 0)) {
    int64_t &unknown = result->shape[free - start];
    unknown = 1;
    given = elementCount(result->shape);
    if (given > 0 && elements % given == 0)
      unknown = elements / given;
  }
  given = elementCount(result->shape);
  if (given != elements || (!array.sample && dimensions.empty())) {
    evaluator
        .error(range,
               fmt::format("a sample of {} cannot be reshaped to {}: {} elements are not {}",
                           shapeText(array.shape), shapeText(result->shape), elements, given))
        .note(array.origin, fmt::format("a sample is {} here", shapeText(array.shape)));
    return {};
  }
  return result;
}

Value squeeze(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  ArrayObject *result = derived(evaluator, array, range);
  std::erase(result->shape, 1);
  return result;
}

Value flatten(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  if (!array.sample && elementCount(array.shape) != 1)
    return evaluator.notSupported(range, "flattening samples of several elements into one array",
                                  "x.reshape(-1, n) flattens each sample");
  ArrayObject *result = derived(evaluator, array, range);
  result->shape =
      array.sample ? std::vector<int64_t>{elementCount(array.shape)} : std::vector<int64_t>{};
  return result;
}

} // namespace

Value expandDims(Evaluator &evaluator, const ArrayObject &array, const Value &axisValue,
                 SourceRange range) {
  std::vector<int64_t> axes;
  if (auto *many = sequence(axisValue)) {
    for (const Value &axis : *many)
      axes.push_back(axis.integer().value_or(1 << 20));
  } else {
    axes.push_back(axisValue.integer().value_or(1 << 20));
  }
  ArrayObject *result = derived(evaluator, array, range);
  int64_t rank = static_cast<int64_t>(array.shape.size() + axes.size() + !array.sample);
  for (int64_t &axis : axes) {
    if (axis < -rank || axis >= rank) {
      evaluator.error(range,
                      fmt::format("the axis {} is out of range for {} dimensions", axis, rank));
      return {};
    }
    axis += axis < 0 ? rank : 0;
  }
  std::sort(axes.begin(), axes.end());
  for (int64_t axis : axes) {
    if (!array.sample && axis == 0)
      return evaluator.notSupported(range, "a dimension before that of the samples",
                                    "use the axis -1");
    int64_t at = axis - !array.sample;
    if (at > static_cast<int64_t>(result->shape.size()))
      return {};
    result->shape.insert(result->shape.begin() + at, 1);
  }
  return result;
}

namespace {
/// x[start:stop:step]: the same array on fewer samples. Which these are is known only when they are
/// counted.
Value sliceSamples(Evaluator &evaluator, const ArrayObject &array, const SliceObject &slice,
                   SourceRange range) {
  using Type = RunTimeObject::Type;
  for (const Value *part : {&slice.start, &slice.stop, &slice.step}) {
    auto *object = part->as<RunTimeObject>();
    if (part->isPoison())
      return {};
    if (!part->isNone() && !part->integer() &&
        !(object && (object->type == Type::Int || object->type == Type::Unknown))) {
      evaluator.error(range, "a slice's parts must be ints; int(...) makes one of a float");
      return {};
    }
  }
  if (slice.step.integer() == 0) {
    evaluator.error(range, "a slice's step must not be 0");
    return {};
  }
  std::vector<int> operands = {samplePositions(evaluator, array, range)};
  for (const Value *part : {&slice.start, &slice.stop, &slice.step})
    operands.push_back(*evaluator.materialize(*part, range));
  ArrayObject *result = derived(evaluator, array, range);
  result->rows = evaluator.emit(Instruction::Slice, operands, range);
  return result;
}

/// x[:, :, 0] and x[..., 0]: dimensions of size 1 that an index takes away.
Value dropDimensions(Evaluator &evaluator, const ArrayObject &array,
                     const std::vector<Value> &parts, SourceRange range) {
  ArrayObject *result = derived(evaluator, array, range);
  size_t samples = array.sample ? 0 : 1, rank = array.shape.size() + samples;
  std::vector<Value> each;
  for (const Value &part : parts)
    if (part.isEllipsis())
      each.insert(each.end(), rank - std::min(rank, parts.size() - 1), Value(EllipsisValue()));
    else
      each.push_back(part);
  if (each.size() > rank)
    return {};
  for (size_t i = each.size(); i-- > samples;) {
    auto index = each[i].integer();
    if (!index)
      continue;
    if (array.shape[i - samples] != 1 || (*index != 0 && *index != -1))
      return {};
    result->shape.erase(result->shape.begin() + static_cast<ptrdiff_t>(i - samples));
  }
  return result;
}
} // namespace

static Value wholeSlice(Evaluator &evaluator) {
  auto *slice = evaluator.heap.make<SliceObject>();
  slice->start = slice->stop = slice->step = NoneValue();
  return slice;
}

Value arraySubscript(Evaluator &evaluator, const Value &value, const Value &index,
                     SourceRange range) {
  auto &array = *value.as<ArrayObject>();
  auto isFull = [](const Value &part) {
    auto *slice = part.as<SliceObject>();
    return slice && slice->start.isNone() && slice->stop.isNone() && slice->step.isNone();
  };
  std::vector<Value> parts =
      index.as<TupleObject>() ? index.as<TupleObject>()->items : std::vector<Value>{index};
  // x[:n, ..., np.newaxis]: first the samples, then what is done to each.
  bool rest = parts.size() > 1 && !array.sample && parts[0].as<SliceObject>() && !isFull(parts[0]);
  for (size_t i = 1; i < parts.size(); ++i)
    rest &= isFull(parts[i]) || parts[i].isEllipsis() || parts[i].isNone();
  if (rest) {
    Value some = arraySubscript(evaluator, value, parts[0], range);
    parts[0] = wholeSlice(evaluator);
    return some.isPoison()
               ? some
               : arraySubscript(evaluator, some, evaluator.heap.tuple(std::move(parts)), range);
  }
  // x[..., np.newaxis] and x[:, :, :, None]
  if (parts.size() > 1 && parts.back().isNone() && !parts.front().isNone()) {
    bool whole = true;
    for (size_t i = 0; i + 1 < parts.size(); ++i)
      whole &= isFull(parts[i]) || parts[i].isEllipsis();
    size_t dots = std::count_if(parts.begin(), parts.end(),
                                [](const Value &part) { return part.isEllipsis(); });
    if (whole && (dots == 1 || parts.size() == array.shape.size() + 1 + !array.sample))
      return expandDims(evaluator, array, Value(-1), range);
  }
  bool whole = parts.size() <= array.shape.size() + 1 + !array.sample;
  for (const Value &part : parts)
    whole &= isFull(part) || part.isEllipsis();
  if (whole)
    return value;
  if (auto *chosen = index.as<RunTimeObject>();
      chosen && !array.sample && array.row.isPoison() && array.leading.empty() &&
      (chosen->type == RunTimeObject::Type::Array || chosen->type == RunTimeObject::Type::List))
    return chooseSamples(evaluator, array, index, range);
  bool chooses = parts.size() == 1 && array.isWhole();
  if (chooses && index.integer()) {
    int64_t published = publishedSamples(array.buffer->array);
    if (published > 0 && (*index.integer() >= published || *index.integer() < -published)) {
      evaluator.error(range, fmt::format("index {} is out of range: the data set has {} samples",
                                         *index.integer(), published));
      return {};
    }
  }
  bool isLabel = array.buffer->array.classes && array.shape.empty() && !array.buffer->array.one_hot;
  if (chooses && !isLabel && (index.integer() || index.as<RunTimeObject>())) {
    ArrayObject *result = derived(evaluator, array, range);
    result->row = index;
    result->sample = true;
    return result;
  }
  if (parts.size() == 1 && !array.sample && array.row.isPoison() && parts[0].as<SliceObject>())
    return sliceSamples(evaluator, array, *parts[0].as<SliceObject>(), range);
  bool dropped = parts.size() > 1 && (array.sample || isFull(parts[0]) || parts[0].isEllipsis());
  for (const Value &part : parts)
    dropped &= isFull(part) || part.isEllipsis() || part.integer();
  if (dropped)
    if (Value result = dropDimensions(evaluator, array, parts, range); !result.isPoison())
      return result;
  auto elements = evaluator.materializeArray(array, range);
  if (!elements)
    return {};
  Value all = evaluator.runTime(*elements, RunTimeObject::Type::Array);
  all.as<RunTimeObject>()->shape = knownShape(value);
  all.as<RunTimeObject>()->dtype = array.buffer->array.dtype;
  if (isLabel)
    all.as<RunTimeObject>()->element = RunTimeObject::Type::Int;
  return evaluator.subscript(all, index, range);
}

namespace {
ArrayObject &selfOf(const Value &self) { return *self.as<ArrayObject>(); }

Value astype(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.checkArguments(call, "astype", 1, 1, {"dtype", "copy"}))
    return {};
  const Argument *type = call.get(0, "dtype");
  auto dtype = type ? dtypeName(evaluator, type->value, type->range) : std::nullopt;
  return dtype ? castArray(evaluator, selfOf(self), *dtype, call.range) : Value();
}
Value reshapeMethod(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.checkArguments(call, "reshape", 1, 16))
    return {};
  std::vector<Value> dimensions;
  for (const Argument &argument : call.positional)
    dimensions.push_back(argument.value);
  return reshape(evaluator, selfOf(self), dimensions, call.range);
}
Value flattenMethod(Evaluator &evaluator, Value self, Call &call) {
  return flatten(evaluator, selfOf(self), call.range);
}
Value squeezeMethod(Evaluator &evaluator, Value self, Call &call) {
  return squeeze(evaluator, selfOf(self), call.range);
}
/// Of a Dataset's batch: an array as well.
Value numpyMethod(Evaluator &, Value self, Call &) { return self; }
Value copyMethod(Evaluator &evaluator, Value self, Call &call) {
  return copiedArray(evaluator, selfOf(self), call.range);
}
/// Known where all elements of the whole data set are asked for; else computed by the run.
template <bool greatest> Value extremeMethod(Evaluator &evaluator, Value self, Call &call) {
  auto &array = selfOf(self);
  if (array.isWhole() && call.positional.empty() && call.keywords.empty())
    if (auto known = publishedExtreme(array.buffer->array, greatest))
      return evaluator.heap.make<ScalarObject>(array.buffer->array.dtype, *known);
  bool ofAll = call.positional.empty() && call.keywords.empty();
  Value result = callRunTimeFunction(
      evaluator, *findRunTimeFunction("numpy", greatest ? "max" : "min"), &self, call);
  if (auto *number = result.as<RunTimeObject>(); number && ofAll) {
    number->shape.emplace();
    number->dtype = array.buffer->array.dtype;
  }
  return result;
}

/// Axes as mean(axis=...) takes them, or all; nothing where they are not known or not right.
std::optional<std::vector<int64_t>> axesOf(const ArrayObject &array, const Argument *argument) {
  if (!argument || argument->value.isNone())
    return allAxes(array);
  std::vector<Value> given =
      sequence(argument->value) ? *sequence(argument->value) : std::vector<Value>{argument->value};
  std::vector<int64_t> axes;
  int64_t rank = static_cast<int64_t>(array.shape.size()) + 1;
  for (const Value &each : given) {
    auto axis = each.integer();
    if (!axis || *axis >= rank || *axis < -rank)
      return std::nullopt;
    axes.push_back((*axis + rank) % rank);
  }
  return axes;
}

/// Known of published data sets; else computed by the run, from the samples where that gives the
/// same.
template <bool deviation> Value momentMethod(Evaluator &evaluator, Value self, Call &call) {
  auto &array = selfOf(self);
  const Argument *axis = call.get(0, "axis"), *keep = call.keyword("keepdims");
  bool simple = call.positional.size() <= 1;
  for (const Argument &argument : call.keywords)
    simple &= argument.name == "axis" || argument.name == "keepdims" ||
              (argument.name == "dtype" && argument.value.isNone());
  const bool *keepDimensions = keep ? keep->value.boolean() : nullptr;
  std::optional<std::vector<int64_t>> axes = axesOf(array, axis);
  if (simple && axes && (!keep || keepDimensions)) {
    bool ofAll = axes->size() == array.shape.size() + 1 && !(keep && *keepDimensions);
    if (auto known = ofAll ? publishedMoment(evaluator, array, deviation) : std::nullopt)
      return *known;
    if (auto value = dataMoment(evaluator, array, deviation ? Moment::Deviation : Moment::Mean,
                                *axes, keep && *keepDimensions, call.range))
      return *value;
  }
  Value result = callRunTimeFunction(
      evaluator, *findRunTimeFunction("numpy", deviation ? "std" : "mean"), &self, call);
  if (auto *numbers = result.as<RunTimeObject>(); numbers && simple && axes && !array.sample) {
    numbers->shape = shapeWithout(array, *axes, keep && truth(keep->value) == true);
    numbers->dtype = array.buffer->array.dtype == "float32" ? "float32" : "float64";
  }
  return result;
}

constexpr std::pair<std::string_view, MethodHandler> kMethods[] = {{"astype", astype},
                                                                   {"reshape", reshapeMethod},
                                                                   {"flatten", flattenMethod},
                                                                   {"ravel", flattenMethod},
                                                                   {"squeeze", squeezeMethod},
                                                                   {"copy", copyMethod},
                                                                   {"numpy", numpyMethod},
                                                                   {"max", extremeMethod<true>},
                                                                   {"min", extremeMethod<false>},
                                                                   {"mean", momentMethod<false>},
                                                                   {"std", momentMethod<true>}};
} // namespace

MethodHandler findArrayMethod(std::string_view name) {
  for (auto [known, handler] : kMethods)
    if (known == name)
      return handler;
  return nullptr;
}

std::optional<Value> arrayAttribute(Evaluator &evaluator, const Value &value,
                                    const std::string &name, SourceRange range) {
  auto &array = *value.as<ArrayObject>();
  if (name == "shape")
    return shapeOf(evaluator, array, range);
  if (name == "dtype")
    return evaluator.heap.str(array.buffer->array.dtype);
  if (name == "ndim")
    return Value(static_cast<int64_t>(array.shape.size() + !array.sample));
  if (MethodHandler handler = findArrayMethod(name))
    return evaluator.heap.make<MethodObject>(value, name, handler);
  return std::nullopt;
}

} // namespace ingot::import
