// Symbolic arrays: shape, dtype and steps of preprocessing.

#include "compiler/Import/NumPy/Arrays.h"
#include "compiler/Import/NumPy/RunTimeFunctions.h"

#include "compiler/Import/Keras/ImageFolder.h"
#include "compiler/Import/NumPy/Files.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

namespace ingot::import {

namespace {
struct Dataset {
  std::string_view name, reader;
  std::vector<int64_t> image, label;
  int64_t classes, train, test;
};

const std::vector<Dataset> &datasets() {
  static const std::vector<Dataset> all = {{"fashion_mnist", "idx", {28, 28}, {}, 10, 60000, 10000},
                                           {"mnist", "idx", {28, 28}, {}, 10, 60000, 10000},
                                           {"cifar10", "cifar", {32, 32, 3}, {1}, 10, 50000, 10000},
                                           {"cifar100", "cifar", {32, 32, 3}, {1}, 100, 50000, 10000}};
  return all;
}

ArrayObject *derived(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  auto *result = evaluator.heap.make<ArrayObject>(array);
  result->origin = range;
  return result;
}

/// One with elements of its own.
ArrayObject *copied(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  auto *result = derived(evaluator, array, range);
  result->buffer = std::make_shared<SampleBuffer>(*array.buffer);
  return result;
}

bool isFloating(std::string_view dtype) { return dtype.starts_with("float"); }

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

/// NEP 50: a Python number takes the array's type unless it is of a higher kind.
std::string resultType(const std::string &dtype, const Value &other, std::string_view op) {
  std::string result = dtype;
  if (auto *scalar = other.as<ScalarObject>())
    result = promote(dtype, scalar->dtype);
  else if (other.isFloat() && !isFloating(dtype))
    result = "float64";
  return op == "/" && !isFloating(result) ? "float64" : result;
}
} // namespace

std::string scalarResultType(const Value &left, const Value &right, std::string_view op) {
  auto *a = left.as<ScalarObject>(), *b = right.as<ScalarObject>();
  return a ? resultType(a->dtype, right, op) : resultType(b->dtype, left, op);
}

Value loadDataset(Evaluator &evaluator, const std::string &name, SourceRange range) {
  for (const Dataset &dataset : datasets()) {
    if (dataset.name != name)
      continue;
    auto part = [&](bool test) {
      std::vector<Value> pair;
      for (bool labels : {false, true}) {
        auto *array = evaluator.heap.make<ArrayObject>();
        array->buffer = std::make_shared<SampleBuffer>();
        Array &description = array->buffer->array;
        description.reader = dataset.reader;
        description.source = name;
        description.key = labels ? "labels" : "images";
        description.labels = labels;
        description.test = test;
        description.source_shape = labels ? dataset.label : dataset.image;
        description.source_dtype = description.dtype = labels && name.starts_with("cifar100") ? "int64" : "uint8";
        description.classes = labels ? dataset.classes : 0;
        array->shape = description.source_shape;
        array->origin = range;
        pair.emplace_back(array);
      }
      return evaluator.heap.tuple(std::move(pair));
    };
    return evaluator.heap.tuple({part(false), part(true)});
  }
  return {};
}

int64_t publishedSamples(const Array &array) {
  for (const Dataset &dataset : datasets())
    if (dataset.name == array.source)
      return array.test ? dataset.test : dataset.train;
  return 0;
}

Value arrayOperation(Evaluator &evaluator, std::string_view op, const Value &left, const Value &right,
                     SourceRange range, bool inPlace) {
  bool reversed = !left.as<ArrayObject>();
  const Value &other = reversed ? left : right;
  auto &array = *(reversed ? right : left).as<ArrayObject>();
  const std::string dtype = array.buffer->array.dtype;
  auto constant = other.number();
  if (!constant)
    return evaluator.notSupported(range, fmt::format("'{}' of an array and a '{}'", op, typeName(other)),
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
  if (kind == ArrayStep::Divide && *constant == 0) {
    evaluator.error(range, "an array is divided by zero");
    return {};
  }
  if (array.buffer->array.labels)
    return evaluator.notSupported(range, "arithmetic on labels");
  std::string result = resultType(dtype, other, op);
  if (dtype == "uint8" && result == "uint8" && (*constant < 0 || *constant > 255)) {
    evaluator.error(range, fmt::format("{} does not fit in the array's type uint8", *constant));
    return {};
  }
  if (inPlace && !reversed && result != dtype) {
    evaluator
        .error(range, fmt::format("NumPy cannot put the {} result of '{}' into an array of {} in place", result, op,
                                  dtype))
        .note(array.origin, fmt::format("the {} array is made here; use x = x {} {}, or x.astype(\"float32\") first",
                                        dtype, op, std::string(toStr(other))));
    return {};
  }
  if (inPlace && !reversed && !array.isWhole())
    return evaluator.notSupported(range, "changing a part of an array in place",
                                  fmt::format("use x = x {} {}", op, toStr(other)));
  ArrayObject *target = inPlace && !reversed ? &array : copied(evaluator, array, range);
  target->buffer->array.steps.push_back({kind, result, *constant});
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
    return rows ? evaluator.runTime(evaluator.emitCall("len", {*rows}, range), RunTimeObject::Type::Int) : Value();
  }
  int index = evaluator.graph.arrayIndex(description);
  if (array.rows >= 0)
    return evaluator.runTime(evaluator.emit(Instruction::Call, {array.rows}, range, "len"), RunTimeObject::Type::Int);
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
  if (!value.isPoison())
    evaluator.notSupported(range, fmt::format("the dtype {}", name.empty() ? repr(value) : name),
                           "use float32, float64, uint8, int32 or int64");
  return std::nullopt;
}

Value castTo(Evaluator &evaluator, const ArrayObject &array, const std::string &dtype, SourceRange range) {
  ArrayObject *result = copied(evaluator, array, range);
  if (dtype != array.buffer->array.dtype)
    result->buffer->array.steps.push_back({ArrayStep::Cast, dtype, 0});
  result->buffer->array.dtype = dtype;
  return result;
}

int64_t elementsOf(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    if (__builtin_mul_overflow(count, size, &count))
      return -1;
  return count;
}

/// reshape's new shape: the first dimension is the samples', -1 or their number.
Value reshape(Evaluator &evaluator, const ArrayObject &array, std::vector<Value> dimensions, SourceRange range) {
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
      bool samples = (count && count->type == RunTimeObject::Type::Int) ||
                     (size && array.isWhole() && *size == publishedSamples(array.buffer->array));
      if (!samples && size != -1)
        return evaluator.notSupported(range, fmt::format("a reshape that mixes samples ({} instead of their number)",
                                                         count ? "a value of the run" : repr(dimension)),
                                      "give -1 or x.shape[0] first");
      if (!samples)
        free = 0;
      continue;
    }
    if (!size || *size < -1 || (*size == -1 && free >= 0)) {
      evaluator.error(range, fmt::format("{} is no dimension of a shape", size ? repr(dimension) : typeName(dimension)));
      return {};
    }
    if (*size == -1)
      free = static_cast<int>(i);
    result->shape.push_back(*size);
  }
  int64_t elements = elementsOf(array.shape), given = 1;
  if (free > 0 || (free == 0 && start == 0)) {
    int64_t &unknown = result->shape[free - start];
    unknown = 1;
    given = elementsOf(result->shape);
    if (given > 0 && elements % given == 0)
      unknown = elements / given;
  }
  given = elementsOf(result->shape);
  if (given != elements || (!array.sample && dimensions.empty())) {
    evaluator
        .error(range, fmt::format("a sample of {} cannot be reshaped to {}: {} elements are not {}",
                                  shapeText(array.shape), shapeText(result->shape), elements, given))
        .note(array.origin, fmt::format("a sample is {} here", shapeText(array.shape)));
    return {};
  }
  return result;
}

