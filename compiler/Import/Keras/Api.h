// Keras's API as data: every public class and function that a script may name, its parameters with
// Keras's defaults, and which of them Ingot supports. To add a layer, add its row in Layers/.

#ifndef INGOT_COMPILER_IMPORT_KERAS_API_H
#define INGOT_COMPILER_IMPORT_KERAS_API_H

#include "compiler/Import/Evaluate/Value.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::import {

/// What an argument must be, and how it is kept in a Config.
enum class ArgumentKind {
  Any,     // not looked at and not kept
  Boolean, // True or False
  Count,   // an int from 1 on
  Integer, // an int
  Float,   // an int or float
  FloatOrNone,
  Fraction,    // a number from 0 to 1
  Floats,      // a list or tuple of numbers
  Rate,        // a number or a schedule: kept as a double or a Config
  Regularizer, // None, a name or an object: kept as a Config
  Window2,     // a positive int, or two: kept as [height, width]
  Padding,     // "valid" or "same" in any case
  DataFormat,  // None or "channels_last"; not kept
  Activation,  // None, a name, a function of keras.activations or a layer such as LeakyReLU(): kept
               // as the function's name, or as its Config where it has parameters of its own
  Initializer, // a name or an object: kept as a Config
  Text,        // a string
  Dimensions,  // a tuple of ints
  Integers,    // ints, or one: kept as a list
  Numbers,     // numbers, nested at will, or one: kept as a flat list
  Sides2,      // an int, two (height, width), or two pairs: kept as [top, bottom, left, right]
  Name,        // None or the layer's name; not kept
  Range,       // an int, a float or some of them: kept as int64_t, double or vector<double>
  DType        // None or "float32"; not kept
};

/// A parameter's default, as Keras's signature has it.
struct Default {
  enum class Kind { Required, None, Boolean, Integer, Float, Text } kind = Kind::Required;
  int64_t integer = 0;
  double number = 0;
  std::string_view text;

  constexpr Default() = default;
  constexpr Default(std::nullptr_t) : kind(Kind::None) {}
  constexpr Default(bool value) : kind(Kind::Boolean), integer(value) {}
  constexpr Default(int value) : kind(Kind::Integer), integer(value) {}
  constexpr Default(double value) : kind(Kind::Float), number(value) {}
  constexpr Default(const char *value) : kind(Kind::Text), text(value) {}
};

/// Calls `take` with the value as bool, int64_t, double, string_view, or nullptr for None.
template <typename Take> auto visit(const Default &value, Take take) {
  switch (value.kind) {
  case Default::Kind::Boolean:
    return take(value.integer != 0);
  case Default::Kind::Integer:
    return take(value.integer);
  case Default::Kind::Float:
    return take(value.number);
  case Default::Kind::Text:
    return take(value.text);
  default:
    return take(nullptr);
  }
}

/// How much of a parameter is supported.
enum class Support {
  Full,
  OnlyDefault, // another value than the default is an error: "not supported yet"
  Ignored      // any value is taken and has no effect on what is computed
};

struct Parameter {
  std::string_view name;
  ArgumentKind kind = ArgumentKind::Any;
  Default value = {};
  Support support = Support::Full;
};

/// A weight that a layer makes when it is first called.
struct Weight {
  std::string name;           // "kernel"
  std::vector<int64_t> shape; // Keras's
  std::string initializer;    // the Config argument that says how it is filled, or else its class
  bool trainable = true;
};

/// Shapes are those of one sample, without the batch.
using Shape = std::vector<int64_t>;

struct ShapeResult {
  Shape shape;
  std::string error;  // says why the layer cannot take this input, or is empty
  std::string remedy; // what to do about it, or empty
};

using ShapeFunction = ShapeResult (*)(const Config &, const std::vector<Shape> &inputs);
using WeightsFunction = std::vector<Weight> (*)(const Config &, const std::vector<Shape> &inputs);

