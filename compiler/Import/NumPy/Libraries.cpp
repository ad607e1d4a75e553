// The table of library functions that the compiler evaluates: of numpy, math, keras.utils,
// tensorflow and others.

#include "compiler/Import/NumPy/Libraries.h"

#include "compiler/Import/Keras/Datasets.h"
#include "compiler/Import/Keras/ImageFolder.h"
#include "compiler/Import/NumPy/Arrays.h"
#include "compiler/Import/NumPy/ComputedArrays.h"
#include "compiler/Import/NumPy/Datasets.h"
#include "compiler/Import/NumPy/Files.h"
#include "compiler/Import/NumPy/RunTimeFunctions.h"
#include "compiler/Import/NumPy/Splits.h"

#include <cmath>
#include <filesystem>

#include <fmt/format.h>

namespace ingot::import {

namespace {
/// np.f(x, ...) of a data set's array as the method x.f(...); of other values what the run makes of
/// them.
Value asMethod(Evaluator &evaluator, Call &call) {
  if (call.positional.empty()) {
    evaluator.error(call.range, "an array is missing here");
    return {};
  }
  Value self = call.positional[0].value;
  if (!self.as<ArrayObject>())
    return callAsRunTimeFunction(evaluator, call);
  call.positional.erase(call.positional.begin());
  return findArrayMethod(call.runTime->sameAs())(evaluator, self, call);
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

/// np.max and np.min: Python's on what is known.
Value extremeFunction(Evaluator &evaluator, Call &call) {
  if (!call.positional.empty() && call.positional[0].value.as<ArrayObject>())
    return asMethod(evaluator, call);
  if (call.positional.size() != 1 || !call.keywords.empty())
    return callAsRunTimeFunction(evaluator, call);
  return evaluator.call(evaluator.builtin(std::string(call.runTime->sameAs())), call);
}

Value unique(Evaluator &evaluator, Call &call) {
  auto *array = call.positional.empty() ? nullptr : call.positional[0].value.as<ArrayObject>();
  if (!array || !array->buffer->array.classes || array->buffer->array.one_hot ||
      array->buffer->array.gaps || !array->isWhole() ||
      call.positional.size() + call.keywords.size() > 1)
    return callAsRunTimeFunction(evaluator, call);
  std::vector<Value> classes;
  for (int64_t i = 0; i < array->buffer->array.classes; ++i)
    classes.emplace_back(i);
  Value list = evaluator.heap.list(std::move(classes));
  list.as<ListObject>()->view = "numpy.array";
  return list;
}

/// keras.utils.to_categorical: float64, a trailing dimension of 1 dropped
/// (keras/src/utils/numerical_utils.py).
Value toCategorical(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "to_categorical", 1, 2, {"x", "y", "num_classes"}))
    return {};
  const Argument *labels = call.get(0, "x"), *number = call.get(1, "num_classes");
  if (!labels)
    labels = call.keyword("y");
  if (!labels || labels->value.isPoison() || (number && number->value.isPoison()))
    return {};
  auto *array = labels->value.as<ArrayObject>();
  if (array && array->buffer->array.one_hot) {
    evaluator.error(labels->range, "these labels went through to_categorical already");
    return {};
  }
  if (!array || array->sample || !array->buffer->array.classes)
    return evaluator.notSupported(labels->range,
                                  "to_categorical of anything but the class indices of a data set");
  int64_t known = array->buffer->array.classes, classes = known;
  if (number && !number->value.isNone()) {
    auto given = number->value.number();
    if (!given || *given != std::floor(*given) || std::fabs(*given) > 1e6) {
      evaluator.error(
          number->range,
          fmt::format("to_categorical's 'num_classes' must be an int that is known here, "
                      "not {}",
                      typeName(number->value)));
      return {};
    }
    classes = static_cast<int64_t>(*given);
    if (classes < known) {
      evaluator.error(number->range,
                      fmt::format("the labels go up to {}, which is out of bounds for {} classes",
                                  known - 1, classes));
      return {};
    }
  }
  ArrayObject *result = copiedArray(evaluator, *array, call.range);
  result->buffer->array.one_hot = classes;
  result->buffer->array.dtype = "float64";
  result->shape = {classes};
  return result;
}

/// tf.cast(x, dtype).
Value castFunction(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "tf.cast", 2, 2, {"x", "dtype"}))
    return {};
  const Argument *x = call.get(0, "x"), *type = call.get(1, "dtype");
  if (!x || !type || x->value.isPoison() || type->value.isPoison())
    return {};
  auto dtype = dtypeName(evaluator, type->value, type->range);
  if (!dtype)
    return {};
  if (auto *array = x->value.as<ArrayObject>())
    return castArray(evaluator, *array, *dtype, call.range);
  auto operand = evaluator.materialize(x->value, x->range);
  if (!operand)
    return {};
  int name = evaluator.emit(Instruction::Str, {}, call.range, *dtype);
  Value result = evaluator.runTime(evaluator.emitCall(".astype", {*operand, name}, call.range),
                                   RunTimeObject::Type::Array);
  result.as<RunTimeObject>()->shape = knownShape(x->value);
  result.as<RunTimeObject>()->dtype = *dtype;
  result.as<RunTimeObject>()->isTensor = true;
  return result;
}