Value expandDims(Evaluator &evaluator, const ArrayObject &array, const Value &axisValue, SourceRange range) {
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
      evaluator.error(range, fmt::format("the axis {} is out of range for {} dimensions", axis, rank));
      return {};
    }
    axis += axis < 0 ? rank : 0;
  }
  std::sort(axes.begin(), axes.end());
  for (int64_t axis : axes) {
    if (!array.sample && axis == 0)
      return evaluator.notSupported(range, "a dimension before that of the samples", "use the axis -1");
    int64_t at = axis - !array.sample;
    if (at > static_cast<int64_t>(result->shape.size()))
      return {};
    result->shape.insert(result->shape.begin() + at, 1);
  }
  return result;
}

Value squeeze(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  ArrayObject *result = derived(evaluator, array, range);
  std::erase(result->shape, 1);
  return result;
}

Value flatten(Evaluator &evaluator, const ArrayObject &array, SourceRange range) {
  if (!array.sample && elementsOf(array.shape) != 1)
    return evaluator.notSupported(range, "flattening samples of several elements into one array",
                                  "x.reshape(-1, n) flattens each sample");
  ArrayObject *result = derived(evaluator, array, range);
  result->shape = array.sample ? std::vector<int64_t>{elementsOf(array.shape)} : std::vector<int64_t>{};
  return result;
}

