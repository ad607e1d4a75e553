// Python's builtin functions.

#include "compiler/Import/Evaluate/Builtins.h"
#include "compiler/Import/Evaluate/Text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include <fmt/format.h>

namespace ingot::import {

using Type = RunTimeObject::Type;

namespace {
bool anyRunTime(const Call &call) {
  return std::any_of(call.positional.begin(), call.positional.end(), [](const Argument &argument) {
    return !isKnown(argument.value) && !argument.value.as<ArrayObject>();
  });
}

Value print(Evaluator &evaluator, Call &call) { return evaluator.print(call); }

Value len(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "len", 1, 1))
    return {};
  const Value &value = call.positional[0].value;
  if (auto *array = value.as<ArrayObject>()) {
    Value shape = evaluator.attribute(value, "shape", call.range, call.range);
    auto *dimensions = sequence(shape);
    (void)array;
    return dimensions && !dimensions->empty() ? (*dimensions)[0] : Value();
  }
  auto *object = value.as<RunTimeObject>();
  if (object && object->length)
    return *object->length;
  if (object)
    return evaluator.callAtRunTime("len", call, Type::Int);
  if (auto *text = value.str())
    return codePoints(*text);
  if (auto *range = value.as<RangeObject>())
    return range->size();
  if (auto *dict = value.as<DictObject>())
    return static_cast<int64_t>(dict->entries.items.size());
  if (auto *set = value.as<SetObject>())
    return static_cast<int64_t>(set->entries.items.size());
  if (auto *items = sequence(value))
    return static_cast<int64_t>(items->size());
  evaluator.error(call.range, someOf(value) + " has no length");
  return {};
}

Value range(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "range", 1, 3))
    return {};
  std::vector<int64_t> numbers;
  for (const Argument &argument : call.positional) {
    auto number = argument.value.integer();
    if (!number) {
      if (argument.value.as<RunTimeObject>())
        return evaluator.callAtRunTime("range", call, Type::List);
      if (!argument.value.isPoison())
        evaluator.error(argument.range,
                        fmt::format("range needs ints, not '{}'", typeName(argument.value)));
      return {};
    }
    numbers.push_back(*number);
  }
  int64_t step = numbers.size() == 3 ? numbers[2] : 1;
  if (step == 0) {
    evaluator.error(call.range, "range's step must not be 0");
    return {};
  }
  return numbers.size() == 1 ? evaluator.heap.make<RangeObject>(0, numbers[0], 1)
                             : evaluator.heap.make<RangeObject>(numbers[0], numbers[1], step);
}

Value enumerate(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "enumerate", 1, 2, {"start"}))
    return {};
  if (Evaluator::isOfRun(call.positional[0].value)) {
    if (const Argument *start = call.keyword("start"))
      call.positional.push_back(*start);
    call.keywords.clear();
    return evaluator.callAtRunTime("enumerate", call, Type::List);
  }
  auto items = evaluator.iterate(call.positional[0].value, call.positional[0].range);
  const Argument *start = call.get(1, "start");
  int64_t index = start ? start->value.integer().value_or(0) : 0;
  std::vector<Value> pairs;
  for (size_t i = 0; items && i < items->size(); ++i)
    pairs.push_back(evaluator.heap.tuple(
        {Value(static_cast<int64_t>(static_cast<uint64_t>(index) + i)), (*items)[i]}));
  return items ? evaluator.heap.list(std::move(pairs)) : Value();
}

Value zip(Evaluator &evaluator, Call &call) {
  std::vector<std::vector<Value>> columns;
  size_t least = SIZE_MAX;
  if (std::any_of(call.positional.begin(), call.positional.end(),
                  [](const Argument &argument) { return Evaluator::isOfRun(argument.value); }))
    return evaluator.callAtRunTime("zip", call, Type::List);
  for (const Argument &argument : call.positional) {
    auto items = evaluator.iterate(argument.value, argument.range);
    if (!items)
      return {};
    least = std::min(least, items->size());
    columns.push_back(std::move(*items));
  }
  std::vector<Value> rows;
  for (size_t i = 0; !columns.empty() && i < least; ++i) {
    std::vector<Value> row;
    for (auto &column : columns)
      row.push_back(column[i]);
    rows.push_back(evaluator.heap.tuple(std::move(row)));
  }
  return evaluator.heap.list(std::move(rows));
}

} // namespace

