// What a script describes, in plain C++: the evaluator writes it, EmitIR turns it into the train
// and nn dialects. It holds no MLIR type, so that everything before EmitIR builds and fuzzes in
// seconds.

#ifndef INGOT_COMPILER_IMPORT_MODEL_H
#define INGOT_COMPILER_IMPORT_MODEL_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ingot::import {

/// A place in the script: 1-based line and column (columns count bytes).
struct Position {
  uint32_t line = 0;
  uint32_t column = 0;
};

/// A configuration value of a layer, optimizer or initializer, with all defaults filled in.
struct Config;
using ConfigValue =
    std::variant<std::monostate, bool, int64_t, double, std::string, std::vector<int64_t>,
                 std::vector<double>, std::vector<std::string>, std::vector<Config>>;

/// A configured object: Keras's class name and its arguments by Keras's parameter names.
/// Conv2D: filters: int, kernel_size: [2], strides: [2], padding: "valid"|"same", dilation_rate:
/// [2], groups: int, activation: "linear"|"relu"|..., use_bias: bool, kernel_initializer: Config,
/// ... An absent object (kernel_regularizer=None) is monostate.
struct Config {
  std::string type;
  std::map<std::string, ConfigValue> arguments;
  bool operator==(const Config &) const = default;
};

/// A symbolic tensor of the graph, without its batch dimension.
struct GraphTensor {
  int node = -1; // index into Model::nodes of the call that made it
  int output = 0;
  std::vector<int64_t> shape;
};

/// A layer object of the script. Two nodes with one layer share its weights. One within a model
/// within the model is named with that model's name before it: "base/conv2d".
struct Layer {
  Config config;
  std::string name;
  Position position;
  bool trainable = true;
  int object = -1; // which of the script's layers: the same in all models that it is in
};

/// A row of Keras's summary: a layer, or a model that is used as one.
struct Row {
  std::string name;
  std::string type;        // as the summary calls it: "Conv2D", "Sequential"
  std::vector<int> layers; // whose weights it counts: indices into Model::layers
  int output = -1;         // index into Model::tensors
  bool is_input = false;
  bool trainable = true;
  std::string connected_to; // "conv2d[0][0], input_layer[0][0]"; empty where no row has any
  Position position;
};

/// One call of a layer on tensors.
struct Node {
  int layer = -1;
  std::vector<int> inputs; // indices into Model::tensors
  std::vector<int> outputs;
  Position position;
};

/// keras.Model or Sequential.
struct Model {
  std::string name; // "functional", "sequential"
  bool sequential = false;
  std::vector<Layer> layers; // those that reach the output, in Keras's order (model.layers)
  std::vector<Row> rows;     // of the summary
  std::vector<Node> nodes;   // in an order in which inputs come first
  std::vector<GraphTensor> tensors;
  std::vector<int> inputs; // indices into tensors
  std::vector<int> outputs;
  Position position;
};

/// One elementwise step of preprocessing with NumPy's meaning and result type.
struct ArrayStep {
  enum Kind { Cast, Add, Subtract, Multiply, Divide, ReverseSubtract, ReverseDivide } kind;
  std::string dtype;   // of the result: "uint8", "float32", "float64", "int32", "int64"
  double constant = 0; // of the arithmetic kinds
  int values = -1;     // in its place: index into Program::values
};

/// Numbers that the run computes and that every step reads: a mean of the data. Those of an array's
/// preprocessing lie along the last dimensions of a sample in the source.
struct Values {
  std::string name;
  std::vector<int64_t> shape;
  int instruction = -1; // while the script is evaluated: which gives them
};