/// Whether what a step gives is not what the formula says: arithmetic in integers may wrap around, and a cast to them
/// loses nothing only while there are no fractions, as the first step.
bool mayLoseValues(const Array &description, const ArrayStep &step) {
  return !isFloating(step.dtype) && (step.kind != ArrayStep::Cast || &step != &description.steps.front());
}

/// The least or greatest element that the published data set has, after the steps; nothing where it is not known.
std::optional<double> extreme(const Array &description, bool greatest) {
  if (description.gaps || (description.reader == "numpy" && !description.classes))
    return std::nullopt;
  double low = 0, high = description.one_hot ? 1 : description.classes ? static_cast<double>(description.classes - 1) : 255;
  for (const ArrayStep &step : description.steps) {
    if (mayLoseValues(description, step))
      return std::nullopt;
    auto rounded = [&](double x) { return step.dtype == "float32" ? static_cast<double>(static_cast<float>(x)) : x; };
    auto apply = [&](double x) {
      double c = rounded(step.constant);
      switch (step.kind) {
      case ArrayStep::Add: return x + c;
      case ArrayStep::Subtract: return x - c;
      case ArrayStep::Multiply: return x * c;
      case ArrayStep::Divide: return x / c;
      case ArrayStep::ReverseSubtract: return c - x;
      case ArrayStep::ReverseDivide: return c / x;
      case ArrayStep::Cast: break;
      }
      return x;
    };
    low = rounded(apply(low));
    high = rounded(apply(high));
  }
  return greatest ? std::max(low, high) : std::min(low, high);
}

/// Mean and standard deviation of a published data set's pixels, as NumPy gives them for all elements.
struct Moments {
  std::string_view source;
  bool test;
  double mean, deviation;
};
constexpr Moments publishedMoments[] = {{"fashion_mnist", false, 72.94035223214286, 90.02118235130526},
                                        {"fashion_mnist", true, 73.14656658163265, 89.8732590780972},
                                        {"mnist", false, 33.318421449829934, 78.56748998339798},
                                        {"cifar10", false, 120.70756512369792, 64.1500758911213}};

/// x.mean() or x.std(), after the steps.
Value moment(Evaluator &evaluator, const ArrayObject &array, bool deviation, SourceRange range) {
  const Array &description = array.buffer->array;
  auto found = std::find_if(std::begin(publishedMoments), std::end(publishedMoments), [&](const Moments &row) {
    return row.source == description.source && row.test == description.test;
  });
  if (found == std::end(publishedMoments) || !array.isWhole() || description.labels)
    return evaluator.notSupported(range, "the mean or deviation of this array",
                                  "it is known for the images of fashion_mnist, and the training images of mnist and "
                                  "cifar10; give it as a number");
  double mean = found->mean, spread = found->deviation;
  for (const ArrayStep &step : description.steps) {
    double c = step.constant;
    switch (step.kind) {
    case ArrayStep::Add: mean += c; break;
    case ArrayStep::Subtract: mean -= c; break;
    case ArrayStep::ReverseSubtract: mean = c - mean; break;
    case ArrayStep::Multiply: mean *= c, spread *= std::fabs(c); break;
    case ArrayStep::Divide: mean /= c, spread /= std::fabs(c); break;
    case ArrayStep::Cast: break;
    case ArrayStep::ReverseDivide:
      return evaluator.notSupported(range, "the mean or deviation of a quotient by the array");
    }
    if (mayLoseValues(description, step))
      return evaluator.notSupported(range, "the mean or deviation of an array after arithmetic in integers");
  }
  double value = deviation ? spread : mean;
  bool single = description.dtype == "float32";
  return evaluator.heap.make<ScalarObject>(single ? "float32" : "float64",
                                           single ? static_cast<double>(static_cast<float>(value)) : value);
}
} // namespace