std::optional<std::vector<Value>> sortedItems(Evaluator &evaluator, const std::vector<Value> &items,
                                              const Call &call) {
  const Argument *key = call.keyword("key"), *reverse = call.keyword("reverse");
  std::vector<std::pair<Value, Value>> keyed;
  for (const Value &item : items) {
    Value by = item;
    if (key && !key->value.isNone()) {
      Call inner{call.range, call.callee, {{item, call.range, "", {}}}, {}};
      by = evaluator.call(key->value, inner);
    }
    if (!isKnown(by))
      return std::nullopt;
    keyed.emplace_back(by, item);
  }
  // Merging by hand: a comparison that fails gives no order, which std::sort must not see.
  for (size_t i = 1; i < keyed.size(); ++i)
    for (size_t j = i; j > 0; --j) {
      Value less = evaluator.compare("<", keyed[j].first, keyed[j - 1].first, call.range);
      if (less.isPoison() || !evaluator.step(call.range))
        return std::nullopt;
      if (!truth(less).value_or(false))
        break;
      std::swap(keyed[j], keyed[j - 1]);
    }
  std::vector<Value> sorted;
  for (auto &[by, item] : keyed)
    sorted.push_back(item);
  if (reverse && truth(reverse->value).value_or(false))
    std::reverse(sorted.begin(), sorted.end());
  return sorted;
}

namespace {
Value sorted(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "sorted", 1, 1, {"key", "reverse"}))
    return {};
  if (anyRunTime(call) && !call.keyword("key")) {
    bool reverse = call.keyword("reverse") && truth(call.keyword("reverse")->value).value_or(false);
    call.keywords.clear();
    Value ordered = evaluator.callAtRunTime("sorted", call, Type::List);
    Call again{call.range, call.callee, {{ordered, call.range, "", {}}}, {}};
    return reverse ? evaluator.callAtRunTime("reversed", again, Type::List) : ordered;
  }
  auto items = evaluator.iterate(call.positional[0].value, call.positional[0].range);
  auto ordered = items ? sortedItems(evaluator, *items, call) : std::nullopt;
  return ordered ? evaluator.heap.list(std::move(*ordered)) : Value();
}

Value reversed(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "reversed", 1, 1))
    return {};
  if (Evaluator::isOfRun(call.positional[0].value))
    return evaluator.callAtRunTime("reversed", call, Type::List);
  auto items = evaluator.iterate(call.positional[0].value, call.positional[0].range);
  if (items)
    std::reverse(items->begin(), items->end());
  return items ? evaluator.heap.list(std::move(*items)) : Value();
}

template <bool greatest> Value extreme(Evaluator &evaluator, Call &call) {
  const char *name = greatest ? "max" : "min";
  if (!evaluator.checkArguments(call, name, 1, 1000, {"key", "default"}))
    return {};
  if (anyRunTime(call)) {
    auto *object = call.positional[0].value.as<RunTimeObject>();
    Type type = object && call.positional.size() == 1 ? object->element : Type::Unknown;
    return evaluator.callAtRunTime(name, call, type);
  }
  std::vector<Value> items;
  if (call.positional.size() == 1) {
    auto all = evaluator.iterate(call.positional[0].value, call.positional[0].range);
    if (!all)
      return {};
    items = *all;
  } else {
    for (const Argument &argument : call.positional)
      items.push_back(argument.value);
  }
  if (items.empty()) {
    const Argument *absent = call.keyword("default");
    if (!absent)
      evaluator.error(call.range, fmt::format("{} of nothing", name));
    return absent ? absent->value : Value();
  }
  auto keyOf = [&](const Value &item) {
    const Argument *key = call.keyword("key");
    Call inner{call.range, call.callee, {{item, call.range, "", {}}}, {}};
    return key ? evaluator.call(key->value, inner) : item;
  };
  Value best = items[0], bestKey = keyOf(best);
  for (size_t i = 1; i < items.size(); ++i) {
    Value key = keyOf(items[i]);
    Value better = evaluator.compare(greatest ? ">" : "<", key, bestKey, call.range);
    if (better.isPoison())
      return {};
    if (truth(better).value_or(false))
      best = items[i], bestKey = key;
  }
  return best;
}

