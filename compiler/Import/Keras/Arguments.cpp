// Arguments of Keras's calls, checked against the tables.

#include "compiler/Import/Keras/Calls.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

std::optional<std::vector<const Argument *>> matchArguments(Evaluator &evaluator,
                                                            std::string_view owner,
                                                            std::span<const Parameter> parameters,
                                                            const Call &call) {
  std::vector<const Argument *> given(parameters.size());
  bool ok = true;
  for (size_t i = 0; i < call.positional.size(); ++i) {
    if (i >= parameters.size() || parameters[i].kind == ArgumentKind::Name) {
      evaluator.error(
          call.positional[i].range,
          fmt::format("{} takes at most {} positional argument{}", owner, i, i == 1 ? "" : "s"));
      return std::nullopt;
    }
    given[i] = &call.positional[i];
  }
  for (const Argument &argument : call.keywords) {
    auto found =
        std::find_if(parameters.begin(), parameters.end(),
                     [&](const Parameter &parameter) { return parameter.name == argument.name; });
    if (found != parameters.end()) {
      const Argument *&slot = given[found - parameters.begin()];
      if (slot) {
        evaluator.error(argument.nameRange,
                        fmt::format("{} is given '{}' twice", owner, argument.name));
        ok = false;
      }
      slot = &argument;
      continue;
    }
    ok = false;
    std::string_view today = todaysParameter(owner, argument.name);
    std::string_view known = today.substr(0, today.find_first_of(",( "));
    bool fits = std::any_of(parameters.begin(), parameters.end(),
                            [&](const Parameter &parameter) { return parameter.name == known; });
    if (!today.empty() && (fits || argument.name == "input_dim")) {
      evaluator.error(
          argument.nameRange,
          fmt::format("'{}' is an older Keras's spelling; today it is '{}'", argument.name, today));
      continue;
    }
    std::vector<std::string> names;
    for (const Parameter &parameter : parameters)
      names.emplace_back(parameter.name);
    auto near = python::nearestName(argument.name, names);
    auto &diagnostic = evaluator.error(
        argument.nameRange, fmt::format("{} has no argument '{}'{}", owner, argument.name,
                                        near ? fmt::format("; did you mean '{}'?", *near) : ""));
    if (near)
      diagnostic.fix(*near);
  }
  for (size_t i = 0; ok && i < parameters.size(); ++i)
    if (!given[i] && parameters[i].value.kind == Default::Kind::Required) {
      evaluator.error(call.range,
                      fmt::format("{} needs its argument '{}'", owner, parameters[i].name));
      ok = false;
    }
  return ok ? std::optional(given) : std::nullopt;
}

namespace {
Value defaultValue(Evaluator &evaluator, const Default &value) {
  return visit(value, [&](auto plain) -> Value {
    using Plain = decltype(plain);
    if constexpr (std::is_same_v<Plain, std::nullptr_t>)
      return NoneValue();
    else if constexpr (std::is_same_v<Plain, std::string_view>)
      return evaluator.heap.str(std::string(plain));
    else
      return plain;
  });
}

/// Converts one argument; `what` is "Conv2D's 'strides'".
struct Converter {
  Evaluator &evaluator;
  const Value &value;
  SourceRange range;
  std::string what;

  std::optional<ConfigValue> bad(std::string_view needed) {
    evaluator.error(range, fmt::format("{} must be {}, not {}", what, needed, repr(value)));
    return std::nullopt;
  }

  std::optional<ConfigValue> count() {
    auto number = value.integer();
    if (!number || value.boolean() || *number < 1)
      return bad("a positive int");
    if (*number > (1 << 24))
      return bad(fmt::format("at most {}", 1 << 24));
    return *number;
  }

  std::optional<ConfigValue> window() {
    auto *items = sequence(value);
    if (items && items->size() != 2) {
      evaluator.error(range, fmt::format("{} must be one positive int or two, and it has {}", what,
                                         items->size()));
      return std::nullopt;
    }
    std::vector<int64_t> sizes;
    for (int i = 0; i < 2; ++i) {
      auto size = items ? (*items)[i].integer() : value.integer();
      if (!size || *size < 1 || *size > 100000)
        return bad("a positive int, or two");
      sizes.push_back(*size);
    }
    return sizes;
  }