namespace {
/// x[start:stop:step]: the same array on fewer samples. Which these are is known only when they are counted.
Value sliceSamples(Evaluator &evaluator, const ArrayObject &array, const SliceObject &slice, SourceRange range) {
  using Type = RunTimeObject::Type;
  for (const Value *part : {&slice.start, &slice.stop, &slice.step}) {
    auto *object = part->as<RunTimeObject>();
    if (part->isPoison())
      return {};
    if (!part->isNone() && !part->integer() && !(object && (object->type == Type::Int || object->type == Type::Unknown))) {
      evaluator.error(range, "a slice's parts must be ints; int(...) makes one of a float");
      return {};
    }
  }
  if (slice.step.integer() == 0) {
    evaluator.error(range, "a slice's step must not be 0");
    return {};
  }
  int all = array.rows;
  if (all < 0) {
    int count = sampleCount(evaluator, array, range).as<RunTimeObject>()->instruction;
    all = evaluator.emit(Instruction::Call, {count}, range, "range");
  }
  std::vector<int> operands = {all};
  for (const Value *part : {&slice.start, &slice.stop, &slice.step})
    operands.push_back(*evaluator.materialize(*part, range));
  ArrayObject *result = derived(evaluator, array, range);
  result->rows = evaluator.emit(Instruction::Slice, operands, range);
  return result;
}

/// x[:, :, 0] and x[..., 0]: dimensions of size 1 that an index takes away.
Value dropDimensions(Evaluator &evaluator, const ArrayObject &array, const std::vector<Value> &parts,
                     SourceRange range) {
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

Value arraySubscript(Evaluator &evaluator, const Value &value, const Value &index, SourceRange range) {
  auto &array = *value.as<ArrayObject>();
  auto isFull = [](const Value &part) {
    auto *slice = part.as<SliceObject>();
    return slice && slice->start.isNone() && slice->stop.isNone() && slice->step.isNone();
  };
  std::vector<Value> parts = index.as<TupleObject>() ? index.as<TupleObject>()->items : std::vector<Value>{index};
  // x[..., np.newaxis] and x[:, :, :, None]
  if (parts.size() > 1 && parts.back().isNone() && !parts.front().isNone()) {
    bool whole = true;
    for (size_t i = 0; i + 1 < parts.size(); ++i)
      whole &= isFull(parts[i]) || parts[i].isEllipsis();
    bool ellipsis = parts[0].isEllipsis() && parts.size() == 2;
    if (whole && (ellipsis || parts.size() == array.shape.size() + 1 + !array.sample))
      return expandDims(evaluator, array, Value(-1), range);
  }
  if (parts.size() == 1 && isFull(parts[0]))
    return value;
  bool chooses = parts.size() == 1 && array.isWhole();
  if (chooses && index.integer()) {
    int64_t published = publishedSamples(array.buffer->array);
    if (published > 0 && (*index.integer() >= published || *index.integer() < -published)) {
      evaluator.error(range, fmt::format("index {} is out of range: the data set has {} samples", *index.integer(),
                                         published));
      return {};
    }
  }
  bool isLabel = array.buffer->array.classes && array.shape.empty() && !array.buffer->array.one_hot;
  if (chooses && !isLabel && (index.integer() || index.as<RunTimeObject>())) {
    using Type = RunTimeObject::Type;
    auto *runTime = index.as<RunTimeObject>();
    ArrayObject *result = derived(evaluator, array, range);
    result->row = index;
    result->sample = !(runTime && (runTime->type == Type::Array || runTime->type == Type::List));
    return result;
  }
  bool onlyFirst = !parts.empty() && !array.sample && array.row.isPoison() && parts[0].as<SliceObject>() && !isFull(parts[0]);
  for (size_t i = 1; i < parts.size(); ++i)
    onlyFirst &= isFull(parts[i]) || parts[i].isEllipsis();
  if (onlyFirst && parts.size() <= array.shape.size() + 2)
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
  return dtype ? castTo(evaluator, selfOf(self), *dtype, call.range) : Value();
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
Value copyMethod(Evaluator &evaluator, Value self, Call &call) { return copied(evaluator, selfOf(self), call.range); }
/// Known where all elements of the whole data set are asked for; else computed by the run.
template <bool greatest> Value extremeMethod(Evaluator &evaluator, Value self, Call &call) {
  auto &array = selfOf(self);
  if (array.isWhole() && call.positional.empty() && call.keywords.empty())
    if (auto known = extreme(array.buffer->array, greatest))
      return evaluator.heap.make<ScalarObject>(array.buffer->array.dtype, *known);
  return callRunTimeFunction(evaluator, *findRunTimeFunction("numpy", greatest ? "max" : "min"), &self, call);
}

template <bool deviation> Value momentMethod(Evaluator &evaluator, Value self, Call &call) {
  const char *name = deviation ? "std" : "mean";
  if (!evaluator.checkArguments(call, name, 0, 1, {"axis", "dtype", "keepdims", "ddof"}))
    return {};
  for (const std::vector<Argument> *arguments : {&call.positional, &call.keywords})
    for (const Argument &argument : *arguments)
      if (!argument.value.isNone())
        return evaluator.notSupported(argument.range, fmt::format("an argument of {} on a data set's array", name),
                                      "subtract one number for all channels");
  return moment(evaluator, selfOf(self), deviation, call.range);
}

constexpr std::pair<std::string_view, MethodHandler> kMethods[] = {
    {"astype", astype},          {"reshape", reshapeMethod}, {"flatten", flattenMethod}, {"ravel", flattenMethod},
    {"squeeze", squeezeMethod},  {"copy", copyMethod},       {"max", extremeMethod<true>}, {"min", extremeMethod<false>},
    {"mean", momentMethod<false>}, {"std", momentMethod<true>}};

MethodHandler findMethod(std::string_view name) {
  for (auto [known, handler] : kMethods)
    if (known == name)
      return handler;
  return nullptr;
}
} // namespace

std::optional<Value> arrayAttribute(Evaluator &evaluator, const Value &value, const std::string &name,
                                    SourceRange range) {
  auto &array = *value.as<ArrayObject>();
  if (name == "shape")
    return shapeOf(evaluator, array, range);
  if (name == "dtype")
    return evaluator.heap.str(array.buffer->array.dtype);
  if (name == "ndim")
    return Value(static_cast<int64_t>(array.shape.size() + !array.sample));
  if (MethodHandler handler = findMethod(name))
    return evaluator.heap.make<MethodObject>(value, name, handler);
  return std::nullopt;
}

//===- Functions of numpy ---------------------------------------------------------------------===//

namespace {
/// np.f(x, ...) of a data set's array as the method x.f(...); of other values what the run makes of them.
Value asMethod(Evaluator &evaluator, Call &call) {
  if (call.positional.empty()) {
    evaluator.error(call.range, "an array is missing here");
    return {};
  }
  Value self = call.positional[0].value;
  if (!self.as<ArrayObject>())
    return callAsRunTimeFunction(evaluator, call);
  call.positional.erase(call.positional.begin());
  return findMethod(call.runTime->sameAs())(evaluator, self, call);
}

Value expandDimsFunction(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "np.expand_dims", 2, 2, {"axis"}))
    return {};
  const Argument *axis = call.get(1, "axis");
  if (call.positional.empty() || !axis || axis->value.isPoison())
    return {};
  auto *array = call.positional[0].value.as<ArrayObject>();
  return array ? expandDims(evaluator, *array, axis->value, call.range)
               : callAsRunTimeFunction(evaluator, call);
}

template <bool greatest> Value extremeFunction(Evaluator &evaluator, Call &call) {
  if (!call.positional.empty() && call.positional[0].value.as<ArrayObject>())
    return asMethod(evaluator, call);
  if (call.positional.size() != 1 || !call.keywords.empty())
    return callAsRunTimeFunction(evaluator, call);
  Value builtin = evaluator.lookUp(greatest ? "max" : "min", call.callee);
  return evaluator.call(builtin, call);
}

Value unique(Evaluator &evaluator, Call &call) {
  auto *array = call.positional.empty() ? nullptr : call.positional[0].value.as<ArrayObject>();
  if (!array || !array->buffer->array.classes || array->buffer->array.one_hot || array->buffer->array.gaps ||
      !array->isWhole() || call.positional.size() + call.keywords.size() > 1)
    return callAsRunTimeFunction(evaluator, call);
  std::vector<Value> classes;
  for (int64_t i = 0; i < array->buffer->array.classes; ++i)
    classes.emplace_back(i);
  Value list = evaluator.heap.list(std::move(classes));
  list.as<ListObject>()->view = "numpy.array";
  return list;
}

/// keras.utils.to_categorical: float64, a trailing dimension of 1 dropped (keras/src/utils/numerical_utils.py).
Value toCategorical(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "to_categorical", 1, 2, {"x", "y", "num_classes"}))
    return {};
  const Argument *labels = call.get(0, "x"), *number = call.get(1, "num_classes");
  if (!labels)
    labels = call.keyword("y");
  if (!labels || labels->value.isPoison() || (number && number->value.isPoison()))
    return {};
  auto *array = labels->value.as<ArrayObject>();
  if (!array || array->sample || !array->buffer->array.classes || array->buffer->array.one_hot)
    return evaluator.notSupported(labels->range, "to_categorical of anything but the class indices of a data set");
  int64_t known = array->buffer->array.classes, classes = known;
  if (number && !number->value.isNone()) {
    auto given = number->value.number();
    if (!given || *given != std::floor(*given) || std::fabs(*given) > 1e6) {
      evaluator.error(number->range, fmt::format("to_categorical's 'num_classes' must be an int that is known here, "
                                                 "not {}",
                                                 typeName(number->value)));
      return {};
    }
    classes = static_cast<int64_t>(*given);
    if (classes < known) {
      evaluator.error(number->range, fmt::format("the labels go up to {}, which is out of bounds for {} classes",
                                                 known - 1, classes));
      return {};
    }
  }
  ArrayObject *result = copied(evaluator, *array, call.range);
  result->buffer->array.one_hot = classes;
  result->buffer->array.dtype = "float64";
  result->shape = {classes};
  return result;
}