/// tf.one_hot(labels, depth): as to_categorical.
Value oneHotFunction(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "tf.one_hot", 2, 2, {"indices", "depth"}))
    return {};
  Call renamed = call;
  for (Argument &argument : renamed.keywords)
    argument.name = argument.name == "indices" ? "x" : "num_classes";
  return toCategorical(evaluator, renamed);
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
Value squareRoot(Evaluator &e, Call &c) {
  return onNumber(e, c, [](double x) { return std::sqrt(x); });
}
Value exponential(Evaluator &e, Call &c) {
  return onNumber(e, c, [](double x) { return std::exp(x); });
}
Value logarithm(Evaluator &e, Call &c) {
  return onNumber(e, c, [](double x) { return x > 0 ? std::log(x) : NAN; });
}
Value cosine(Evaluator &e, Call &c) {
  return onNumber(e, c, [](double x) { return std::cos(x); });
}
Value sine(Evaluator &e, Call &c) {
  return onNumber(e, c, [](double x) { return std::sin(x); });
}
Value hyperbolicTangent(Evaluator &e, Call &c) {
  return onNumber(e, c, [](double x) { return std::tanh(x); });
}
Value powerOf(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "pow", 2, 2))
    return {};
  auto x = call.positional[0].value.number(), y = call.positional[1].value.number();
  if (!x || !y)
    return evaluator.notSupported(call.range, "pow on anything but known numbers");
  return std::pow(*x, *y);
}
/// TensorFlow's and Keras's functions of a number: tensors of float32.
template <double function(double)> Value single(Evaluator &evaluator, Call &call) {
  Value value = onNumber(evaluator, call, [](double x) {
    return static_cast<double>(static_cast<float>(function(static_cast<float>(x))));
  });
  auto number = value.number();
  return number ? Value(evaluator.heap.make<ScalarObject>("float32", *number)) : Value();
}
template <bool up> Value rounded(Evaluator &evaluator, Call &call) {
  Value value =
      onNumber(evaluator, call, [](double x) { return up ? std::ceil(x) : std::floor(x); });
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
    return castArray(evaluator, *array, names[index], call.range);
  auto number = value.number();
  if (!number)
    return evaluator.notSupported(call.range, fmt::format("{} of {}", names[index], someOf(value)));
  double kept = index == 3   ? static_cast<double>(static_cast<float>(*number))
                : index == 4 ? *number
                             : std::trunc(*number);
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
  static const std::string names[] = {"fashion_mnist", "mnist", "cifar10", "cifar100"};
  for (const Argument &argument : call.positional)
    return evaluator.notSupported(argument.range, "an argument of load_data",
                                  "the executable's --data-dir says where");
  for (const Argument &argument : call.keywords)
    if (argument.name != "path" && argument.name != "label_mode")
      return evaluator.notSupported(argument.nameRange,
                                    fmt::format("load_data's '{}'", argument.name));
  return loadDataset(evaluator, names[index], call.range);
}

