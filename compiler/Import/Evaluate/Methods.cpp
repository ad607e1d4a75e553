// The methods of str, list, dict and set, and of a History's dict.

#include "compiler/Import/Evaluate/Builtins.h"
#include "compiler/Import/Evaluate/Text.h"

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

using Type = RunTimeObject::Type;

namespace {
std::string &text(const Value &self) { return self.as<StrObject>()->text; }
std::vector<Value> &items(const Value &self) { return self.as<ListObject>()->items; }

std::string argumentText(Call &call, size_t position, std::string absent) {
  const Argument *argument = call.get(position);
  return argument && argument->value.str() ? *argument->value.str() : absent;
}

Value split(Evaluator &evaluator, Value self, Call &call) {
  std::string separator = argumentText(call, 0, ""), rest = text(self);
  std::vector<Value> parts;
  if (separator.empty()) {
    for (size_t at = rest.find_first_not_of(" \t\n\r"); at != rest.npos;) {
      size_t end = std::min(rest.find_first_of(" \t\n\r", at), rest.size());
      parts.push_back(evaluator.heap.str(rest.substr(at, end - at)));
      at = rest.find_first_not_of(" \t\n\r", end);
    }
    return evaluator.heap.list(std::move(parts));
  }
  for (size_t at; (at = rest.find(separator)) != rest.npos;
       rest = rest.substr(at + separator.size()))
    parts.push_back(evaluator.heap.str(rest.substr(0, at)));
  parts.push_back(evaluator.heap.str(rest));
  return evaluator.heap.list(std::move(parts));
}
Value joinMethod(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.checkArguments(call, "join", 1, 1))
    return {};
  auto all = evaluator.iterate(call.positional[0].value, call.positional[0].range);
  std::vector<Value> parts;
  for (size_t i = 0; all && i < all->size(); ++i) {
    if (i)
      parts.push_back(self);
    if (isKnown((*all)[i]) && !(*all)[i].str()) {
      evaluator.error(call.range, fmt::format("join needs strings, not '{}'", typeName((*all)[i])));
      return {};
    }
    parts.push_back((*all)[i]);
  }
  return all ? evaluator.joined(parts, call.range) : Value();
}
template <int (*change)(int)> Value changeCase(Evaluator &evaluator, Value self, Call &) {
  std::string result = text(self);
  for (char &c : result)
    if (static_cast<unsigned char>(c) < 128)
      c = static_cast<char>(change(c));
  return evaluator.heap.str(result);
}
template <bool left, bool right> Value strip(Evaluator &evaluator, Value self, Call &call) {
  std::string characters = argumentText(call, 0, " \t\n\r\f\v"), result = text(self);
  if (left)
    result.erase(0, std::min(result.find_first_not_of(characters), result.size()));
  if (right)
    result.erase(result.find_last_not_of(characters) + 1);
  return evaluator.heap.str(result);
}
template <bool start> Value starts(Evaluator &, Value self, Call &call) {
  std::string part = argumentText(call, 0, "");
  return start ? text(self).starts_with(part) : text(self).ends_with(part);
}
Value replace(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.checkArguments(call, "replace", 2, 2))
    return {};
  std::string from = argumentText(call, 0, ""), to = argumentText(call, 1, ""), rest = text(self),
              result;
  if (from.empty())
    return self;
  for (size_t at; (at = rest.find(from)) != rest.npos; rest = rest.substr(at + from.size())) {
    result += rest.substr(0, at) + to;
    if (!evaluator.checkSize(result.size(), call.range))
      return {};
  }
  return evaluator.heap.str(result + rest);
}
/// "{}: {:.2f}".format(...), by positions and names.
Value formatMethod(Evaluator &evaluator, Value self, Call &call) {
  std::vector<Value> parts;
  std::string literal;
  const std::string &pattern = text(self);
  size_t next = 0;
  for (size_t at = 0; at < pattern.size(); ++at) {
    char c = pattern[at];
    if ((c == '{' || c == '}') && at + 1 < pattern.size() && pattern[at + 1] == c) {
      literal += c;
      ++at;
      continue;
    }
    if (c != '{') {
      literal += c;
      continue;
    }
    size_t close = pattern.find('}', at);
    if (close == pattern.npos) {
      evaluator.error(call.range, "a '{' of the format has no '}'");
      return {};
    }
    std::string field = pattern.substr(at + 1, close - at - 1), spec;
    at = close;
    if (size_t colon = field.find(':'); colon != field.npos) {
      spec = field.substr(colon + 1);
      field = field.substr(0, colon);
    }
    char conversion = 0;
    if (field.size() > 1 && field[field.size() - 2] == '!') {
      conversion = field.back();
      field.resize(field.size() - 2);
    }
    bool digits =
        !field.empty() && field.size() < 6 && field.find_first_not_of("0123456789") == field.npos;
    const Argument *argument = field.empty() ? call.get(next++)
                               : digits      ? call.get(static_cast<size_t>(std::stoi(field)))
                                             : call.keyword(field);
    if (!argument) {
      evaluator.error(call.range, fmt::format("format has no argument for '{{{}}}'", field));
      return {};
    }
    parts.push_back(evaluator.heap.str(literal));
    literal.clear();
    parts.push_back(evaluator.formatted(argument->value, conversion, spec, call.range));
  }
  parts.push_back(evaluator.heap.str(literal));
  return evaluator.joined(parts, call.range);
}
Value append(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.checkArguments(call, "append", 1, 1) || !evaluator.checkSize(1, call.range))
    return {};
  if (!evaluator.mayChange(self, call.range))
    return {};
  items(self).push_back(call.positional[0].value);
  return NoneValue();
}
Value appendAtRunTime(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.checkArguments(call, "append", 1, 1))
    return {};
  auto item = evaluator.materialize(call.positional[0].value, call.range);
  if (item)
    evaluator.emit(Instruction::Append, {self.as<RunTimeObject>()->instruction, *item}, call.range);
  return NoneValue();
}
Value extend(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.checkArguments(call, "extend", 1, 1))
    return {};
  auto more = evaluator.iterate(call.positional[0].value, call.positional[0].range);
  if (!evaluator.mayChange(self, call.range) || !more ||
      !evaluator.checkSize(more->size(), call.range))
    return {};
  items(self).insert(items(self).end(), more->begin(), more->end());
  return NoneValue();
}
Value insert(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.mayChange(self, call.range) || !evaluator.checkArguments(call, "insert", 2, 2))
    return {};
  int64_t size = static_cast<int64_t>(items(self).size()),
          at = call.positional[0].value.integer().value_or(size);
  at = std::clamp<int64_t>(at < 0 ? at + size : at, 0, size);
  items(self).insert(items(self).begin() + at, call.positional[1].value);
  return NoneValue();
}
Value pop(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.mayChange(self, call.range))
    return {};
  int64_t size = static_cast<int64_t>(items(self).size());
  int64_t at =
      call.positional.empty() ? size - 1 : call.positional[0].value.integer().value_or(size);
  at += at < 0 ? size : 0;
  if (at < 0 || at >= size) {
    evaluator.error(call.range, "there is no such item to pop");
    return {};
  }
  Value item = items(self)[at];
  items(self).erase(items(self).begin() + at);
  return item;
}
Value reverseMethod(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.mayChange(self, call.range))
    return {};
  std::reverse(items(self).begin(), items(self).end());
  return NoneValue();
}
Value sortMethod(Evaluator &evaluator, Value self, Call &call) {
  auto ordered = evaluator.mayChange(self, call.range) ? sortedItems(evaluator, items(self), call)
                                                       : std::nullopt;
  if (ordered)
    items(self) = *ordered;
  return ordered ? Value(NoneValue()) : Value();
}
Value count(Evaluator &evaluator, Value self, Call &call) {
  auto all = evaluator.iterate(self, call.range);
  int64_t number = 0;
  for (size_t i = 0; all && !call.positional.empty() && i < all->size(); ++i)
    number += equal((*all)[i], call.positional[0].value).value_or(false);
  return number;
}
Value indexOf(Evaluator &evaluator, Value self, Call &call) {
  auto all = evaluator.iterate(self, call.range);
  for (size_t i = 0; all && !call.positional.empty() && i < all->size(); ++i)
    if (equal((*all)[i], call.positional[0].value).value_or(false))
      return static_cast<int64_t>(i);
  evaluator.error(call.range, "there is no such item");
  return {};
}
Value copyList(Evaluator &evaluator, Value self, Call &) {
  return evaluator.heap.list(items(self));
}
template <int what> Value dictView(Evaluator &evaluator, Value self, Call &) {
  std::vector<Value> view;
  for (auto &[key, value] : self.as<DictObject>()->entries.items)
    view.push_back(what == 0 ? key : what == 1 ? value : evaluator.heap.tuple({key, value}));
  Value list = evaluator.heap.list(std::move(view));
  list.as<ListObject>()->view = what == 0 ? "dict_keys" : what == 1 ? "dict_values" : "dict_items";
  return list;
}
Value get(Evaluator &evaluator, Value self, Call &call) {
  if (!evaluator.checkArguments(call, "get", 1, 2))
    return {};
  auto key = hashKey(call.positional[0].value);
  const Value *found = key ? self.as<DictObject>()->entries.find(*key) : nullptr;
  return found                        ? *found
         : call.positional.size() > 1 ? call.positional[1].value
                                      : Value(NoneValue());
}
Value update(Evaluator &evaluator, Value self, Call &call) {
  Value other = toDict(evaluator, call);
  if (!evaluator.mayChange(self, call.range))
    return {};
  if (auto *dict = other.as<DictObject>())
    for (auto &[key, value] : dict->entries.items)
      self.as<DictObject>()->entries.set(*hashKey(key), key, value);
  return NoneValue();
}
Value addToSet(Evaluator &, Value self, Call &call) {
  if (!call.positional.empty())
    if (auto key = hashKey(call.positional[0].value))
      self.as<SetObject>()->entries.set(*key, call.positional[0].value, NoneValue());
  return NoneValue();
}
/// A History's dict with its columns as values of the run: what it has is known.
Value historyColumns(Evaluator &evaluator, const Value &history, SourceRange range) {
  auto *dict = evaluator.heap.make<DictObject>();
  for (const std::string &key : history.as<RunTimeObject>()->keys) {
    Value name = evaluator.heap.str(key);
    dict->entries.set("s" + key, name, evaluator.subscript(history, name, range));
  }
  return dict;
}
template <int what> Value historyView(Evaluator &evaluator, Value self, Call &call) {
  return dictView<what>(evaluator, historyColumns(evaluator, self, call.range), call);
}
Value historyGet(Evaluator &evaluator, Value self, Call &call) {
  return get(evaluator, historyColumns(evaluator, self, call.range), call);
}