template <typename Function> Value onNumber(Evaluator &evaluator, Call &call, Function function) {
  if (!evaluator.checkArguments(call, evaluator.text(call.callee), 1, 1))
    return {};
  auto number = call.positional[0].value.number();
  if (!number) {
    if (!call.positional[0].value.isPoison())
      evaluator.notSupported(call.range, "this function on anything but a known number");
    return {};
  }
  double result = function(*number);
  if (std::isnan(result) && !std::isnan(*number)) {
    evaluator.error(call.range, "math domain error");
    return {};
  }
  return result;
}
Value squareRoot(Evaluator &e, Call &c) { return onNumber(e, c, [](double x) { return std::sqrt(x); }); }
Value exponential(Evaluator &e, Call &c) { return onNumber(e, c, [](double x) { return std::exp(x); }); }
Value logarithm(Evaluator &e, Call &c) { return onNumber(e, c, [](double x) { return x > 0 ? std::log(x) : NAN; }); }
template <bool up> Value rounded(Evaluator &evaluator, Call &call) {
  Value value = onNumber(evaluator, call, [](double x) { return up ? std::ceil(x) : std::floor(x); });
  auto number = value.number();
  if (!number || std::fabs(*number) > 9e18)
    return {};
  return static_cast<int64_t>(*number);
}
Value product(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "prod", 1, 1))
    return {};
  auto items = evaluator.iterate(call.positional[0].value, call.positional[0].range);
  Value result = 1;
  for (size_t i = 0; items && i < items->size(); ++i)
    result = evaluator.binary("*", result, (*items)[i], call.range);
  return items ? result : Value();
}
template <size_t index> Value scalarType(Evaluator &evaluator, Call &call) {
  static const std::string names[] = {"uint8", "int32", "int64", "float32", "float64"};
  if (!evaluator.checkArguments(call, names[index], 1, 1))
    return {};
  const Value &value = call.positional[0].value;
  if (auto *array = value.as<ArrayObject>())
    return castTo(evaluator, *array, names[index], call.range);
  auto number = value.number();
  if (!number)
    return evaluator.notSupported(call.range, fmt::format("{} of a '{}'", names[index], typeName(value)));
  double kept = index == 3 ? static_cast<double>(static_cast<float>(*number)) : index == 4 ? *number : std::trunc(*number);
  return evaluator.heap.make<ScalarObject>(names[index], kept);
}
Value nothing(Evaluator &, Call &) { return NoneValue(); }
Value no(Evaluator &, Call &) { return false; }
/// itertools.product of things that are known.
Value cartesianProduct(Evaluator &evaluator, Call &call) {
  std::vector<std::vector<Value>> rows(1);
  for (const Argument &argument : call.positional) {
    if (Evaluator::isOfRun(argument.value))
      return evaluator.callAtRunTime("itertools.product", call, RunTimeObject::Type::List);
    auto items = evaluator.iterate(argument.value, argument.range);
    if (!items || !evaluator.checkSize(rows.size() * items->size(), argument.range))
      return {};
    std::vector<std::vector<Value>> longer;
    for (const std::vector<Value> &row : rows)
      for (const Value &item : *items) {
        longer.push_back(row);
        longer.back().push_back(item);
      }
    rows = std::move(longer);
  }
  std::vector<Value> tuples;
  for (std::vector<Value> &row : rows)
    tuples.push_back(evaluator.heap.tuple(std::move(row)));
  return evaluator.heap.list(std::move(tuples));
}
Value plot(Evaluator &evaluator, Call &call) { return evaluator.skipPlotting(call.range); }
/// Ingot's programs run on the CPU.
Value devices(Evaluator &evaluator, Call &) { return evaluator.heap.list({}); }

