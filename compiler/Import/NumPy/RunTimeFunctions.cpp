// The table of functions that the executable computes, and calls of them.

#include "compiler/Import/NumPy/RunTimeFunctions.h"

#include "compiler/Import/NumPy/ComputedArrays.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using Type = RunTimeObject::Type;
constexpr Type Unknown = Type::Unknown, Bool = Type::Bool, Int = Type::Int, Float = Type::Float,
               Str = Type::Str, List = Type::List, Tuple = Type::Tuple, Elements = Type::Array;

constexpr std::string_view kGenerator = "numpy.random.Generator";
constexpr std::string_view kReduction = "a axis=None keepdims=False";

constexpr RunTimeFunction kFunctions[] = {
    {"numpy", "sum", kReduction, Unknown, true},
    {"numpy", "prod", kReduction, Unknown, true},
    {"numpy", "mean", kReduction, Unknown, true},
    {"numpy", "average", kReduction, Unknown, false, "mean"},
    {"numpy", "std", "a axis=None ddof=0 keepdims=False", Unknown, true},
    {"numpy", "var", "a axis=None ddof=0 keepdims=False", Unknown, true},
    {"numpy", "max", kReduction, Unknown, true},
    {"numpy", "min", kReduction, Unknown, true},
    {"numpy", "amax", kReduction, Unknown, false, "max"},
    {"numpy", "amin", kReduction, Unknown, false, "min"},
    {"numpy", "argmax", kReduction, Elements, true},
    {"numpy", "argmin", kReduction, Elements, true},
    {"numpy", "all", kReduction, Unknown, true},
    {"numpy", "any", kReduction, Unknown, true},
    {"numpy", "count_nonzero", kReduction, Unknown},
    {"numpy", "median", kReduction, Unknown},
    {"numpy", "round", "a decimals=0", Unknown, true},
    {"numpy", "around", "a decimals=0", Unknown, false, "round"},
    {"numpy", "abs", "a", Unknown},
    {"numpy", "absolute", "a", Unknown, false, "abs"},
    {"numpy", "sqrt", "a", Unknown},
    {"numpy", "exp", "a", Unknown},
    {"numpy", "log", "a", Unknown},
    {"numpy", "cos", "a", Unknown},
    {"numpy", "sin", "a", Unknown},
    {"numpy", "tanh", "a", Unknown},
    {"numpy", "power", "x1 x2", Unknown},
    {"numpy", "log2", "a", Unknown},
    {"numpy", "log10", "a", Unknown},
    {"numpy", "floor", "a", Unknown},
    {"numpy", "ceil", "a", Unknown},
    {"numpy", "square", "a", Unknown},
    {"numpy", "isnan", "a", Unknown},
    {"numpy", "isfinite", "a", Unknown},
    {"numpy", "clip", "a a_min=None a_max=None", Unknown, true},
    {"numpy", "where", "condition x=None y=None", Unknown},
    {"numpy", "maximum", "x1 x2", Unknown},
    {"numpy", "minimum", "x1 x2", Unknown},
    {"numpy", "equal", "x1 x2", Elements},
    {"numpy", "not_equal", "x1 x2", Elements},
    {"numpy", "greater", "x1 x2", Elements},
    {"numpy", "less", "x1 x2", Elements},
    {"numpy", "add", "x1 x2", Unknown},
    {"numpy", "subtract", "x1 x2", Unknown},
    {"numpy", "multiply", "x1 x2", Unknown},
    {"numpy", "divide", "x1 x2", Unknown},
    {"numpy", "logical_and", "x1 x2", Elements},
    {"numpy", "logical_or", "x1 x2", Elements},
    {"numpy", "logical_not", "a", Elements},
    {"numpy", "shape", "a", Tuple},
    {"numpy", "ndim", "a", Int},
    {"numpy", "size", "a", Int},
    {"numpy", "reshape", "a *shape", Elements, true},
    {"numpy", "ravel", "a", Elements, true},
    {"numpy", "squeeze", "a axis=None", Unknown, true},
    {"numpy", "expand_dims", "a axis", Elements},
    {"numpy", "transpose", "a", Elements, true},
    {"numpy", "concatenate", "arrays axis=0", Elements},
    {"numpy", "stack", "arrays axis=0", Elements},
    {"numpy", "vstack", "arrays", Elements},
    {"numpy", "hstack", "arrays", Elements},
    {"numpy", "append", "arr values axis=None", Elements},
    {"numpy", "take", "a indices axis=None", Elements},
    {"numpy", "diag", "a", Elements},
    {"numpy", "diagonal", "a", Elements, true},
    {"numpy", "trace", "a", Unknown, true},
    {"numpy", "repeat", "a repeats axis=None", Elements, true},
    {"numpy", "flip", "a axis=None", Elements},
    {"numpy", "isin", "element test_elements", Elements},
    {"numpy", "sign", "a", Unknown},
    {"numpy", "argsort", "a axis=-1", Elements, true},
    {"numpy", "sort", "a axis=-1", Elements},
    {"numpy", "unique", "a return_counts=False", Elements},
    {"numpy", "bincount", "x minlength=0", Elements},
    {"numpy", "nonzero", "a", Tuple, true},
    {"numpy", "flatnonzero", "a", Elements},
    {"numpy", "cumsum", "a", Elements, true},
    {"numpy", "array_equal", "a1 a2", Bool},
    {"numpy", "copy", "a", Unknown, true},
    {"numpy", "array", "a dtype=None", Elements},
    {"numpy", "asarray", "a dtype=None", Elements, false, "array"},
    {"numpy", "zeros", "shape dtype=None", Elements},
    {"numpy", "ones", "shape dtype=None", Elements},
    {"numpy", "full", "shape fill_value dtype=None", Elements},
    {"numpy", "zeros_like", "a dtype=None", Elements},
    {"numpy", "ones_like", "a dtype=None", Elements},
    {"numpy", "arange", "start stop=None step=None", Elements},
    {"numpy", "linspace", "start stop num=50", Elements},
    {"numpy",
     "set_printoptions",
     "precision=None threshold=None edgeitems=None linewidth=None suppress=None",
     Unknown,
     false,
     {},
     true},
    {"numpy.random", "choice", "a size=None replace=True", Unknown},
    {"numpy.random", "randint", "low high=None size=None", Unknown},
    {"numpy.random", "permutation", "a", Elements},
    {"numpy.random", "normal", "loc=0 scale=1 size=None", Unknown},
    {"numpy.random", "uniform", "low=0 high=1 size=None", Unknown},
    {"numpy.random", "standard_normal", "size=None", Unknown},
    {"numpy.random", "random", "size=None", Unknown},
    {"numpy.random", "random_sample", "size=None", Unknown, false, "random"},
    {"numpy.random", "randn", "*size=None", Unknown, false, "standard_normal"},
    {"numpy.random", "rand", "*size=None", Unknown, false, "random"},
    // What np.random.default_rng() gives: the same stream.
    {kGenerator, "choice", "a size=None replace=True", Unknown, false, "numpy.random.choice"},
    {kGenerator, "integers", "low high=None size=None", Unknown, false, "numpy.random.randint"},
    {kGenerator, "permutation", "a", Elements, false, "numpy.random.permutation"},
    {kGenerator, "normal", "loc=0 scale=1 size=None", Unknown, false, "numpy.random.normal"},
    {kGenerator, "uniform", "low=0 high=1 size=None", Unknown, false, "numpy.random.uniform"},
    {kGenerator, "standard_normal", "size=None", Unknown, false, "numpy.random.standard_normal"},
    {kGenerator, "random", "size=None", Unknown, false, "numpy.random.random"},
    {"random", "choice", "a", Unknown},
    {"random", "sample", "a k", List},
    {"random", "randint", "a b", Int},
    {"random", "uniform", "a b", Float},
    {"math", "sqrt", "a", Float, false, "numpy.sqrt"},
    {"math", "exp", "a", Float, false, "numpy.exp"},
    {"math", "log", "a", Float, false, "numpy.log"},
    {"math", "cos", "a", Float, false, "numpy.cos"},
    {"math", "sin", "a", Float, false, "numpy.sin"},
    {"math", "tanh", "a", Float, false, "numpy.tanh"},
    {"math", "pow", "x1 x2", Float, false, "numpy.power"},
    {"math", "floor", "a", Int},
    {"math", "ceil", "a", Int},
    {"tensorflow", "exp", "x", Unknown, false, "tensorflow.exp"},
    {"tensorflow.math", "exp", "x", Unknown, false, "tensorflow.exp"},
    {"keras.ops", "exp", "x", Unknown, false, "tensorflow.exp"},
    {"tensorflow", "cos", "x", Unknown, false, "tensorflow.cos"},
    {"tensorflow.math", "cos", "x", Unknown, false, "tensorflow.cos"},
    {"keras.ops", "cos", "x", Unknown, false, "tensorflow.cos"},
    {"tensorflow", "argmax", "input axis=None", Elements},
    {"tensorflow.math", "argmax", "input axis=None", Elements, false, "tensorflow.argmax"},
    {"keras.ops", "argmax", "x axis=None", Elements, false, "numpy.argmax"},
    {"tensorflow.math", "confusion_matrix", "labels predictions num_classes=None", Elements},
    {"tensorflow", "reduce_mean", "a axis=None keepdims=False", Unknown, false, "numpy.mean"},
    {"tensorflow", "reduce_sum", "a axis=None keepdims=False", Unknown, false, "numpy.sum"},
    {"tensorflow", "reduce_max", "a axis=None keepdims=False", Unknown, false, "numpy.max"},
    {"tensorflow", "reduce_min", "a axis=None keepdims=False", Unknown, false, "numpy.min"},
    {"tensorflow", "equal", "x y", Elements, false, "numpy.equal"},
    {"tensorflow", "round", "x decimals=0", Unknown, false, "numpy.round"},
    {"tensorflow", "abs", "x", Unknown, false, "numpy.abs"},
    {"tensorflow", "square", "x", Unknown, false, "numpy.square"},
    {"tensorflow", "sqrt", "x", Unknown, false, "numpy.sqrt"},
    {"tensorflow", "concat", "values axis", Elements, false, "numpy.concatenate"},
    {"tensorflow", "stack", "values axis=0", Elements, false, "numpy.stack"},
    {"tensorflow", "squeeze", "input axis=None", Unknown, false, "numpy.squeeze"},
    {"tensorflow", "transpose", "a", Elements, false, "numpy.transpose"},
    {"tensorflow", "convert_to_tensor", "value dtype=None", Elements, false, "tensorflow.constant"},
    {"tensorflow", "constant", "value dtype=None", Elements},
    {"tensorflow", "clip_by_value", "t clip_value_min clip_value_max", Unknown, false,
     "numpy.clip"},
    {"os", "listdir", "path", List},
    {"os", "makedirs", "name exist_ok=False", Unknown, false, {}, true},
    {"os", "mkdir", "name exist_ok=False", Unknown, false, "makedirs", true},
    {"os.path", "join", "*paths", Str},
    {"os.path", "exists", "path", Bool},
    {"os.path", "isfile", "path", Bool},
    {"os.path", "isdir", "path", Bool},
    {"time", "time", "", Float},
    {"time", "perf_counter", "", Float, false, "time"},
    {"sklearn.metrics", "confusion_matrix", "y_true y_pred labels=None normalize=None", Elements},
    {"sklearn.metrics", "accuracy_score", "y_true y_pred normalize=True", Float},
    {"sklearn.metrics", "precision_score", "y_true y_pred labels=None pos_label=1 average='binary'",
     Unknown},
    {"sklearn.metrics", "recall_score", "y_true y_pred labels=None pos_label=1 average='binary'",
     Unknown},
    {"sklearn.metrics", "f1_score", "y_true y_pred labels=None pos_label=1 average='binary'",
     Unknown},
    {"sklearn.metrics", "classification_report",
     "y_true y_pred labels=None target_names=None digits=2", Str},
    // Methods alone.
    {"", "flatten", "a", Elements, true, "ravel"},
    {"", "astype", "a dtype", Elements, true},
    {"", "tolist", "a", List, true},
    {"", "item", "a", Unknown, true},
    {"", "upper", "a", Str, true},
    {"", "lower", "a", Str, true},
    {"", "strip", "a", Str, true},
    {"", "join", "a items", Str, true},
    {"", "replace", "a old new", Str, true},
    {"", "startswith", "a prefix", Bool, true},
    {"", "endswith", "a suffix", Bool, true},
    {"", "index", "a item", Int, true},
    {"", "count", "a item", Int, true},
    {"", "keys", "a", List, true},
    {"", "values", "a", List, true},
    {"", "items", "a", List, true},
    {"", "get", "a key default=None", Unknown, true}};