struct MethodRow {
  Object::Kind type;
  std::string_view name;
  MethodHandler handler;
};
using Kind = Object::Kind;
constexpr MethodRow kMethods[] = {{Kind::Str, "split", split},
                                  {Kind::Str, "join", joinMethod},
                                  {Kind::Str, "upper", changeCase<std::toupper>},
                                  {Kind::Str, "lower", changeCase<std::tolower>},
                                  {Kind::Str, "strip", strip<true, true>},
                                  {Kind::Str, "lstrip", strip<true, false>},
                                  {Kind::Str, "rstrip", strip<false, true>},
                                  {Kind::Str, "startswith", starts<true>},
                                  {Kind::Str, "endswith", starts<false>},
                                  {Kind::Str, "replace", replace},
                                  {Kind::Str, "format", formatMethod},
                                  {Kind::List, "append", append},
                                  {Kind::List, "extend", extend},
                                  {Kind::List, "insert", insert},
                                  {Kind::List, "pop", pop},
                                  {Kind::List, "reverse", reverseMethod},
                                  {Kind::List, "sort", sortMethod},
                                  {Kind::List, "count", count},
                                  {Kind::List, "index", indexOf},
                                  {Kind::List, "copy", copyList},
                                  {Kind::Tuple, "count", count},
                                  {Kind::Tuple, "index", indexOf},
                                  {Kind::Dict, "keys", dictView<0>},
                                  {Kind::Dict, "values", dictView<1>},
                                  {Kind::Dict, "items", dictView<2>},
                                  {Kind::Dict, "get", get},
                                  {Kind::Dict, "update", update},
                                  {Kind::Set, "add", addToSet}};
} // namespace