template <size_t index> Value loadData(Evaluator &evaluator, Call &call) {
  for (const Argument &argument : call.positional)
    return evaluator.notSupported(argument.range, "an argument of load_data", "the executable's --data-dir says where");
  for (const Argument &argument : call.keywords)
    if (argument.name != "path" && argument.name != "label_mode")
      return evaluator.notSupported(argument.nameRange, fmt::format("load_data's '{}'", argument.name));
  return loadDataset(evaluator, std::string(datasets()[index].name), call.range);
}

/// An array of a file, or an error at `range`.
Value fileArray(Evaluator &evaluator, const std::string &path, const std::string &name, const FileArray &file,
                SourceRange range) {
  auto fail = [&](const std::string &why) {
    evaluator.error(range, fmt::format("{}{}{}: {}", path, name.empty() ? "" : ", ", name, why));
    return Value();
  };
  if (file.shape.empty())
    return fail("a single number; an array of samples is needed");
  bool known = false;
  for (std::string_view dtype : {"uint8", "int32", "int64", "float32", "float64"})
    known |= file.dtype == dtype;
  if (!known)
    return fail(fmt::format("elements of type '{}' are not supported yet; uint8, int32, int64, float32 and float64 are",
                            file.dtype));
  if (file.fortran && file.shape.size() > 1)
    return fail("is in Fortran's order; write it again with numpy.ascontiguousarray");
  auto *array = evaluator.heap.make<ArrayObject>();
  array->buffer = std::make_shared<SampleBuffer>();
  Array &description = array->buffer->array;
  description.reader = "numpy";
  description.source = path;
  description.key = name;
  description.labels = file.classes > 0;
  description.classes = file.classes;
  description.gaps = file.gaps;
  description.source_shape.assign(file.shape.begin() + 1, file.shape.end());
  description.source_dtype = description.dtype = file.dtype;
  array->shape = description.source_shape;
  array->origin = range;
  return array;
}