/// What is wrong with a configuration of which each argument is right by itself.
struct Fault {
  std::string argument; // where it lies
  std::string message;  // follows "SGD's 'momentum' "; empty where nothing is wrong
};
using CheckFunction = Fault (*)(const Config &);

/// A public name of Keras.
struct ApiEntry {
  enum class Kind {
    Layer,
    Input,
    Model,
    Sequential,
    Optimizer,
    Loss,
    Metric,
    Initializer,
    Regularizer,
    Schedule,
    Activation,
    Function,
    Callback,
    Merge,
    Other // Merge: a merging layer as a function, add([a, b])
  };
  std::string_view name; // today's name: "Conv2D"
  Kind kind = Kind::Other;
  std::string_view modules; // canonical paths, separated by blanks: "keras.layers"
  bool supported = false;
  std::span<const Parameter> parameters = {}; // empty and unsupported: not known, so not checked
  ShapeFunction shape = nullptr;
  WeightsFunction weights = nullptr;
  BuiltinHandler handler = nullptr; // of functions
  std::string_view aliasOf = {};    // another name of the class: "MaxPool2D" of "MaxPooling2D"
  CheckFunction check = nullptr;
  bool merges = false; // a layer that is called on a list of tensors
};

/// All rows: Layers/, training classes, and the names that are known and not yet supported.
std::span<const ApiEntry> layerEntries();
std::span<const ApiEntry> optimizerEntries();
std::span<const ApiEntry> lossEntries();
std::span<const ApiEntry> trainingEntries();
std::span<const ApiEntry> activationEntries();
std::span<const ApiEntry> callbackEntries();
std::span<const ApiEntry> functionEntries();
std::span<const ApiEntry> generatorEntries();
std::span<const ApiEntry> unsupportedEntries();

/// Calls visit(entry) for every row until it returns true.
template <typename Visit> bool anyEntry(const Visit &visit) {
  for (auto rows :
       {layerEntries(), optimizerEntries(), lossEntries(), trainingEntries(), activationEntries(),
        callbackEntries(), functionEntries(), generatorEntries(), unsupportedEntries()})
    for (const ApiEntry &entry : rows)
      if (visit(entry))
        return true;
  return false;
}

/// The entry `name` of the module, or null. An empty module searches all.
const ApiEntry *findEntry(std::string_view module, std::string_view name);
/// The first supported entry of a kind whose name, or snake-case name, this is; any case where
/// Keras allows it.
const ApiEntry *findByAlias(ApiEntry::Kind kind, std::string_view name);
/// Public names of a module, its submodules included.
std::vector<std::string_view> moduleNames(std::string_view module);
bool isModule(std::string_view path);
/// "tensorflow.keras.layers" and "tf.keras.layers" are "keras.layers".
std::string canonicalModule(std::string_view path);

/// What Keras 2 called it, and what it is today; empty if the name is none of those.
std::string_view todaysParameter(std::string_view owner, std::string_view name);
std::string_view todaysMethod(std::string_view name);
/// The same for a module's path.
std::string_view todaysModule(std::string_view path);

/// "MaxPooling2D" -> "max_pooling2d", as Keras names its layers.
std::string snakeCase(std::string_view name);

/// A configuration's value by name, where it is known to be there.
int64_t intArgument(const Config &config, const std::string &name);
bool boolArgument(const Config &config, const std::string &name);
const std::string &textArgument(const Config &config, const std::string &name);
/// A number, given as an int or a float; `absent` where it is None or not there.
double numberArgument(const Config &config, const std::string &name, double absent = 0);
bool hasArgument(const Config &config, const std::string &name); // and it is not None
const std::vector<int64_t> &intsArgument(const Config &config, const std::string &name);

/// "28x28x1"; of a scalar "()".
std::string shapeText(const Shape &shape);
/// The product of its sizes; the greatest int where it is greater.
int64_t elementCount(const Shape &shape);
/// "(None, 28, 28, 1)" as Keras prints it.
std::string batchShapeText(const Shape &shape);

} // namespace ingot::import

#endif