Value sum(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "sum", 1, 2, {"start"}))
    return {};
  if (anyRunTime(call)) {
    auto *object = call.positional[0].value.as<RunTimeObject>();
    return evaluator.callAtRunTime("sum", call, object ? object->element : Type::Unknown);
  }
  auto items = evaluator.iterate(call.positional[0].value, call.positional[0].range);
  const Argument *start = call.get(1, "start");
  Value total = start ? start->value : Value(0);
  for (size_t i = 0; items && i < items->size(); ++i)
    total = evaluator.binary("+", total, (*items)[i], call.range);
  return items ? total : Value();
}

Value absolute(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "abs", 1, 1))
    return {};
  if (anyRunTime(call))
    return evaluator.callAtRunTime("abs", call,
                                   call.positional[0].value.as<RunTimeObject>()
                                       ? call.positional[0].value.as<RunTimeObject>()->type
                                       : Type::Unknown);
  const Value &value = call.positional[0].value;
  if (auto integer = value.integer())
    return *integer < 0 ? evaluator.unary("-", value, call.range) : value;
  if (auto number = value.number())
    return std::fabs(*number);
  evaluator.error(call.range, fmt::format("abs needs a number, not '{}'", typeName(value)));
  return {};
}

Value roundNumber(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "round", 1, 2))
    return {};
  if (anyRunTime(call))
    return evaluator.callAtRunTime("round", call,
                                   call.positional.size() == 2 ? Type::Float : Type::Int);
  const Value &value = call.positional[0].value;
  auto number = value.number();
  if (!number) {
    evaluator.error(call.range, fmt::format("round needs a number, not '{}'", typeName(value)));
    return {};
  }
  if (value.integer())
    return value;
  auto digits = call.positional.size() == 2 ? call.positional[1].value.integer() : std::nullopt;
  if (digits) {
    // Correctly rounded: through the decimal digits of the number.
    std::string text = fmt::format("{:.{}f}", *number, std::clamp<int64_t>(*digits, 0, 300));
    double result = 0;
    std::from_chars(text.data(), text.data() + text.size(), result);
    return result;
  }
  if (!(std::fabs(*number) < 9e18)) {
    evaluator.error(call.range, "the number is too large to be rounded to an int");
    return {};
  }
  return static_cast<int64_t>(std::nearbyint(*number));
}

Value toInt(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "int", 0, 1))
    return {};
  if (call.positional.empty())
    return 0;
  if (anyRunTime(call))
    return evaluator.callAtRunTime("int", call, Type::Int);
  const Value &value = call.positional[0].value;
  if (auto integer = value.integer())
    return *integer;
  if (auto number = value.number(); number && std::fabs(*number) < 9e18)
    return static_cast<int64_t>(*number);
  int64_t result = 0;
  if (auto *text = value.str()) {
    auto [end, status] = std::from_chars(text->data(), text->data() + text->size(), result);
    if (status == std::errc() && end == text->data() + text->size())
      return result;
  }
  evaluator.error(call.range, fmt::format("{} is no int", repr(value)));
  return {};
}

Value toFloat(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "float", 0, 1))
    return {};
  if (call.positional.empty())
    return 0.0;
  if (anyRunTime(call))
    return evaluator.callAtRunTime("float", call, Type::Float);
  const Value &value = call.positional[0].value;
  if (auto number = value.number())
    return *number;
  double result = 0;
  if (auto *text = value.str()) {
    auto [end, status] = std::from_chars(text->data(), text->data() + text->size(), result);
    if (status == std::errc() && end == text->data() + text->size())
      return result;
  }
  evaluator.error(call.range, fmt::format("{} is no float", repr(value)));
  return {};
}

Value toText(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "str", 0, 1))
    return {};
  if (call.positional.empty())
    return evaluator.heap.str("");
  if (anyRunTime(call))
    return evaluator.callAtRunTime("str", call, Type::Str);
  return evaluator.heap.str(toStr(call.positional[0].value));
}