/// The path as the executable will know it, where the file is when the script is compiled: here, or beside the script.
std::string findFile(Evaluator &evaluator, const std::string &path) {
  std::filesystem::path beside = std::filesystem::path(evaluator.scriptPath()).parent_path() / path;
  std::error_code ignored;
  return !std::filesystem::exists(path, ignored) && std::filesystem::exists(beside, ignored) ? beside.string() : path;
}

/// np.load: an array, or a dict of an archive's arrays.
Value load(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "np.load", 1, 2, {"file", "mmap_mode", "allow_pickle", "fix_imports", "encoding"}))
    return {};
  const Argument *argument = call.get(0, "file");
  if (!argument || argument->value.isPoison())
    return {};
  if (!argument->value.str())
    return evaluator.notSupported(argument->range, "np.load of anything but a known path");
  std::string error, path = *argument->value.str();
  auto arrays = readArrayFile(findFile(evaluator, path), error);
  if (!arrays) {
    evaluator.error(argument->range, fmt::format("{} (ingotc reads its header, for shape and type)", error));
    return {};
  }
  if (arrays->size() == 1 && arrays->front().first.empty())
    return fileArray(evaluator, path, "", arrays->front().second, call.range);
  auto *dict = evaluator.heap.make<DictObject>();
  for (auto &[name, file] : *arrays) {
    Value key = evaluator.heap.str(name);
    dict->entries.set(*hashKey(key), key, fileArray(evaluator, path, name, file, call.range));
  }
  return dict;
}

Value asArray(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "np.array", 1, 2, {"dtype"}))
    return {};
  const Argument *type = call.get(1, "dtype");
  auto *array = call.positional.empty() ? nullptr : call.positional[0].value.as<ArrayObject>();
  if (!array)
    return callAsRunTimeFunction(evaluator, call);
  if (!type)
    return copied(evaluator, *array, call.range);
  auto dtype = dtypeName(evaluator, type->value, type->range);
  return dtype ? castTo(evaluator, *array, *dtype, call.range) : Value();
}

