// What values are, compare like and print like.

#include "compiler/Import/Evaluate/Value.h"
#include "compiler/Import/Evaluate/Text.h"
#include "compiler/Import/Keras/Api.h"

#include <cmath>

#include <fmt/format.h>

namespace ingot::import {

std::optional<int64_t> Value::integer() const {
  if (auto *value = std::get_if<int64_t>(&data))
    return *value;
  if (auto *flag = std::get_if<bool>(&data))
    return *flag ? 1 : 0;
  if (auto *scalar = as<ScalarObject>(); scalar && scalar->isInteger())
    return static_cast<int64_t>(scalar->value);
  return std::nullopt;
}

std::optional<double> Value::number() const {
  if (auto *value = std::get_if<double>(&data))
    return *value;
  if (auto *scalar = as<ScalarObject>())
    return scalar->value;
  if (auto value = integer())
    return static_cast<double>(*value);
  return std::nullopt;
}

const std::string *Value::str() const {
  auto *object = as<StrObject>();
  return object ? &object->text : nullptr;
}

const Value *Entries::find(const std::string &key) const {
  auto found = index.find(key);
  return found == index.end() ? nullptr : &items[found->second].second;
}

void Entries::set(const std::string &key, Value name, Value value) {
  auto [found, inserted] = index.try_emplace(key, items.size());
  if (inserted)
    items.emplace_back(name, value);
  else
    items[found->second].second = value;
}

bool Entries::erase(const std::string &key) {
  auto found = index.find(key);
  if (found == index.end())
    return false;
  size_t at = found->second;
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
  index.erase(found);
  for (auto &[name, position] : index)
    if (position > at)
      --position;
  return true;
}

int64_t RangeObject::size() const {
  // In unsigned numbers, for the distance between any two ints.
  if (step > 0 && start < stop)
    return static_cast<int64_t>(
        std::min<uint64_t>((static_cast<uint64_t>(stop) - start - 1) / step + 1, INT64_MAX));
  if (step < 0 && start > stop)
    return static_cast<int64_t>(std::min<uint64_t>(
        (static_cast<uint64_t>(start) - stop - 1) / (0 - static_cast<uint64_t>(step)) + 1,
        INT64_MAX));
  return 0;
}

const std::vector<Value> *sequence(const Value &value) {
  if (auto *tuple = value.as<TupleObject>())
    return &tuple->items;
  if (auto *list = value.as<ListObject>())
    return &list->items;
  return nullptr;
}

std::string someOf(const Value &value) {
  std::string name = typeName(value);
  bool vowel = std::string_view("aeiouAEIOU").find(name[0]) != std::string_view::npos;
  return fmt::format("{} '{}'", vowel ? "an" : "a", name);
}

std::string typeName(const Value &value) {
  if (value.isNone())
    return "NoneType";
  if (value.isEllipsis())
    return "ellipsis";
  if (value.boolean())
    return "bool";
  if (value.isInt())
    return "int";
  if (value.isFloat())
    return "float";
  if (auto *scalar = value.as<ScalarObject>())
    return "numpy." + scalar->dtype;
  if (auto *config = value.as<ConfigObject>())
    return config->config.type;
  if (auto *callback = value.as<CallbackObject>())
    return std::string(callback->entry->name);
  Object *object = value.object();
  if (!object)
    return "object";
  switch (object->kind) {
  case Object::Kind::Str:
    return "str";
  case Object::Kind::Tuple:
    return "tuple";
  case Object::Kind::List:
    return "list";
  case Object::Kind::Dict:
    return "dict";
  case Object::Kind::Set:
    return "set";
  case Object::Kind::Range:
    return "range";
  case Object::Kind::Slice:
    return "slice";
  case Object::Kind::Function:
    return "function";
  case Object::Kind::Builtin:
    return "builtin_function_or_method";
  case Object::Kind::Method:
    return "method";
  case Object::Kind::Module:
    return "module";
  case Object::Kind::Symbol:
    return "type";
  case Object::Kind::Array:
    return "numpy.ndarray";
  case Object::Kind::Dataset:
    return "Dataset";
  case Object::Kind::Tensor:
    return "KerasTensor";
  case Object::Kind::Layer:
    return "Layer";
  case Object::Kind::Model:
    return "Model";
  default:
    return "value of the run";
  }
}

namespace {
constexpr int kMaxPrintedDepth = 50;

std::string reprAt(const Value &value, int depth);

std::string join(const std::vector<Value> &items, int depth) {
  std::string text;
  for (const Value &item : items)
    text += (text.empty() ? "" : ", ") + reprAt(item, depth + 1);
  return text;
}

std::string entriesRepr(const Entries &entries, bool withValues, int depth) {
  std::string text;
  for (auto &[key, item] : entries.items) {
    text += (text.empty() ? "" : ", ") + reprAt(key, depth + 1);
    if (withValues)
      text += ": " + reprAt(item, depth + 1);
  }
  return text;
}

std::string scalarText(const ScalarObject &scalar) {
  if (scalar.dtype == "bool")
    return scalar.value != 0 ? "True" : "False";
  if (scalar.isInteger())
    return std::to_string(static_cast<int64_t>(scalar.value));
  return scalar.dtype == "float32" ? float32Repr(static_cast<float>(scalar.value))
                                   : floatRepr(scalar.value);
}

std::string objectRepr(const Object &object, const Value &value, int depth) {
  switch (object.kind) {
  case Object::Kind::Str:
    return strRepr(*value.str());
  case Object::Kind::Tuple: {
    auto &items = value.as<TupleObject>()->items;
    return "(" + join(items, depth) + (items.size() == 1 ? ",)" : ")");
  }
  case Object::Kind::List: {
    auto &list = *value.as<ListObject>();
    std::string text = "[" + join(list.items, depth) + "]";
    return list.view.empty() ? text : list.view + "(" + text + ")";
  }
  case Object::Kind::Dict:
    return "{" + entriesRepr(value.as<DictObject>()->entries, true, depth) + "}";
  case Object::Kind::Set: {
    auto &entries = value.as<SetObject>()->entries;
    return entries.items.empty() ? "set()" : "{" + entriesRepr(entries, false, depth) + "}";
  }
  case Object::Kind::Range: {
    auto &range = *value.as<RangeObject>();
    return range.step == 1 ? fmt::format("range({}, {})", range.start, range.stop)
                           : fmt::format("range({}, {}, {})", range.start, range.stop, range.step);
  }
  case Object::Kind::Slice: {
    auto &slice = *value.as<SliceObject>();
    return fmt::format("slice({}, {}, {})", reprAt(slice.start, depth + 1),
                       reprAt(slice.stop, depth + 1), reprAt(slice.step, depth + 1));
  }
  case Object::Kind::Scalar: {
    auto &scalar = *value.as<ScalarObject>();
    return fmt::format("np.{}({})", scalar.dtype, scalarText(scalar));
  }
  case Object::Kind::Module:
    return fmt::format("<module '{}'>", value.as<ModuleObject>()->path);
  case Object::Kind::Symbol:
    return fmt::format("<class '{}'>", value.as<SymbolObject>()->entry->name);
  case Object::Kind::Function:
    return fmt::format("<function {}>", value.as<FunctionObject>()->name);
  default:
    return fmt::format("<{}>", typeName(value));
  }
}

std::string reprAt(const Value &value, int depth) {
  if (depth > kMaxPrintedDepth)
    return "...";
  if (value.isPoison())
    return "?";
  if (value.isNone())
    return "None";
  if (value.isEllipsis())
    return "Ellipsis";
  if (const bool *flag = value.boolean())
    return *flag ? "True" : "False";
  if (value.isInt())
    return std::to_string(*value.integer());
  if (value.isFloat())
    return floatRepr(*value.number());
  return objectRepr(*value.object(), value, depth);
}
} // namespace

std::string repr(const Value &value) { return reprAt(value, 0); }

std::string toStr(const Value &value) {
  if (const std::string *text = value.str())
    return *text;
  if (auto *scalar = value.as<ScalarObject>())
    return scalarText(*scalar);
  return repr(value);
}

std::optional<bool> truth(const Value &value) {
  if (value.isNone())
    return false;
  if (auto number = value.number())
    return *number != 0;
  if (const std::string *text = value.str())
    return !text->empty();
  if (auto *items = sequence(value))
    return !items->empty();
  if (auto *dict = value.as<DictObject>())
    return !dict->entries.items.empty();
  if (auto *set = value.as<SetObject>())
    return !set->entries.items.empty();
  if (auto *range = value.as<RangeObject>())
    return range->size() != 0;
  if (value.isPoison() || value.as<RunTimeObject>() || value.as<ArrayObject>() ||
      value.as<DatasetObject>() || value.as<TensorObject>())
    return std::nullopt;
  return true;
}

namespace {
std::optional<bool> equalAt(const Value &a, const Value &b, int depth);

std::optional<bool> equalItems(const std::vector<Value> &a, const std::vector<Value> &b,
                               int depth) {
  if (a.size() != b.size())
    return false;
  bool unknown = false;
  for (size_t i = 0; i < a.size(); ++i) {
    auto same = equalAt(a[i], b[i], depth + 1);
    if (same == false)
      return false;
    unknown |= !same;
  }
  return unknown ? std::nullopt : std::optional(true);
}

std::optional<bool> equalEntries(const Entries &a, const Entries &b, int depth) {
  if (a.items.size() != b.items.size())
    return false;
  for (auto &[key, value] : a.items) {
    auto text = hashKey(key);
    const Value *other = text ? b.find(*text) : nullptr;
    if (!other)
      return false;
    if (auto same = equalAt(value, *other, depth + 1); same != true)
      return same;
  }
  return true;
}

std::optional<bool> equalAt(const Value &a, const Value &b, int depth) {
  if (a.isPoison() || b.isPoison() || depth > kMaxPrintedDepth)
    return std::nullopt;
  if (a.as<RunTimeObject>() || b.as<RunTimeObject>() || a.as<ArrayObject>() || b.as<ArrayObject>())
    return std::nullopt;
  if (a.identical(b))
    return !(a.isFloat() && std::isnan(*a.number()));
  if (auto first = a.integer(), second = b.integer(); first && second)
    return *first == *second;
  if (auto first = a.number(), second = b.number(); first && second)
    return *first == *second;
  if (a.str() && b.str())
    return *a.str() == *b.str();
  if (a.as<TupleObject>() && b.as<TupleObject>())
    return equalItems(a.as<TupleObject>()->items, b.as<TupleObject>()->items, depth);
  if (a.as<ListObject>() && b.as<ListObject>())
    return equalItems(a.as<ListObject>()->items, b.as<ListObject>()->items, depth);
  if (a.as<DictObject>() && b.as<DictObject>())
    return equalEntries(a.as<DictObject>()->entries, b.as<DictObject>()->entries, depth);
  if (a.as<SetObject>() && b.as<SetObject>())
    return equalEntries(a.as<SetObject>()->entries, b.as<SetObject>()->entries, depth);
  if (auto *x = a.as<RangeObject>())
    if (auto *y = b.as<RangeObject>())
      return x->size() == y->size() &&
             (x->size() == 0 || (x->start == y->start && (x->size() == 1 || x->step == y->step)));
  return false;
}

std::optional<std::string> hashKeyAt(const Value &value, int depth) {
  if (depth > kMaxPrintedDepth)
    return std::nullopt;
  if (auto integer = value.integer())
    return std::to_string(*integer);
  if (auto number = value.number()) {
    bool whole = std::floor(*number) == *number && std::fabs(*number) < 9e18;
    return whole ? std::to_string(static_cast<int64_t>(*number)) : floatRepr(*number);
  }
  if (value.isNone() || value.isEllipsis())
    return repr(value);
  if (auto *text = value.str())
    return "s" + *text;
  if (auto *tuple = value.as<TupleObject>()) {
    std::string key = "(";
    for (const Value &item : tuple->items) {
      auto part = hashKeyAt(item, depth + 1);
      if (!part)
        return std::nullopt;
      key += std::to_string(part->size()) + ":" + *part;
    }
    return key;
  }
  Object *object = value.object();
  if (!object || value.as<ListObject>() || value.as<DictObject>() || value.as<SetObject>() ||
      value.as<ArrayObject>() || value.as<RunTimeObject>())
    return std::nullopt;
  return fmt::format("@{}", static_cast<const void *>(object));
}

template <typename Predicate>
bool anyPart(const Value &value, int depth, const Predicate &predicate) {
  if (depth > kMaxPrintedDepth)
    return false;
  if (predicate(value))
    return true;
  if (auto *items = sequence(value)) {
    for (const Value &item : *items)
      if (anyPart(item, depth + 1, predicate))
        return true;
  } else if (auto *dict = value.as<DictObject>()) {
    for (auto &[key, item] : dict->entries.items)
      if (anyPart(item, depth + 1, predicate))
        return true;
  }
  return false;
}
} // namespace

std::optional<bool> equal(const Value &a, const Value &b) { return equalAt(a, b, 0); }
std::optional<std::string> hashKey(const Value &value) { return hashKeyAt(value, 0); }

bool isKnown(const Value &value) {
  return !anyPart(value, 0, [](const Value &part) {
    return part.isPoison() || part.as<RunTimeObject>() || part.as<ArrayObject>() ||
           part.as<TensorObject>();
  });
}

bool containsPoison(const Value &value) {
  return anyPart(value, 0, [](const Value &part) { return part.isPoison(); });
}

} // namespace ingot::import