Value toBool(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "bool", 0, 1))
    return {};
  if (call.positional.empty())
    return false;
  if (call.positional[0].value.as<RunTimeObject>())
    return evaluator.callAtRunTime("bool", call, Type::Bool);
  auto value = evaluator.truthOf(call.positional[0].value, call.range, "bool()");
  return value ? Value(*value) : Value();
}

template <bool tuple> Value toSequence(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, tuple ? "tuple" : "list", 0, 1))
    return {};
  if (!call.positional.empty() && Evaluator::isOfRun(call.positional[0].value))
    return evaluator.callAtRunTime(tuple ? "tuple" : "list", call,
                                   tuple ? Type::Tuple : Type::List);
  std::vector<Value> items;
  if (!call.positional.empty()) {
    auto all = evaluator.iterate(call.positional[0].value, call.positional[0].range);
    if (!all || !evaluator.checkSize(all->size(), call.range))
      return {};
    items = *all;
  }
  return tuple ? evaluator.heap.tuple(std::move(items)) : evaluator.heap.list(std::move(items));
}

Value toSet(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "set", 0, 1))
    return {};
  auto *set = evaluator.heap.make<SetObject>();
  if (call.positional.empty())
    return set;
  if (auto *array = call.positional[0].value.as<ArrayObject>()) {
    // The classes of published labels are known.
    if (!array->shape.empty()) {
      evaluator
          .error(call.range,
                 fmt::format(
                     "the labels are rows of {} elements, which cannot be in a set; did you mean "
                     "set({}.flatten())?",
                     shapeText(array->shape), evaluator.text(call.positional[0].range)))
          .note(array->origin, "the array is made here");
      return {};
    }
    if (!array->buffer->array.classes || array->sample)
      return evaluator.notSupported(call.range, "the set of an array's elements");
    if (array->buffer->array.gaps)
      return evaluator.notSupported(
          call.range, "the set of labels of which some number below the greatest is missing");
    if (!array->isWhole())
      return evaluator.notSupported(call.range, "the set of a part of the labels",
                                    "use the whole array's");
    for (int64_t i = 0; i < array->buffer->array.classes; ++i)
      set->entries.set(std::to_string(i),
                       evaluator.heap.make<ScalarObject>(array->buffer->array.dtype, i),
                       NoneValue());
    return set;
  }
  if (Evaluator::isOfRun(call.positional[0].value))
    return evaluator.callAtRunTime("set", call, Type::Unknown);
  auto items = evaluator.iterate(call.positional[0].value, call.positional[0].range);
  if (!items)
    return {};
  for (const Value &item : *items)
    if (auto key = hashKey(item))
      set->entries.set(*key, item, NoneValue());
    else {
      if (!item.isPoison())
        evaluator.error(call.range, someOf(item) + " cannot be in a set");
      return {};
    }
  return set;
}

} // namespace

Value toDict(Evaluator &evaluator, Call &call) {
  auto *dict = evaluator.heap.make<DictObject>();
  if (call.positional.size() > 1) {
    evaluator.error(call.range, "dict takes one positional argument at most");
    return {};
  }
  if (!call.positional.empty() && call.keywords.empty() &&
      Evaluator::isOfRun(call.positional[0].value))
    return evaluator.callAtRunTime("dict", call, Type::Dict);
  for (const Argument &argument : call.positional) {
    if (auto *other = argument.value.as<DictObject>()) {
      dict->entries = other->entries;
      continue;
    }
    auto items = evaluator.iterate(argument.value, argument.range);
    if (!items)
      return {};
    for (const Value &item : *items) {
      auto pair = evaluator.iterate(item, argument.range);
      auto key = pair && pair->size() == 2 ? hashKey((*pair)[0]) : std::nullopt;
      if (!key) {
        evaluator.error(argument.range, "dict needs pairs of a key and a value");
        return {};
      }
      dict->entries.set(*key, (*pair)[0], (*pair)[1]);
    }
  }
  for (const Argument &argument : call.keywords)
    dict->entries.set("s" + argument.name, evaluator.heap.str(argument.name), argument.value);
  return dict;
}