struct Function {
  std::string_view module, name;
  BuiltinHandler handler;
};
constexpr Function kFunctions[] = {
    {"numpy", "expand_dims", expandDimsFunction}, {"numpy", "reshape", asMethod},
    {"numpy", "squeeze", asMethod}, {"numpy", "ravel", asMethod},
    {"numpy", "copy", asMethod}, {"numpy", "max", extremeFunction<true>},
    {"numpy", "amax", extremeFunction<true>}, {"numpy", "min", extremeFunction<false>},
    {"numpy", "amin", extremeFunction<false>}, {"numpy", "unique", unique}, {"numpy", "prod", product},
    {"numpy", "mean", asMethod}, {"numpy", "std", asMethod},
    {"numpy", "load", load}, {"numpy", "sqrt", squareRoot}, {"numpy", "exp", exponential}, {"numpy", "log", logarithm},
    {"numpy", "uint8", scalarType<0>}, {"numpy", "int32", scalarType<1>}, {"numpy", "int64", scalarType<2>},
    {"numpy", "float32", scalarType<3>}, {"numpy", "float64", scalarType<4>}, {"numpy", "array", asArray},
    {"numpy", "asarray", asArray}, {"numpy.random", "seed", nothing},
    {"math", "sqrt", squareRoot}, {"math", "exp", exponential}, {"math", "log", logarithm},
    {"math", "ceil", rounded<true>}, {"math", "floor", rounded<false>}, {"math", "prod", product},
    {"random", "seed", nothing}, {"tensorflow.random", "set_seed", nothing},
    {"keras.utils", "to_categorical", toCategorical},
    {"keras.utils", "set_random_seed", nothing}, {"tensorflow.config", "list_physical_devices", devices},
    {"keras.utils", "plot_model", plot}, {"sklearn.metrics", "ConfusionMatrixDisplay", plot},
    {"itertools", "product", cartesianProduct},
    {"tensorflow.config.experimental", "list_physical_devices", devices},
    {"tensorflow.config.experimental", "set_memory_growth", nothing},
    {"tensorflow.config", "set_visible_devices", nothing}, {"tensorflow.get_logger", "setLevel", nothing},
    {"tensorflow.test", "is_built_with_cuda", no}, {"tensorflow.test", "is_gpu_available", no},
    {"warnings", "simplefilter", nothing}, {"logging", "getLogger", nothing},
    {"keras.utils", "disable_interactive_logging", nothing},
    {"keras.backend", "clear_session", nothing}, {"warnings", "filterwarnings", nothing},
    {"keras.datasets.fashion_mnist", "load_data", loadData<0>}, {"keras.datasets.mnist", "load_data", loadData<1>},
    {"keras.datasets.cifar10", "load_data", loadData<2>}, {"keras.datasets.cifar100", "load_data", loadData<3>},
    {"keras.utils", "image_dataset_from_directory", imageDatasetFromDirectory},
    {"keras.preprocessing", "image_dataset_from_directory", imageDatasetFromDirectory},
    {"tensorflow", "float32", scalarType<3>}};
} // namespace

std::optional<Value> libraryAttribute(Evaluator &evaluator, const std::string &module, const std::string &name) {
  const RunTimeFunction *runTime = findRunTimeFunction(module, name);
  for (const Function &function : kFunctions)
    if (function.module == module && function.name == name)
      return Value(evaluator.heap.make<BuiltinObject>(name, function.handler, runTime));
  if (runTime)
    return Value(evaluator.heap.make<BuiltinObject>(name, nullptr, runTime));
  if (module == "numpy" && name == "newaxis")
    return Value(NoneValue());
  if ((module == "numpy" || module == "math") && (name == "pi" || name == "e" || name == "inf"))
    return Value(name == "pi" ? 3.14159265358979323846 : name == "e" ? 2.71828182845904523536 : INFINITY);
  if (module.starts_with("tensorflow.data") && name == "AUTOTUNE")
    return Value(-1);
  if (module == "os" && name == "environ")
    return Value(evaluator.heap.make<DictObject>());
  if ((module == "tensorflow" || module == "keras" || module == "numpy") && name == "__version__")
    return evaluator.heap.str(module == "numpy" ? "2.4.6" : module == "keras" ? "3.15.1" : "2.21.0");
  return std::nullopt;
}

std::vector<std::string> libraryNames(const std::string &module) {
  std::vector<std::string> names;
  for (const Function &function : kFunctions)
    if (function.module == module)
      names.emplace_back(function.name);
  for (std::string &name : runTimeFunctionNames(module))
    names.push_back(std::move(name));
  return names;
}

} // namespace ingot::import