/// Attributes of arrays that are no methods.
constexpr std::pair<std::string_view, RunTimeObject::Type> kAttributes[] = {
    {"shape", Tuple}, {"dtype", Str}, {"ndim", Int}, {"size", Int}, {"T", Elements}};

/// Arguments without an effect on what is computed or printed.
constexpr std::string_view kIgnored[] = {"zero_division", "out", "copy", "order", "stable", "kind"};

struct ParameterText {
  std::string name, fallback;
  bool required = true, rest = false;
};

std::vector<ParameterText> parametersOf(const RunTimeFunction &function) {
  std::vector<ParameterText> parameters;
  std::string_view text = function.parameters;
  while (!text.empty()) {
    size_t end = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ParameterText parameter;
    parameter.rest = word.starts_with('*');
    word.remove_prefix(parameter.rest);
    size_t equal = std::min(word.find('='), word.size());
    parameter.name = word.substr(0, equal);
    parameter.required = equal == word.size();
    parameter.fallback = equal < word.size() ? word.substr(equal + 1) : "";
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

Value fallbackValue(Evaluator &evaluator, const std::string &text) {
  if (text == "None")
    return NoneValue();
  if (text == "True" || text == "False")
    return text == "True";
  if (text.starts_with('\''))
    return evaluator.heap.str(text.substr(1, text.size() - 2));
  return static_cast<int64_t>(std::stoll(text));
}

/// float, np.float32 and "float32" are all dtypes.
Value dtypeText(Evaluator &evaluator, const Value &value) {
  auto *builtin = value.as<BuiltinObject>();
  return builtin ? evaluator.heap.str(builtin->name) : value;
}

std::string fullName(const RunTimeFunction &function) {
  if (function.runtimeName.find('.') != std::string_view::npos)
    return std::string(function.runtimeName);
  return fmt::format("{}.{}", function.module, function.sameAs());
}
} // namespace

const RunTimeFunction *findRunTimeFunction(std::string_view module, std::string_view name) {
  if (module.empty())
    return nullptr;
  for (const RunTimeFunction &function : kFunctions)
    if (function.module == module && function.name == name)
      return &function;
  return nullptr;
}

std::vector<std::string> runTimeFunctionNames(std::string_view module) {
  std::vector<std::string> names;
  for (const RunTimeFunction &function : kFunctions)
    if (function.module == module)
      names.emplace_back(function.name);
  return names;
}

bool isRunTimeEffect(std::string_view name) {
  return name == "assert" || name == "raise" || name == "numpy.check_samples" ||
         std::any_of(std::begin(kFunctions), std::end(kFunctions),
                     [&](const RunTimeFunction &function) {
                       return function.isEffect && fullName(function) == name;
                     });
}

bool needsRun(const Call &call) {
  auto unknown = [](const Argument &argument) {
    return !isKnown(argument.value) && !argument.value.as<ArrayObject>();
  };
  return std::any_of(call.positional.begin(), call.positional.end(), unknown) ||
         std::any_of(call.keywords.begin(), call.keywords.end(), unknown);
}

Value callRunTimeFunction(Evaluator &evaluator, const RunTimeFunction &function, const Value *self,
                          Call &call) {
  std::vector<ParameterText> parameters = parametersOf(function);
  std::vector<std::optional<Value>> given(parameters.size());
  std::vector<SourceRange> ranges(parameters.size(), call.range);
  size_t next = 0;
  if (self)
    given[next++] = *self;
  for (size_t i = 0; i < call.positional.size(); ++i) {
    if (next < parameters.size() && parameters[next].rest && i + 1 < call.positional.size()) {
      // a.reshape(28, 28): the same as a.reshape((28, 28)).
      std::vector<Value> rest;
      for (; i < call.positional.size(); ++i)
        rest.push_back(call.positional[i].value);
      given[next++] = evaluator.heap.tuple(std::move(rest));
      break;
    }
    if (next >= parameters.size()) {
      evaluator.error(call.positional[i].range,
                      fmt::format("{} takes {} arguments at most", function.name,
                                  parameters.size() - (self != nullptr)));
      return {};
    }
    ranges[next] = call.positional[i].range;
    given[next++] = call.positional[i].value;
  }
  for (const Argument &argument : call.keywords) {
    auto found =
        std::find_if(parameters.begin(), parameters.end(), [&](const ParameterText &parameter) {
          return parameter.name == argument.name;
        });
    if (found == parameters.end()) {
      if (std::find(std::begin(kIgnored), std::end(kIgnored), argument.name) != std::end(kIgnored))
        continue;
      std::vector<std::string> names;
      for (const ParameterText &parameter : parameters)
        names.push_back(parameter.name);
      auto near = python::nearestName(argument.name, names);
      return evaluator.notSupported(argument.nameRange,
                                    fmt::format("{}'s argument '{}'", function.name, argument.name),
                                    near ? fmt::format("did you mean '{}'?", *near) : "");
    }
    given[found - parameters.begin()] = argument.value;
    ranges[found - parameters.begin()] = argument.range;
  }
  std::vector<int> operands;
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (!given[i] && parameters[i].required) {
      evaluator.error(call.range,
                      fmt::format("{} needs a value for '{}'", function.name, parameters[i].name));
      return {};
    }
    Value value = given[i] ? *given[i] : fallbackValue(evaluator, parameters[i].fallback);
    auto operand = evaluator.materialize(
        parameters[i].name == "dtype" ? dtypeText(evaluator, value) : value, ranges[i]);
    if (!operand)
      return {};
    operands.push_back(*operand);
  }
  // A method asks its object which function it is.
  std::string called = self ? fmt::format(".{}", function.sameAs()) : fullName(function);
  bool scalar = function.type == Elements &&
                (function.name == "argmax" || function.name == "argmin") && !given[1];
  Value result = evaluator.runTime(evaluator.emitCall(called, operands, call.range),
                                   scalar ? Int : function.type);
  if (function.name == "where" || function.name == "nonzero") {
    result.as<RunTimeObject>()->type = given.size() > 1 && given[1] ? Elements : Tuple;
    result.as<RunTimeObject>()->element = Elements;
  }
  auto *made = result.as<RunTimeObject>();
  std::vector<Value> values;
  for (const std::optional<Value> &value : given)
    values.push_back(value.value_or(NoneValue()));
  made->shape = functionShape(function.sameAs(), values);
  made->isTensor = function.module.starts_with("tensorflow");
  bool counts = function.name == "unique" && given[1] && truth(*given[1]) == true;
  if (counts) {
    result.as<RunTimeObject>()->type = Tuple;
    result.as<RunTimeObject>()->element = Elements;
    result.as<RunTimeObject>()->length = 2;
  }
  return result;
}