/// An array of samples: a data set's part and what NumPy did to it since. The number of samples is
/// a value of the run; `shape` is that of one sample.
struct Array {
  // What reads its files: "idx" is ingot_read_idx of runtime/ABI/Program.h. Empty: no file holds
  // the samples, the run gives them to fit, evaluate and predict.
  std::string reader;
  int instruction = -1; // while the script is evaluated: which gives them then
  std::string options;  // IngotArray.options
  std::string source;   // "fashion_mnist", "mnist", "cifar10", "cifar100"; a file or folder
  std::string key;      // "images", "labels"; the array of an .npz
  bool labels = false;
  bool gaps = false;                 // of labels: not every number below `classes` occurs
  bool test = false;                 // the test split
  std::vector<int64_t> source_shape; // of one sample in the source
  std::string source_dtype;          // "uint8"
  std::vector<ArrayStep> steps;
  std::vector<int64_t> shape;
  std::string dtype;
  int64_t classes = 0; // of labels
  int64_t one_hot = 0; // to_categorical: so many elements, 1 at the label and 0 elsewhere; else 0
  std::optional<Config>
      generator; // ImageDataGenerator: what is done to each image anew in every step
  // Then this is subtracted from each channel and each channel divided by that: indices into
  // Program::values, or -1.
  int centre = -1, deviation = -1;
};

/// model.compile.
struct Compile {
  Config optimizer;                 // Adam: learning_rate, beta_1, beta_2, epsilon, ...
  Config loss;                      // SparseCategoricalCrossentropy: from_logits, ...
  std::vector<std::string> metrics; // as typed ("accuracy")
  std::vector<Config>
      metric_configs; // what each resolves to (SparseCategoricalAccuracy); of a loss, the loss
  Position position;
};

/// model.fit.
struct Fit {
  int x = -1, y = -1; // indices into Program::arrays
  int validation_x = -1, validation_y = -1;
  std::vector<double> class_weight; // of each class; empty where all weigh alike
  int64_t epochs = 1, batch = 32, validation_batch = 32, initial_epoch = 0;
  bool shuffle = true;
  int verbose = 1;
  std::vector<int> callbacks; // indices into Program::callbacks, in the order of the list
  Position position;
};

/// model.evaluate.
struct Evaluation {
  int x = -1, y = -1;
  int64_t batch = 32;
  int verbose = 1;
  Position position;
};

/// model.predict.
struct Prediction {
  int model = -1; // index into Program::others, or -1: the program's model
  int x = -1;
  int64_t batch = 32;
  int verbose = 1;
};

/// An action of the executable, or a value that it computes; the instruction's index is its value's
/// name. Opcodes and operands are those of IngotOpcode in runtime/ABI/Program.h, by the same names;
/// a jump or branch names its label by the label's number (both in `integer`).
struct Instruction {
  enum Opcode {
    None,
    Bool,
    Int,
    Float,
    Str,
    Tuple,
    List,
    SampleCount,
    Print,
    Fit,
    Evaluate,
    Summary,
    History,
    Subscript,
    Slice,
    Unary,
    Binary,
    Call,
    Format,
    Join,
    Predict,
    Samples,
    Variable,
    Set,
    Label,
    Jump,
    Branch,
    Append,
    Rows,
    SaveModel,
    SaveWeights,
    LoadWeights,
    Assign // text: the weight "layer/weight" that is set, or empty: integer: that of
           // Program::values
  } opcode = None;
  std::vector<int> operands;
  int64_t integer = 0;
  double number = 0;
  std::string text;
  Position position;
};

/// A function of the script that the run calls: instructions whose first values are its arguments.
struct CallbackFunction {
  int arguments = 0;
  std::vector<Instruction> instructions; // the arguments' (None) included
  int result = -1;                       // the instruction whose value it returns
};

/// An object of keras.callbacks; save_freq is an int, 0 for "epoch".
struct Callback {
  Config config;
  bool higher_is_better = false;            // of what it monitors
  std::optional<CallbackFunction> function; // LearningRateScheduler's
  Position position;
};

/// All that a script says. Programs that compile have exactly one trained or evaluated model;
/// others, of its layers and of layers without weights, may predict.
struct Program {
  std::string name;   // the file's stem
  std::string path;   // as given
  std::string digest; // hex, of the file's bytes
  Model model;
  std::vector<Model> others;
  std::optional<Compile> compile;
  std::vector<Array> arrays;
  std::vector<Callback> callbacks;
  std::vector<Fit> fits;
  std::vector<Evaluation> evaluations;
  std::vector<Prediction> predictions;
  std::vector<Values> values;
  std::vector<Instruction> script;
  std::string keras_config; // the model as Keras's files describe it; empty where none is written
                            // or read
};

} // namespace ingot::import

#endif
