// The evaluator's values. What is known at compile time is here in full; a data set's array, a
// tensor of the graph and a value of the run are here by what is known of them.

#ifndef INGOT_COMPILER_IMPORT_EVALUATE_VALUE_H
#define INGOT_COMPILER_IMPORT_EVALUATE_VALUE_H

#include "compiler/Import/Model.h"
#include "compiler/Import/Python/AST.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace ingot::import {

class Evaluator;
struct Call;
struct Scope;
struct Object;

/// What an expression with a reported error gives. Whatever is done to it is silent and gives it
/// again.
struct PoisonValue {
  bool operator==(const PoisonValue &) const = default;
};
using python::EllipsisValue;
using python::NoneValue;
using python::SourceRange;

/// A Python object. Scalars are held by value; all else lives in the evaluator's Heap, and two
/// values that hold one pointer are one object, as in Python.
class Value {
public:
  Value() = default; // poison
  Value(NoneValue value) : data(value) {}
  Value(EllipsisValue value) : data(value) {}
  Value(bool value) : data(value) {}
  Value(int64_t value) : data(value) {}
  Value(int value) : data(static_cast<int64_t>(value)) {}
  Value(double value) : data(value) {}
  Value(Object *object) : data(object) {}

  bool isPoison() const { return std::holds_alternative<PoisonValue>(data); }
  bool isNone() const { return std::holds_alternative<NoneValue>(data); }
  bool isEllipsis() const { return std::holds_alternative<EllipsisValue>(data); }
  const bool *boolean() const { return std::get_if<bool>(&data); }
  /// An int, also True and False as Python counts them.
  std::optional<int64_t> integer() const;
  /// An int or float as a float.
  std::optional<double> number() const;
  bool isFloat() const { return std::holds_alternative<double>(data); }
  bool isInt() const { return std::holds_alternative<int64_t>(data); }
  Object *object() const {
    auto *pointer = std::get_if<Object *>(&data);
    return pointer ? *pointer : nullptr;
  }
  /// The object as a T, or null.
  template <typename T> T *as() const;
  const std::string *str() const;

  bool identical(const Value &other) const { return data == other.data; }

private:
  std::variant<PoisonValue, NoneValue, EllipsisValue, bool, int64_t, double, Object *> data;
};

struct Object {
  enum class Kind {
    Str,
    Tuple,
    List,
    Dict,
    Set,
    Range,
    Slice,
    Function,
    Builtin,
    Method,
    Module,
    Symbol,
    Scalar,
    Array,
    Dataset,
    Tensor,
    Layer,
    Model,
    Config,
    Callback,
    RunTime
  };
  explicit Object(Kind kind) : kind(kind) {}
  virtual ~Object() = default;
  const Kind kind;
  size_t serial = 0; // how many objects were made before it
};

template <Object::Kind K> struct ObjectOf : Object {
  static constexpr Kind kKind = K;
  ObjectOf() : Object(K) {}
};

template <typename T> T *Value::as() const {
  Object *pointer = object();
  return pointer && pointer->kind == T::kKind ? static_cast<T *>(pointer) : nullptr;
}

struct StrObject : ObjectOf<Object::Kind::Str> {
  explicit StrObject(std::string text) : text(std::move(text)) {}
  std::string text; // UTF-8
};

struct TupleObject : ObjectOf<Object::Kind::Tuple> {
  explicit TupleObject(std::vector<Value> items = {}) : items(std::move(items)) {}
  std::vector<Value> items;
};

struct ListObject : ObjectOf<Object::Kind::List> {
  explicit ListObject(std::vector<Value> items = {}) : items(std::move(items)) {}
  std::vector<Value> items;
  std::string view; // of a dict, by what its text begins with: "dict_keys"
};

/// A dict or, with the values unused, the elements of a set; in the order of insertion.
struct Entries {
  std::vector<std::pair<Value, Value>> items;
  const Value *find(const std::string &key) const;
  void set(const std::string &key, Value name, Value value);
  bool erase(const std::string &key);

private:
  std::unordered_map<std::string, size_t> index;
};