  std::optional<ConfigValue> numbers() {
    if (value.isNone())
      return std::monostate();
    if (value.isInt())
      return *value.integer();
    if (value.isFloat())
      return *value.number();
    auto *items = sequence(value);
    std::vector<double> list;
    for (size_t i = 0; items && i < items->size() && (*items)[i].number(); ++i)
      list.push_back(*(*items)[i].number());
    return items && list.size() == items->size() ? std::optional<ConfigValue>(list)
                                                 : bad("a number or a list of them");
  }

  /// What Keras calls the initializer that has this name in other libraries.
  static std::optional<std::string> kerasName(std::string_view name) {
    static constexpr std::pair<std::string_view, const char *> names[] = {
        {"xavier", "glorot_uniform"},       {"xavier_uniform", "glorot_uniform"},
        {"xavier_normal", "glorot_normal"}, {"glorot", "glorot_uniform"},
        {"kaiming", "he_normal"},           {"he", "he_normal"},
        {"kaiming_uniform", "he_uniform"},  {"kaiming_normal", "he_normal"},
        {"lecun", "lecun_normal"}};
    for (auto [other, keras] : names)
      if (other == name)
        return keras;
    return std::nullopt;
  }

  /// A name out of the table's rows of one kind.
  const ApiEntry *named(ApiEntry::Kind kind, std::string_view noun, std::string_view name) {
    const ApiEntry *entry = findByAlias(kind, name);
    if (entry && entry->supported)
      return entry;
    std::vector<std::string> names;
    anyEntry([&](const ApiEntry &row) {
      if (row.kind == kind)
        names.push_back(snakeCase(row.name));
      return false;
    });
    auto near = kind == ApiEntry::Kind::Initializer ? kerasName(name) : std::nullopt;
    if (!near)
      near = python::nearestName(name, names);
    if (entry) {
      std::vector<std::string> supported;
      anyEntry([&](const ApiEntry &row) {
        if (row.kind == kind && row.supported)
          supported.push_back(snakeCase(row.name));
        return false;
      });
      std::string all;
      for (auto &each : supported)
        all += (all.empty() ? "" : ", ") + each;
      evaluator.notSupported(range, fmt::format("the {} '{}'", noun, name), "supported: " + all);
    } else {
      evaluator.error(range, fmt::format("there is no {} '{}'{}", noun, name,
                                         near ? fmt::format("; did you mean '{}'?", *near) : ""));
    }
    return nullptr;
  }

  /// The function that a layer applies as an activation, or null.
  static const char *activationOf(std::string_view layer) {
    static constexpr std::pair<std::string_view, const char *> kLayers[] = {
        {"ReLU", "relu"}, {"LeakyReLU", "leaky_relu"}, {"ELU", "elu"}, {"Softmax", "softmax"}};
    for (auto [type, function] : kLayers)
      if (type == layer)
        return function;
    return nullptr;
  }

  std::optional<ConfigValue> activation() {
    if (value.isNone())
      return std::string("linear");
    std::string name;
    if (auto *text = value.str())
      name = *text;
    else if (auto *symbol = value.as<SymbolObject>();
             symbol && symbol->entry->kind == ApiEntry::Kind::Activation)
      name = symbol->entry->name;
    else if (auto *layer = value.as<LayerObject>()) {
      const Config &config = evaluator.graph.layers[layer->layer].config;
      if (config.type == "Activation")
        return config.arguments.at("activation");
      if (const char *function = activationOf(config.type))
        return std::vector<Config>{{function, config.arguments}};
      return evaluator.notSupported(range,
                                    fmt::format("the layer {} as an activation", config.type),
                                    "call the layer on the output"),
             std::nullopt;
    } else if (value.as<FunctionObject>())
      return evaluator.notSupported(range, what + " as a function of the script",
                                    "call it on the layer's output"),
             std::nullopt;
    else
      return bad("the name of an activation");
    const ApiEntry *entry = named(ApiEntry::Kind::Activation, "activation", name);
    if (!entry)
      return std::nullopt;
    for (const Parameter &parameter : entry->parameters)
      if (parameter.value.kind == Default::Kind::Required)
        return evaluator.error(
                   range,
                   fmt::format("the activation '{}' needs its '{}'; call it on the layer's output",
                               name, parameter.name)),
               std::nullopt;
    return std::string(entry->aliasOf.empty() ? entry->name : entry->aliasOf);
  }

  std::optional<ConfigValue> integers() {
    std::vector<int64_t> numbers;
    if (auto number = value.integer(); number && !value.boolean())
      return std::vector<int64_t>{*number};
    auto *items = sequence(value);
    if (!items)
      return bad("ints");
    for (const Value &item : *items) {
      auto number = item.integer();
      if (!number || item.boolean())
        return bad("ints");
      numbers.push_back(*number);
    }
    return numbers;
  }