Value Evaluator::findMethod(const Value &self, const std::string &name) {
  MethodHandler handler = nullptr;
  for (const MethodRow &row : kMethods)
    if (self.object() && row.type == self.object()->kind && row.name == name)
      handler = row.handler;
  auto *runTime = self.as<RunTimeObject>();
  if (runTime && runTime->isVariable && name == "append")
    handler = appendAtRunTime;
  if (runTime && runTime->type == Type::HistoryDict)
    handler = name == "keys"     ? historyView<0>
              : name == "values" ? historyView<1>
              : name == "items"  ? historyView<2>
              : name == "get"    ? historyGet
                                 : nullptr;
  return handler ? Value(heap.make<MethodObject>(self, name, handler)) : Value();
}

std::vector<std::string> Evaluator::methodNames(const Value &self) {
  std::vector<std::string> names;
  for (const MethodRow &row : kMethods)
    if (self.object() && row.type == self.object()->kind)
      names.emplace_back(row.name);
  if (self.as<RunTimeObject>() && self.as<RunTimeObject>()->type == Type::History)
    names = {"history", "epoch", "params"};
  if (self.as<RunTimeObject>() && self.as<RunTimeObject>()->type == Type::HistoryDict)
    names = {"keys", "values", "items", "get"};
  if (self.as<ModelObject>())
    names = {"compile", "fit", "evaluate", "predict", "summary", "add"};
  if (self.as<TensorObject>() || self.as<ArrayObject>())
    names = {"shape", "dtype", "astype", "reshape", "flatten", "squeeze", "ndim", "max", "min"};
  return names;
}

} // namespace ingot::import