/// An array of a file, or an error at `range`.
Value fileArray(Evaluator &evaluator, const std::string &path, const std::string &name,
                const FileArray &file, SourceRange range) {
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
    return fail(fmt::format(
        "elements of type '{}' are not supported yet; uint8, int32, int64, float32 and float64 are",
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

/// The path as the executable will know it, where the file is when the script is compiled: here, or
/// beside the script.
std::string findFile(Evaluator &evaluator, const std::string &path) {
  std::filesystem::path beside = std::filesystem::path(evaluator.scriptPath()).parent_path() / path;
  std::error_code ignored;
  return !std::filesystem::exists(path, ignored) && std::filesystem::exists(beside, ignored)
             ? beside.string()
             : path;
}

/// np.load: an array, or a dict of an archive's arrays.
Value load(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "np.load", 1, 2,
                                {"file", "mmap_mode", "allow_pickle", "fix_imports", "encoding"}))
    return {};
  const Argument *argument = call.get(0, "file");
  if (!argument || argument->value.isPoison())
    return {};
  if (!argument->value.str())
    return evaluator.notSupported(argument->range, "np.load of anything but a known path");
  std::string error, path = *argument->value.str();
  auto arrays = readArrayFile(findFile(evaluator, path), error);
  if (!arrays) {
    evaluator.error(argument->range,
                    fmt::format("{} (ingotc reads its header, for shape and type)", error));
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
    return copiedArray(evaluator, *array, call.range);
  auto dtype = dtypeName(evaluator, type->value, type->range);
  return dtype ? castArray(evaluator, *array, *dtype, call.range) : Value();
}

/// np.random.default_rng(seed): the executable has one stream of random numbers, of its own seed.
Value randomGenerator(Evaluator &evaluator, Call &) {
  return evaluator.heap.make<ModuleObject>("numpy.random.Generator");
}
Value randomState(Evaluator &evaluator, Call &) {
  return evaluator.heap.make<ModuleObject>("numpy.random");
}

//===- Paths ----------------------------------------------------------------------------------===//

/// os.path.join of known texts; of others what the run makes of them.
Value joinPath(Evaluator &evaluator, Call &call) {
  std::filesystem::path joined;
  for (const Argument &argument : call.positional) {
    if (!argument.value.str()) {
      evaluator.error(argument.range,
                      fmt::format("a path must be a str, not '{}'", typeName(argument.value)));
      return {};
    }
    joined /= *argument.value.str();
  }
  return evaluator.heap.str(joined.string());
}

/// What `part` makes of a known path.
template <typename Part> Value ofPath(Evaluator &evaluator, Call &call, Part part) {
  if (!evaluator.checkArguments(call, evaluator.text(call.callee), 1, 1))
    return {};
  auto *text = call.positional.empty() ? nullptr : call.positional[0].value.str();
  if (!text)
    return evaluator.notSupported(call.range, "this function of anything but a known path");
  return part(*text);
}
size_t nameBegins(const std::string &path) {
  return path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1;
}
Value baseName(Evaluator &e, Call &c) {
  return ofPath(e, c,
                [&](const std::string &path) { return e.heap.str(path.substr(nameBegins(path))); });
}
Value folderName(Evaluator &e, Call &c) {
  return ofPath(e, c, [&](const std::string &path) {
    std::string folder = path.substr(0, nameBegins(path));
    while (folder.size() > 1 && folder.ends_with('/'))
      folder.pop_back();
    return e.heap.str(folder);
  });
}
Value splitExtension(Evaluator &e, Call &c) {
  return ofPath(e, c, [&](const std::string &path) {
    size_t begin = path.find_first_not_of('.', nameBegins(path)), dot = path.rfind('.');
    if (begin == path.npos || dot == path.npos || dot < begin)
      dot = path.size();
    return e.heap.tuple({e.heap.str(path.substr(0, dot)), e.heap.str(path.substr(dot))});
  });
}

struct Function {
  std::string_view module, name;
  BuiltinHandler handler;
};
constexpr Function kFunctions[] = {
    {"numpy", "expand_dims", expandDimsFunction},
    {"numpy", "reshape", asMethod},
    {"numpy", "squeeze", asMethod},
    {"numpy", "ravel", asMethod},
    {"numpy", "copy", asMethod},
    {"numpy", "max", extremeFunction},
    {"numpy", "amax", extremeFunction},
    {"numpy", "min", extremeFunction},
    {"numpy", "amin", extremeFunction},
    {"numpy", "unique", unique},
    {"numpy", "prod", product},
    {"numpy", "mean", asMethod},
    {"numpy", "std", asMethod},
    {"numpy", "load", load},
    {"numpy", "sqrt", squareRoot},
    {"numpy", "exp", exponential},
    {"numpy", "log", logarithm},
    {"numpy", "uint8", scalarType<0>},
    {"numpy", "int32", scalarType<1>},
    {"numpy", "int64", scalarType<2>},
    {"numpy", "float32", scalarType<3>},
    {"numpy", "float64", scalarType<4>},
    {"numpy", "array", asArray},
    {"numpy", "asarray", asArray},
    {"numpy.random", "seed", nothing},
    {"numpy.random", "default_rng", randomGenerator},
    {"numpy.random", "RandomState", randomState},
    {"os.path", "join", joinPath},
    {"os.path", "basename", baseName},
    {"os.path", "dirname", folderName},
    {"os.path", "splitext", splitExtension},
    {"math", "sqrt", squareRoot},
    {"math", "exp", exponential},
    {"math", "log", logarithm},
    {"numpy", "cos", cosine},
    {"numpy", "sin", sine},
    {"numpy", "tanh", hyperbolicTangent},
    {"numpy", "power", powerOf},
    {"math", "cos", cosine},
    {"math", "sin", sine},
    {"math", "tanh", hyperbolicTangent},
    {"math", "pow", powerOf},
    {"tensorflow", "exp", single<std::exp>},
    {"tensorflow.math", "exp", single<std::exp>},
    {"keras.ops", "exp", single<std::exp>},
    {"tensorflow", "cos", single<std::cos>},
    {"tensorflow.math", "cos", single<std::cos>},
    {"keras.ops", "cos", single<std::cos>},
    {"math", "ceil", rounded<true>},
    {"math", "floor", rounded<false>},
    {"math", "prod", product},
    {"random", "seed", nothing},
    {"tensorflow.random", "set_seed", nothing},
    {"keras.utils", "to_categorical", toCategorical},
    {"keras.utils", "set_random_seed", nothing},
    {"tensorflow.config", "list_physical_devices", devices},
    {"keras.utils", "plot_model", plot},
    {"sklearn.metrics", "ConfusionMatrixDisplay", plot},
    {"itertools", "product", cartesianProduct},
    {"tensorflow.config.experimental", "list_physical_devices", devices},
    {"tensorflow.config.experimental", "set_memory_growth", nothing},
    {"tensorflow.config", "set_visible_devices", nothing},
    {"tensorflow.get_logger", "setLevel", nothing},
    {"tensorflow.test", "is_built_with_cuda", no},
    {"tensorflow.test", "is_gpu_available", no},
    {"warnings", "simplefilter", nothing},
    {"logging", "getLogger", nothing},
    {"keras.utils", "disable_interactive_logging", nothing},
    {"keras.backend", "clear_session", nothing},
    {"warnings", "filterwarnings", nothing},
    {"keras.datasets.fashion_mnist", "load_data", loadData<0>},
    {"keras.datasets.mnist", "load_data", loadData<1>},
    {"keras.datasets.cifar10", "load_data", loadData<2>},
    {"keras.datasets.cifar100", "load_data", loadData<3>},
    {"keras.utils", "image_dataset_from_directory", imageDatasetFromDirectory},
    {"keras.preprocessing", "image_dataset_from_directory", imageDatasetFromDirectory},
    {"tensorflow.data.Dataset", "from_tensor_slices", datasetFromTensorSlices},
    {"tensorflow", "cast", castFunction},
    {"tensorflow", "expand_dims", expandDimsFunction},
    {"tensorflow", "one_hot", oneHotFunction},
    {"sklearn.model_selection", "train_test_split", trainTestSplit},
    {"sklearn.utils", "shuffle", shuffleArrays},
    {"tensorflow", "uint8", scalarType<0>},
    {"tensorflow", "int32", scalarType<1>},
    {"tensorflow", "int64", scalarType<2>},
    {"tensorflow", "float32", scalarType<3>},
    {"tensorflow", "float64", scalarType<4>}};
} // namespace

std::optional<Value> libraryAttribute(Evaluator &evaluator, const std::string &module,
                                      const std::string &name) {
  const RunTimeFunction *runTime = findRunTimeFunction(module, name);
  for (const Function &function : kFunctions)
    if (function.module == module && function.name == name)
      return Value(evaluator.heap.make<BuiltinObject>(name, function.handler, runTime));
  if (runTime)
    return Value(evaluator.heap.make<BuiltinObject>(name, nullptr, runTime));
  if ((module == "numpy" || module == "tensorflow") && name == "newaxis")
    return Value(NoneValue());
  if ((module == "numpy" || module == "math") && (name == "pi" || name == "e" || name == "inf"))
    return Value(name == "pi"  ? 3.14159265358979323846
                 : name == "e" ? 2.71828182845904523536
                               : INFINITY);
  if (module.starts_with("tensorflow.data") && name == "AUTOTUNE")
    return Value(-1);
  if (module == "os" && name == "environ")
    return Value(evaluator.heap.make<DictObject>());
  if ((module == "tensorflow" || module == "keras" || module == "numpy") && name == "__version__")
    return evaluator.heap.str(module == "numpy"   ? "2.4.6"
                              : module == "keras" ? "3.15.1"
                                                  : "2.21.0");
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
