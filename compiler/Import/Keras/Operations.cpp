// Functions and operators of a model's tensors: each use is a layer of its own, as Keras has it.

#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/NumPy/ComputedArrays.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

std::optional<Argument> takeFirst(Call &call, std::initializer_list<std::string_view> names) {
  if (!call.positional.empty()) {
    Argument first = call.positional.front();
    call.positional.erase(call.positional.begin());
    return first;
  }
  for (auto keyword = call.keywords.begin(); keyword != call.keywords.end(); ++keyword)
    if (std::find(names.begin(), names.end(), keyword->name) != names.end()) {
      Argument first = *keyword;
      call.keywords.erase(keyword);
      return first;
    }
  return std::nullopt;
}

namespace {
/// "LeakyRelu" of "leaky_relu": the operation whose name Keras gives to a call of the function.
std::string operationName(std::string_view function) {
  if (function == "relu")
    return "ReLU";
  if (function == "exponential")
    return "Exp";
  std::string name;
  bool opens = true;
  for (char c : function) {
    if (c != '_')
      name += opens ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    opens = c == '_';
  }
  return name;
}

} // namespace

/// keras.activations.relu(x, max_value=6.0): an Activation layer that the summary calls by the
/// function's name.
Value callActivation(Evaluator &evaluator, const ApiEntry &entry, Call &call) {
  Call rest = call;
  auto tensor = takeFirst(rest, {"x", "features", "logits"});
  if (tensor && tensor->value.isPoison())
    return {};
  if (tensor && mayBeArray(tensor->value))
    return callActivationOnArray(evaluator, entry, *tensor, rest);
  if (!tensor || !tensor->value.as<TensorObject>())
    return evaluator.notSupported(call.range,
                                  fmt::format("calling '{}' on anything but a tensor", entry.name));
  auto config = configure(evaluator, entry, rest);
  if (!config)
    return {};
  if (config->type == "linear")
    return tensor->value;
  bool plain = rest.positional.empty() && rest.keywords.empty();
  std::string operation = operationName(config->type);
  ConfigValue function =
      plain ? ConfigValue(config->type) : ConfigValue(std::vector<Config>{*config});
  static const ApiEntry *activation = findEntry("keras.layers", "Activation");
  GraphLayer layer{activation,
                   {"Activation", {{"activation", function}}},
                   evaluator.graph.automaticName(operation),
                   call.range,
                   {},
                   {},
                   {},
                   operation};
  auto output = applyLayer(evaluator, evaluator.graph.addLayer(std::move(layer)),
                           {tensor->value.as<TensorObject>()->tensor}, call.range);
  return output ? tensorValue(evaluator, *output) : Value();
}

//===- Operators ------------------------------------------------------------------------------===//

namespace {
struct Operator {
  std::string_view symbol;
  const char *operation;    // Keras's name of it
  std::string_view merging; // the layer of two tensors
};
constexpr Operator operators[] = {{"+", "Add", "Add"},
                                  {"-", "Subtract", "Subtract"},
                                  {"*", "Multiply", "Multiply"},
                                  {"/", "TrueDivide", "TrueDivide"},
                                  {"**", "Power", ""}};

Value callOperation(Evaluator &evaluator, Config config, const char *operation,
                    std::vector<int> inputs, SourceRange range) {
  const ApiEntry *entry = findEntry({}, config.type);
  GraphLayer layer{
      entry, std::move(config), evaluator.graph.automaticName(operation), range, {}, {},
      {},    operation};
  auto output =
      applyLayer(evaluator, evaluator.graph.addLayer(std::move(layer)), std::move(inputs), range);
  return output ? tensorValue(evaluator, *output) : Value();
}

Config arithmetic(std::string_view symbol, double constant, bool reversed) {
  return {"Arithmetic",
          {{"operator", std::string(symbol)}, {"constant", constant}, {"reversed", reversed}}};
}
} // namespace

Value tensorOperation(Evaluator &evaluator, std::string_view op, const Value &left,
                      const Value &right, SourceRange range) {
  auto *row = std::find_if(std::begin(operators), std::end(operators),
                           [&](const Operator &each) { return each.symbol == op; });
  auto *a = left.as<TensorObject>(), *b = right.as<TensorObject>();
  auto unsupported = [&] {
    return evaluator.notSupported(range, fmt::format("'{}' on tensors of a model", op));
  };
  if (row == std::end(operators))
    return unsupported();
  if (a && b) {
    bool aligned = evaluator.graph.tensors[a->tensor].shape.size() ==
                   evaluator.graph.tensors[b->tensor].shape.size();
    if (row->merging.empty() || !aligned)
      return unsupported();
    return callOperation(evaluator, {std::string(row->merging), {}}, row->operation,
                         {a->tensor, b->tensor}, range);
  }
  auto number = (a ? right : left).number();
  bool power = op == "**" && (!a || !number || (*number != 2 && *number != 3));
  if (!number || power)
    return unsupported();
  return callOperation(evaluator, arithmetic(op, *number, a == nullptr), row->operation,
                       {(a ? a : b)->tensor}, range);
}

Value negatedTensor(Evaluator &evaluator, const Value &operand, SourceRange range) {
  return callOperation(evaluator, arithmetic("*", -1, false), "Negative",
                       {operand.as<TensorObject>()->tensor}, range);
}

} // namespace ingot::import