namespace {
Value mapFunction(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "map", 2, 2))
    return {};
  auto items = evaluator.iterate(call.positional[1].value, call.positional[1].range);
  std::vector<Value> results;
  for (size_t i = 0; items && i < items->size(); ++i) {
    Call inner{call.range, call.callee, {{(*items)[i], call.range, "", {}}}, {}};
    results.push_back(evaluator.call(call.positional[0].value, inner));
  }
  return items ? evaluator.heap.list(std::move(results)) : Value();
}

template <bool all> Value quantifier(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, all ? "all" : "any", 1, 1))
    return {};
  if (Evaluator::isOfRun(call.positional[0].value))
    return evaluator.callAtRunTime(all ? "all" : "any", call, Type::Bool);
  auto items = evaluator.iterate(call.positional[0].value, call.positional[0].range);
  if (!items)
    return {};
  for (const Value &item : *items) {
    auto value = evaluator.truthOf(item, call.range, all ? "all()" : "any()");
    if (!value || *value != all)
      return value ? Value(!all) : Value();
  }
  return all;
}

Value formatFunction(Evaluator &evaluator, Call &call) {
  if (!evaluator.checkArguments(call, "format", 1, 2))
    return {};
  auto *spec = call.positional.size() > 1 ? call.positional[1].value.str() : nullptr;
  return evaluator.formatted(call.positional[0].value, 0, spec ? *spec : "", call.range);
}

Value reprFunction(Evaluator &evaluator, Call &call) {
  return evaluator.checkArguments(call, "repr", 1, 1)
             ? evaluator.formatted(call.positional[0].value, 'r', "", call.range)
             : Value();
}
} // namespace

/// What else Python 3.11 has under these names; to use one is an error of its own.
static constexpr std::string_view unsupportedBuiltins =
    "__import__ ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup "
    "BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError "
    "ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError "
    "DeprecationWarning EOFError EncodingWarning EnvironmentError Exception "
    "ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning "
    "GeneratorExit IOError ImportError ImportWarning IndentationError IndexError "
    "InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError "
    "MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplemented "
    "NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError "
    "ProcessLookupError RecursionError ReferenceError ResourceWarning RuntimeError "
    "RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning "
    "SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError "
    "UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError "
    "UnicodeWarning UserWarning ValueError Warning ZeroDivisionError aiter anext ascii "
    "bin breakpoint bytearray bytes callable chr classmethod compile complex delattr dir "
    "divmod eval exec exit filter frozenset getattr globals hasattr hash help hex id "
    "input isinstance issubclass iter locals memoryview next object oct open ord pow "
    "property quit setattr slice staticmethod super type vars";

std::map<std::string, Value> makeBuiltins(Heap &heap) {
  std::map<std::string, Value> builtins;
  std::pair<const char *, BuiltinHandler> rows[] = {{"print", print},
                                                    {"len", len},
                                                    {"range", range},
                                                    {"enumerate", enumerate},
                                                    {"zip", zip},
                                                    {"sorted", sorted},
                                                    {"reversed", reversed},
                                                    {"max", extreme<true>},
                                                    {"min", extreme<false>},
                                                    {"sum", sum},
                                                    {"abs", absolute},
                                                    {"round", roundNumber},
                                                    {"int", toInt},
                                                    {"float", toFloat},
                                                    {"str", toText},
                                                    {"bool", toBool},
                                                    {"list", toSequence<false>},
                                                    {"tuple", toSequence<true>},
                                                    {"set", toSet},
                                                    {"dict", toDict},
                                                    {"map", mapFunction},
                                                    {"all", quantifier<true>},
                                                    {"any", quantifier<false>},
                                                    {"format", formatFunction},
                                                    {"repr", reprFunction}};
  for (auto [name, handler] : rows)
    builtins[name] = heap.make<BuiltinObject>(name, handler);
  std::istringstream names{std::string(unsupportedBuiltins)};
  for (std::string name; names >> name;)
    builtins[name] = heap.make<BuiltinObject>(name, [](Evaluator &evaluator, Call &call) {
      return evaluator.notSupported(call.callee, fmt::format("'{}'", evaluator.text(call.callee)));
    });
  return builtins;
}

} // namespace ingot::import