struct DictObject : ObjectOf<Object::Kind::Dict> {
  Entries entries;
};

struct SetObject : ObjectOf<Object::Kind::Set> {
  Entries entries;
};

struct RangeObject : ObjectOf<Object::Kind::Range> {
  RangeObject(int64_t start, int64_t stop, int64_t step) : start(start), stop(stop), step(step) {}
  int64_t start, stop, step;
  int64_t size() const;
};

struct SliceObject : ObjectOf<Object::Kind::Slice> {
  Value start, stop, step; // None where absent
};

/// A def or lambda of the script.
struct FunctionObject : ObjectOf<Object::Kind::Function> {
  std::string name;
  const python::Arguments *parameters = nullptr;
  const python::Statements *body = nullptr;       // of a def
  const python::Expression *expression = nullptr; // of a lambda
  std::vector<Value> defaults;                    // of the last positional parameters
  std::vector<Value>
      keywordDefaults; // one for each keyword-only parameter; read only where it has a default
  Scope *closure = nullptr;
  SourceRange definition;
};

using BuiltinHandler = Value (*)(Evaluator &, Call &);
struct RunTimeFunction;

struct BuiltinObject : ObjectOf<Object::Kind::Builtin> {
  BuiltinObject(std::string name, BuiltinHandler handler, const RunTimeFunction *runTime = nullptr)
      : name(std::move(name)), handler(handler), runTime(runTime) {}
  std::string name;
  BuiltinHandler handler;         // null: it works on values of the run alone
  const RunTimeFunction *runTime; // what it is on values of the run, or null
};

using MethodHandler = Value (*)(Evaluator &, Value self, Call &);

struct MethodObject : ObjectOf<Object::Kind::Method> {
  MethodObject(Value self, std::string name, MethodHandler handler,
               const RunTimeFunction *runTime = nullptr)
      : self(std::move(self)), name(std::move(name)), handler(handler), runTime(runTime) {}
  Value self;
  std::string name;
  MethodHandler handler; // null: it is `runTime` on `self`
  const RunTimeFunction *runTime;
};

/// A module by its canonical path: "keras.layers" however it was reached, "numpy",
/// "matplotlib.pyplot".
struct ModuleObject : ObjectOf<Object::Kind::Module> {
  explicit ModuleObject(std::string path) : path(std::move(path)) {}
  /// What is called and read of it draws, and is skipped.
  bool isPlotting() const { return path.starts_with("matplotlib") || path.starts_with("seaborn"); }
  std::string path;
};

struct ApiEntry;

/// A class or function of Keras's tables.
struct SymbolObject : ObjectOf<Object::Kind::Symbol> {
  explicit SymbolObject(const ApiEntry *entry) : entry(entry) {}
  const ApiEntry *entry;
};

/// A NumPy scalar (np.float32(2), y.max()): unlike a Python number its dtype takes part in
/// promotion.
struct ScalarObject : ObjectOf<Object::Kind::Scalar> {
  ScalarObject(std::string dtype, double value) : dtype(std::move(dtype)), value(value) {}
  std::string dtype;
  double value; // integers are exact up to 2^53, which no pixel or label exceeds
  bool isInteger() const { return dtype[0] != 'f'; }
};

/// What the arrays made by reshaping one array share: writing into one is seen in the others.
struct SampleBuffer {
  Array array; // `shape` is not used
};

/// An array of samples, or one of its samples.
struct ArrayObject : ObjectOf<Object::Kind::Array> {
  std::shared_ptr<SampleBuffer> buffer;
  std::vector<int64_t> shape;   // of one sample
  bool sample = false;          // x[0]: a single sample, without the leading dimension
  int rows = -1;                // the instruction whose value, a range, says which samples; -1: all
  Value row;                    // which sample, or which samples that the run computes; poison: all
  std::vector<int64_t> leading; // leading dimensions of size 1 put before a single sample: x[0:1]
  SourceRange origin;

  /// Whether it holds the samples of the whole data set, whose number, classes and extremes are
  /// known.
  bool isWhole() const { return !sample && row.isPoison() && rows < 0; }
};