Value callAsRunTimeFunction(Evaluator &evaluator, Call &call) {
  return callRunTimeFunction(evaluator, *call.runTime, nullptr, call);
}

/// tensor.numpy(): the same elements, which print as NumPy prints them.
static Value asNumPy(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.checkArguments(call, "numpy", 0, 0))
    return {};
  auto *array = evaluator.heap.make<RunTimeObject>(*self.as<RunTimeObject>());
  array->isTensor = false;
  return array;
}

/// A shape as a tuple; what is not known of it is asked of the run.
static Value shapeTuple(Evaluator &evaluator, const Value &array, const std::vector<int64_t> &known,
                        SourceRange range) {
  std::vector<Value> extents(known.begin(), known.end());
  if (known[0] == -1) {
    auto elements = evaluator.materialize(array, range);
    if (!elements)
      return {};
    extents[0] = evaluator.runTime(evaluator.emitCall("len", {*elements}, range), Type::Int);
  }
  return evaluator.heap.tuple(std::move(extents));
}

std::optional<Value> runTimeAttribute(Evaluator &evaluator, const Value &object,
                                      const std::string &name, SourceRange range) {
  auto *value = object.as<RunTimeObject>();
  if ((!value && !object.as<ArrayObject>()) ||
      (value && (value->type == Type::History || value->type == Type::HistoryDict)))
    return std::nullopt;
  if (name == "numpy" && value && value->type != Type::Str)
    return evaluator.heap.make<MethodObject>(object, name, asNumPy);
  if (name == "shape")
    if (auto known = knownShape(object); known && !known->empty())
      return shapeTuple(evaluator, object, *known, range);
  for (auto [attribute, type] : kAttributes)
    if (attribute == name) {
      auto operand = evaluator.materialize(object, range);
      std::string called = name == "T" ? ".transpose" : "." + name;
      return operand ? evaluator.runTime(evaluator.emitCall(called, {*operand}, range), type)
                     : Value();
    }
  for (const RunTimeFunction &function : kFunctions)
    if (function.isMethod && function.name == name)
      return evaluator.heap.make<MethodObject>(object, name, nullptr, &function);
  return std::nullopt;
}

} // namespace ingot::import