  static bool collectNumbers(const Value &part, std::vector<double> &numbers) {
    if (auto number = part.number())
      return numbers.push_back(*number), true;
    auto *items = sequence(part);
    return items && std::all_of(items->begin(), items->end(),
                                [&](const Value &item) { return collectNumbers(item, numbers); });
  }

  std::optional<ConfigValue> sides() {
    auto *pair = sequence(value);
    if (pair && pair->size() != 2)
      return bad("an int, two, or two pairs");
    std::vector<int64_t> result;
    for (int i = 0; i < 2; ++i) {
      const Value &part = pair ? (*pair)[i] : value;
      auto *ends = sequence(part);
      if (ends && ends->size() != 2)
        return bad("an int, two, or two pairs");
      for (int j = 0; j < 2; ++j) {
        auto size = ends ? (*ends)[j].integer() : part.integer();
        if (!size || *size < 0 || *size > 100000)
          return bad("an int from 0 on, two, or two pairs");
        result.push_back(*size);
      }
    }
    return result;
  }

  /// An object of one kind, given itself, by its class or by its name.
  std::optional<ConfigValue> object(ApiEntry::Kind kind, std::string_view noun) {
    if (auto *given = value.as<ConfigObject>(); given && given->entry->kind == kind)
      return std::vector<Config>{given->config};
    const ApiEntry *entry = nullptr;
    if (auto *text = value.str())
      entry = named(kind, noun, *text);
    else if (auto *symbol = value.as<SymbolObject>(); symbol && symbol->entry->kind == kind)
      entry = named(kind, noun, symbol->entry->name);
    else
      return bad(fmt::format("the name of {} {} or one of keras.{}s", noun[0] == 'i' ? "an" : "a",
                             noun, noun));
    if (!entry)
      return std::nullopt;
    auto config = configure(evaluator, *entry, Call{range, range, {}, {}});
    return config ? std::optional<ConfigValue>(std::vector<Config>{*config}) : std::nullopt;
  }

  std::optional<ConfigValue> rate() {
    if (auto *schedule = value.as<ConfigObject>();
        schedule && schedule->entry->kind == ApiEntry::Kind::Schedule)
      return std::vector<Config>{schedule->config};
    if (value.as<FunctionObject>())
      return evaluator.notSupported(range, what + " as a function",
                                    "use one of keras.optimizers.schedules"),
             std::nullopt;
    return value.number() ? std::optional<ConfigValue>(*value.number())
                          : bad("a number or one of keras.optimizers.schedules");
  }

  std::optional<ConfigValue> floats() {
    auto *items = sequence(value);
    if (!items)
      return bad("a list of numbers");
    std::vector<double> numbers;
    for (const Value &item : *items) {
      if (!item.number())
        return bad("a list of numbers");
      numbers.push_back(*item.number());
    }
    return numbers;
  }