/// A tf.data.Dataset of images and labels in batches.
struct DatasetObject : ObjectOf<Object::Kind::Dataset> {
  Value x, y;         // arrays
  int64_t batch = 32; // 0: single samples
  bool shuffle = true;
  std::vector<std::string> classNames;
  // What take(n) has left, batches or samples; nothing where it was not called.
  std::optional<int64_t> count;
  bool isPreview = false; // some of shuffled samples: to be looked at, not to be trained on
};

/// A symbolic tensor of Keras's graph.
struct TensorObject : ObjectOf<Object::Kind::Tensor> {
  int tensor = -1; // index into Graph::tensors
};

struct LayerObject : ObjectOf<Object::Kind::Layer> {
  int layer = -1; // index into Graph::layers
};

struct ModelObject : ObjectOf<Object::Kind::Model> {
  int model = -1; // index into Graph::models
};

/// An optimizer, loss, initializer, metric or the like, with all its arguments.
struct ConfigObject : ObjectOf<Object::Kind::Config> {
  const ApiEntry *entry = nullptr;
  Config config;
  SourceRange origin;
  int centre = -1, deviation = -1; // ImageDataGenerator: what fit() measured, see Array
};

/// A callback of Keras.
struct CallbackObject : ObjectOf<Object::Kind::Callback> {
  const ApiEntry *entry = nullptr;
  int callback = -1; // index into Graph::callbacks
};

/// A value of the run: what an instruction gives.
struct RunTimeObject : ObjectOf<Object::Kind::RunTime> {
  enum class Type {
    Unknown,
    Bool,
    Int,
    Float,
    Str,
    List,
    Tuple,
    Dict,
    Array,
    History,
    HistoryDict
  };
  int instruction = -1;
  Type type = Type::Unknown;
  Type element = Type::Unknown;  // of lists
  std::optional<int64_t> length; // of lists and tuples, where known
  std::vector<std::string> keys; // of History and its dict
  int array = -1;                // the array whose samples it counts
  bool isVariable = false;       // the instruction is one whose value changes
  // Of numbers and arrays, where it is known; a first dimension of -1 has as many elements as only
  // the run knows.
  std::optional<std::vector<int64_t>> shape;
  std::string dtype;     // of these, where it is known: "float32"
  bool isTensor = false; // prints as TensorFlow prints tensors
};

/// Owns every object until the script is done, so that closures may refer to one another in
/// circles.
class Heap {
public:
  template <typename T, typename... Arguments> T *make(Arguments &&...arguments) {
    auto object = std::make_unique<T>(std::forward<Arguments>(arguments)...);
    T *pointer = object.get();
    pointer->serial = objects.size();
    objects.push_back(std::move(object));
    return pointer;
  }
  Value str(std::string text) { return make<StrObject>(std::move(text)); }
  Value tuple(std::vector<Value> items) { return make<TupleObject>(std::move(items)); }
  Value list(std::vector<Value> items) { return make<ListObject>(std::move(items)); }

  size_t size() const { return objects.size(); }

private:
  std::vector<std::unique_ptr<Object>> objects;
};

/// Python's name of the value's type: "int", "list", "KerasTensor".
std::string typeName(const Value &value);
/// "a 'str'", "an 'int'"
std::string someOf(const Value &value);
/// repr(value) and str(value).
std::string repr(const Value &value);
std::string toStr(const Value &value);
/// Whether Python would call the value true; nothing for what only the run knows.
std::optional<bool> truth(const Value &value);
/// ==; nothing where a part of either is known only to the run.
std::optional<bool> equal(const Value &a, const Value &b);
/// A text that two values share just if they are one key of a dict; nothing for lists, dicts and
/// sets.
std::optional<std::string> hashKey(const Value &value);
/// Whether the value and all it contains are known at compile time.
bool isKnown(const Value &value);
/// Whether any part of it has had an error.
bool containsPoison(const Value &value);
/// A tuple's or list's items.
const std::vector<Value> *sequence(const Value &value);

} // namespace ingot::import

#endif
