// Prints what the front end makes of a script: diagnostics to stderr, the program as text to
// stdout. Exit code 2 where there were errors.

#include "compiler/Import/Import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace ingot::import;

static std::string show(const Config &config);

static std::string show(const ConfigValue &value) {
  struct Visitor {
    std::string operator()(std::monostate) const { return "None"; }
    std::string operator()(bool flag) const { return flag ? "True" : "False"; }
    std::string operator()(int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string &text) const { return fmt::format("\"{}\"", text); }
    std::string operator()(const std::vector<int64_t> &list) const {
      return fmt::format("{}", list);
    }
    std::string operator()(const std::vector<double> &list) const {
      return fmt::format("{}", list);
    }
    std::string operator()(const std::vector<std::string> &list) const {
      return fmt::format("{}", list);
    }
    std::string operator()(const std::vector<Config> &list) const {
      std::string text;
      for (const Config &config : list)
        text += (text.empty() ? "" : ", ") + show(config);
      return text;
    }
  };
  return std::visit(Visitor(), value);
}

static std::string show(const Config &config) {
  std::string text;
  for (auto &[name, value] : config.arguments)
    text += (text.empty() ? "" : ", ") + name + "=" + show(value);
  return config.type + "(" + text + ")";
}

static void showModel(const Model &model) {
  fmt::print("model {}{}\n", model.name, model.sequential ? " sequential" : "");
  for (const Layer &layer : model.layers)
    fmt::print("  layer {}: {}\n", layer.name, show(layer.config));
  for (const Node &node : model.nodes) {
    fmt::print("  call {} {} ->", model.layers[node.layer].name, node.inputs);
    for (int output : node.outputs)
      fmt::print(" {}: {}", output, model.tensors[output].shape);
    fmt::print("\n");
  }
  fmt::print("  inputs {} outputs {}\n", model.inputs, model.outputs);
}

static void showArrays(const Program &program) {
  static const char *steps[] = {"cast", "+", "-", "*", "/", "reverse -", "reverse /"};
  for (size_t i = 0; i < program.arrays.size(); ++i) {
    const Array &array = program.arrays[i];
    fmt::print("array {}: {} {} {} {}{} -> {}{} classes {}", i, array.source,
               array.test ? "test" : "train", array.key, array.source_dtype, array.source_shape,
               array.dtype, array.shape, array.classes);
    for (const ArrayStep &step : array.steps)
      fmt::print("; {} {} {}", steps[step.kind], step.constant, step.dtype);
    if (array.one_hot)
      fmt::print("; one_hot {}", array.one_hot);
    fmt::print("\n");
  }
}

static void showScript(const Program &program) {
  static const char *names[] = {
      "None",        "Bool",      "Int",         "Float",       "Str",     "Tuple",   "List",
      "SampleCount", "Print",     "Fit",         "Evaluate",    "Summary", "History", "Subscript",
      "Slice",       "Unary",     "Binary",      "Call",        "Format",  "Join",    "Predict",
      "Samples",     "Variable",  "Set",         "Label",       "Jump",    "Branch",  "Append",
      "Rows",        "SaveModel", "SaveWeights", "LoadWeights", "Assign"};
  for (size_t i = 0; i < program.script.size(); ++i) {
    const Instruction &instruction = program.script[i];
    fmt::print("%{} = {} {} integer {} number {} text {:?}\n", i, names[instruction.opcode],
               instruction.operands, instruction.integer, instruction.number, instruction.text);
  }
}

static void showProgram(const Program &program) {
  fmt::print("program {}\n", program.name);
  showModel(program.model);
  if (program.compile) {
    fmt::print("compile {} loss {}\n", show(program.compile->optimizer),
               show(program.compile->loss));
    for (size_t i = 0; i < program.compile->metrics.size(); ++i)
      fmt::print("metric {} {}\n", program.compile->metrics[i],
                 show(program.compile->metric_configs[i]));
  }
  showArrays(program);
  for (const Fit &fit : program.fits)
    fmt::print("fit x {} y {} validation {} {} epochs {} batch {} validation_batch {} "
               "initial_epoch {} shuffle {} "
               "verbose {}\n",
               fit.x, fit.y, fit.validation_x, fit.validation_y, fit.epochs, fit.batch,
               fit.validation_batch, fit.initial_epoch, fit.shuffle, fit.verbose);
  for (const Evaluation &evaluation : program.evaluations)
    fmt::print("evaluate x {} y {} batch {} verbose {}\n", evaluation.x, evaluation.y,
               evaluation.batch, evaluation.verbose);
  for (const Prediction &prediction : program.predictions)
    fmt::print("predict x {} batch {} verbose {}\n", prediction.x, prediction.batch,
               prediction.verbose);
  showScript(program);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: ingot-import SCRIPT\n");
    return 2;
  }
  python::DiagnosticSink sink;
  std::string error;
  auto source = python::Source::read(argv[1], sink, error);
  if (!source) {
    fmt::print(stderr, "{}\n", error);
    return 2;
  }
  auto program = importScript(*source, sink, {});
  fmt::print(stderr, "{}", sink.render(*source, false));
  if (program)
    showProgram(*program);
  return program ? 0 : 2;
}