  std::optional<ConfigValue> convert(ArgumentKind kind) {
    switch (kind) {
    case ArgumentKind::Boolean:
      return value.boolean() ? std::optional<ConfigValue>(*value.boolean()) : bad("True or False");
    case ArgumentKind::Count:
      return count();
    case ArgumentKind::Integer:
      return value.integer() ? std::optional<ConfigValue>(*value.integer()) : bad("an int");
    case ArgumentKind::FloatOrNone:
      if (value.isNone())
        return std::monostate();
      [[fallthrough]];
    case ArgumentKind::Float:
      return value.number() ? std::optional<ConfigValue>(*value.number()) : bad("a number");
    case ArgumentKind::Fraction: {
      auto number = value.number();
      return number && *number >= 0 && *number <= 1 ? std::optional<ConfigValue>(*number)
                                                    : bad("a number from 0 to 1");
    }
    case ArgumentKind::Rate:
      return rate();
    case ArgumentKind::Floats:
      return floats();
    case ArgumentKind::Window2:
      return window();
    case ArgumentKind::Integers:
      return integers();
    case ArgumentKind::Numbers: {
      std::vector<double> numbers;
      if (value.as<ArrayObject>() || value.as<RunTimeObject>())
        return evaluator.notSupported(range, what + " computed from data", "give the numbers"),
               std::nullopt;
      return collectNumbers(value, numbers) ? std::optional<ConfigValue>(numbers)
                                            : bad("a number, or several");
    }
    case ArgumentKind::Sides2:
      return sides();
    case ArgumentKind::Padding: {
      std::string text = value.str() ? *value.str() : "";
      for (char &c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (text == "valid" || text == "same")
        return text;
      auto near = python::nearestName(text, {"valid", "same"});
      auto &diagnostic = evaluator.error(
          range, fmt::format("{} must be \"valid\" or \"same\", not {}{}", what, repr(value),
                             near ? fmt::format("; did you mean \"{}\"?", *near) : ""));
      if (near)
        diagnostic.fix("\"" + *near + "\"");
      return std::nullopt;
    }
    case ArgumentKind::DataFormat:
      if (!value.isNone() && !(value.str() && *value.str() == "channels_last"))
        return evaluator.notSupported(range, fmt::format("{} other than \"channels_last\"", what)),
               std::nullopt;
      return std::monostate();
    case ArgumentKind::Activation:
      return activation();
    case ArgumentKind::Initializer:
      return object(ApiEntry::Kind::Initializer, "initializer");
    case ArgumentKind::Regularizer:
      return object(ApiEntry::Kind::Regularizer, "regularizer");
    case ArgumentKind::Text:
      return value.str() ? std::optional<ConfigValue>(*value.str()) : bad("a string");
    case ArgumentKind::Range:
      return numbers();
    case ArgumentKind::Name:
      return value.isNone() || value.str() ? std::optional<ConfigValue>(std::monostate())
                                           : bad("a string");
    case ArgumentKind::DType:
      if (!value.isNone() && !(value.str() && *value.str() == "float32") &&
          !value.as<BuiltinObject>())
        return evaluator.notSupported(range, fmt::format("{} other than \"float32\"", what)),
               std::nullopt;
      return std::monostate();
    default:
      return std::monostate();
    }
  }
};
} // namespace

std::optional<Config> configure(Evaluator &evaluator, const ApiEntry &entry, const Call &call) {
  std::string_view owner = entry.aliasOf.empty() ? entry.name : entry.aliasOf;
  auto given = matchArguments(evaluator, owner, entry.parameters, call);
  if (!given)
    return std::nullopt;
  Config config;
  config.type = std::string(owner);
  bool ok = true;
  for (size_t i = 0; i < entry.parameters.size(); ++i) {
    const Parameter &parameter = entry.parameters[i];
    const Argument *argument = (*given)[i];
    Value absent = defaultValue(evaluator, parameter.value);
    const Value &value = argument ? argument->value : absent;
    SourceRange range = argument ? argument->range : call.range;
    if (value.isPoison()) {
      ok = false;
      continue;
    }
    if (argument && !isKnown(value) && !value.as<TensorObject>()) {
      evaluator.notSupported(range, fmt::format("{}'s '{}' as a value that only the run knows",
                                                owner, parameter.name));
      ok = false;
      continue;
    }
    std::string what = fmt::format("{}'s '{}'", owner, parameter.name);
    bool isDefault = !argument || (value.isNone() && parameter.value.kind == Default::Kind::None);
    auto converted = isDefault && absent.isNone() && parameter.kind != ArgumentKind::Activation
                         ? std::optional<ConfigValue>(std::monostate())
                         : Converter{evaluator, value, range, what}.convert(parameter.kind);
    if (!converted) {
      ok = false;
      continue;
    }
    if (parameter.support == Support::OnlyDefault && !isDefault) {
      bool same = equal(value, absent).value_or(false);
      if (parameter.kind == ArgumentKind::Window2)
        same = std::get<std::vector<int64_t>>(*converted) == std::vector<int64_t>{1, 1};
      if (!same) {
        evaluator.notSupported(range, fmt::format("{} other than {}", what, repr(absent)));
        ok = false;
      }
    }
    bool kept = parameter.kind != ArgumentKind::Any && parameter.kind != ArgumentKind::Name &&
                parameter.kind != ArgumentKind::DType && parameter.kind != ArgumentKind::DataFormat;
    if (kept)
      config.arguments[std::string(parameter.name)] = *converted;
  }
  if (ok && entry.check)
    if (Fault fault = entry.check(config); !fault.message.empty()) {
      SourceRange range = call.range;
      for (size_t i = 0; i < entry.parameters.size(); ++i)
        if (entry.parameters[i].name == fault.argument && (*given)[i])
          range = (*given)[i]->range;
      evaluator.error(range, fmt::format("{}'s '{}' {}", owner, fault.argument, fault.message));
      ok = false;
    }
  return ok ? std::optional(config) : std::nullopt;
}

} // namespace ingot::import
