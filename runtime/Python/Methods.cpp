// Methods and attributes of values: of arrays they are NumPy's functions of the same name.

#include "runtime/Python/Functions.h"
#include "runtime/Python/NdArray.h"
#include "runtime/Python/Text.h"

#include <algorithm>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {

const std::string &textOf(const Value &value) {
  if (!value.string())
    throw PythonError{fmt::format("TypeError: a str is needed, not '{}'", typeName(value))};
  return *value.string();
}

//===- str ------------------------------------------------------------------------------------===//

template <int (*change)(int)> Value changeCase(Arguments a) {
  std::string text = textOf(a[0]);
  for (char &c : text)
    if (static_cast<unsigned char>(c) < 0x80)
      c = static_cast<char>(change(c));
  return text;
}

Value strip(Arguments a) {
  std::string text = textOf(a[0]), characters = a.size() > 1 ? textOf(a[1]) : " \t\n\r\f\v";
  text.erase(0, std::min(text.find_first_not_of(characters), text.size()));
  text.erase(text.find_last_not_of(characters) + 1);
  return text;
}

Value joinTexts(Arguments a) {
  std::string text;
  bool first = true;
  for (const Value &item : itemsOf(a[1])) {
    text += (first ? "" : textOf(a[0])) + textOf(item);
    first = false;
  }
  return text;
}

Value replace(Arguments a) {
  std::string rest = textOf(a[0]), result;
  const std::string &from = textOf(a[1]), &to = textOf(a[2]);
  for (size_t at; !from.empty() && (at = rest.find(from)) != std::string::npos;
       rest = rest.substr(at + from.size()))
    result += rest.substr(0, at) + to;
  return result + rest;
}

constexpr Function strMethods[] = {
    {"upper", 1, 1, changeCase<std::toupper>},
    {"lower", 1, 1, changeCase<std::tolower>},
    {"strip", 1, 2, strip},
    {"join", 2, 2, joinTexts},
    {"replace", 3, 3, replace},
    {"startswith", 2, 2, [](Arguments a) { return Value(textOf(a[0]).starts_with(textOf(a[1]))); }},
    {"endswith", 2, 2, [](Arguments a) { return Value(textOf(a[0]).ends_with(textOf(a[1]))); }},
};

//===- list, tuple ----------------------------------------------------------------------------===//

Value indexOf(Arguments a) {
  const std::vector<Value> &items = a[0].sequence()->items;
  for (size_t i = 0; i < items.size(); ++i)
    if (equal(items[i], a[1]))
      return static_cast<int64_t>(i);
  throw PythonError{fmt::format("ValueError: {} is not in list", repr(a[1]))};
}

Value count(Arguments a) {
  const std::vector<Value> &items = a[0].sequence()->items;
  return static_cast<int64_t>(std::count_if(items.begin(), items.end(),
                                            [&](const Value &item) { return equal(item, a[1]); }));
}

constexpr Function sequenceMethods[] = {
    {"index", 2, 2, indexOf},
    {"count", 2, 2, count},
    {"copy", 1, 1, [](Arguments a) { return a[0]; }},
};

//===- dict -----------------------------------------------------------------------------------===//

template <int part> Value view(Arguments a) {
  std::vector<Value> items;
  for (const auto &[key, value] : a[0].dict()->items)
    items.push_back(part == 0   ? key
                    : part == 1 ? value
                                : makeSequence(PythonSequence::Tuple, {key, value}));
  return makeSequence(PythonSequence::List, std::move(items));
}

Value get(Arguments a) {
  for (const auto &[key, value] : a[0].dict()->items)
    if (equal(key, a[1]))
      return value;
  return a.size() > 2 ? a[2] : Value(PythonNone{});
}

constexpr Function dictMethods[] = {
    {"keys", 1, 1, view<0>},
    {"values", 1, 1, view<1>},
    {"items", 1, 1, view<2>},
    {"get", 2, 3, get},
};

std::span<const Function> methodsOf(const Value &self) {
  if (self.string())
    return strMethods;
  if (self.dict())
    return dictMethods;
  if (self.sequence() && self.sequence()->kind <= PythonSequence::List)
    return sequenceMethods;
  return {};
}

} // namespace

Value callMethod(const std::string &name, Arguments arguments) {
  if (arguments.empty())
    throw PythonError{"this program's script is inconsistent; compile it again"};
  if (arguments[0].array())
    return callBuiltin("numpy." + name, arguments);
  if (const Function *method = findFunction(methodsOf(arguments[0]), name))
    return callFunction(*method, arguments);
  throw PythonError{fmt::format("AttributeError: '{}' object has no attribute '{}'",
                                typeName(arguments[0]), name)};
}

} // namespace ingot::runtime
